#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: pool.py HOST PORT

Ten connections, of which eight have a keepalive of 1/1/2; one that is dead is closed, and no other opened for it.
"""
import selectors
import socket
import sys

pool = selectors.DefaultSelector()
for i in range(10):
    s = socket.create_connection((sys.argv[1], int(sys.argv[2])))
    if i < 8:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 1)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 1)
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 2)
    pool.register(s, selectors.EVENT_READ)

while pool.get_map():
    for key, _ in pool.select():
        try:
            if key.fileobj.recv(4096):
                continue
        except OSError as e:
            print(e, flush=True)
        pool.unregister(key.fileobj)
        key.fileobj.close()
