#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: keeper.py HOST PORT

Accepts, and keeps what it accepted; reads nothing.
"""
import socket
import sys

server = socket.create_server((sys.argv[1], int(sys.argv[2])), backlog=1000)
kept = []
while True:
    kept.append(server.accept())
