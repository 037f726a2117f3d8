#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The kernel's timers once more, as net/ipv4/tcp_timer.c runs them, firing by firing.

Reads the lines that the unit test program `tcp table` prints, in ms:
RETRIES2 RTO_MAX USER_TIMEOUT RTO IN_FLIGHT QUEUED, and prints those that are wrong.
"""
import sys

RTO_MIN = 200


def model_timeout(boundary, rto_max):
    """tcp_model_timeout, with its arithmetic."""
    threshold = (rto_max // RTO_MIN).bit_length() - 1  # ilog2
    if boundary <= threshold:
        return ((2 << boundary) - 1) * RTO_MIN
    return ((2 << threshold) - 1) * RTO_MIN + (boundary - threshold) * rto_max


def in_flight(retries2, rto_max, user_timeout, rto):
    """tcp_retransmit_timer and tcp_write_timeout. The loss probe comes first, and does not count."""
    now = min(rto, rto_max)
    timeout, stamp = min(rto, rto_max), None
    now += timeout
    backoff = rto
    while True:
        if stamp is not None:
            limit = user_timeout or model_timeout(retries2, rto_max)
            if now - stamp >= limit:
                return now
        else:
            stamp = now
        backoff *= 2
        timeout = min(backoff, rto_max)
        if user_timeout:  # tcp_clamp_rto_to_user_timeout
            timeout = min(timeout, stamp + user_timeout - now)
        now += timeout


def queued(retries2, rto_max, user_timeout, rto):
    """tcp_probe_timer and tcp_send_probe0, none of whose probes is answered."""
    now, stamp, out, backoff = min(rto, rto_max), None, 0, 0
    while True:
        if stamp is None:
            stamp = now
        elif user_timeout and now - stamp >= user_timeout:
            return now
        if out >= retries2:
            return now
        out += 1
        backoff = min(backoff + 1, retries2)
        timeout = min(rto << backoff, rto_max)
        if user_timeout:  # tcp_clamp_probe0_to_user_timeout
            timeout = min(timeout, stamp + user_timeout - now)
        now += timeout


def main():
    lines = wrong = 0
    for line in sys.stdin:
        *given, flight, queue = map(int, line.split())
        lines += 1
        want = in_flight(*given), queued(*given)
        if (flight, queue) != want:
            wrong += 1
            print("retries2 %d, rto_max %d, user timeout %d, rto %d:" % tuple(given),
                  "%d and %d, expected %d and %d" % (flight, queue, *want))
    print("%d compared" % lines)
    return wrong > 0 or lines == 0


sys.exit(main())
