#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: reset.py HOST PORT

As a health check does: connects and, before anything else leaves, resets the connection; 150 times. One more stays.
"""
import socket
import struct
import sys
import time

to = sys.argv[1], int(sys.argv[2])
for _ in range(150):
    s = socket.socket()
    s.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 0)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    s.connect(to)
    s.close()
    time.sleep(0.01)
last = socket.create_connection(to)
time.sleep(60)
