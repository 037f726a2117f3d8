#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: heartbeat.py HOST PORT [SECONDS]

A line to a server that echoes, each 10 seconds or so many; the next one is sent if it was answered meanwhile.
"""
import socket
import sys
import time

every = float((sys.argv + ["10"])[3])
s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
s.settimeout(every)
try:
    while True:
        due = time.monotonic() + every
        s.sendall(b"ping\n")
        if s.recv(4096) == b"":
            raise EOFError("EOF")
        # What comes unasked ends the sleep, and so does an EOF.
        while (left := due - time.monotonic()) > 0:
            s.settimeout(left)
            try:
                if s.recv(4096) == b"":
                    raise EOFError("EOF")
            except TimeoutError:
                pass
        s.settimeout(every)
except (OSError, EOFError) as e:
    print("it has gone:", e, flush=True)
    s.close()
    sys.exit(1)
