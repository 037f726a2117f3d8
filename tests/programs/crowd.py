#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: crowd.py HOST PORT

400 connections, one right after the other, that say something at once and then stay.
"""
import socket
import sys
import time

crowd = []
for _ in range(400):
    crowd.append(socket.create_connection((sys.argv[1], int(sys.argv[2]))))
    crowd[-1].send(b"\n")
time.sleep(600)
