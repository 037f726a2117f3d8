#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: client.py HOST PORT

A client with a keepalive of 1/1/2 that waits for what comes; on an error it closes at once and connects anew, every half
second until it succeeds.
"""
import socket
import sys
import time


def connect(host, port):
    while True:
        s = socket.socket()
        try:
            s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
            s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 2)
            s.settimeout(0.5)
            s.connect((host, port))
            s.settimeout(None)
            return s
        except OSError as e:
            s.close()
            print("connect:", e, flush=True)
            time.sleep(0.5)


while True:
    connection = connect(sys.argv[1], int(sys.argv[2]))
    try:
        while connection.recv(4096):
            pass
        print("EOF", flush=True)
    except OSError as e:
        print("recv:", e, flush=True)
    connection.close()
