#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: send-try.py HOST PORT

Is the other one still there? A send in try/except, each second; answers are not read.
"""
import socket
import sys
import time

s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
while True:
    try:
        s.sendall(b"are you there?\n")
    except OSError as e:
        print("it has gone:", e, flush=True)
        s.close()
        sys.exit(1)
    time.sleep(1)
