#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: brief.py HOST PORT

Holds a connection, and beside it makes one after the other, each of which it resets at once, until after the lab's fault at 0.4 s.
"""
import socket
import struct
import sys
import time

held = socket.create_connection((sys.argv[1], int(sys.argv[2])))
end = time.monotonic() + 0.7
while time.monotonic() < end:
    with socket.create_connection((sys.argv[1], int(sys.argv[2]))) as brief:
        brief.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        time.sleep(0.0006)
time.sleep(600)
