#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: one-client.py HOST PORT

A server that takes one client at a time: each 200 ms select and, where there is something to read, a peek; when the client
has gone it takes the next one.
"""
import select
import socket
import sys

listener = socket.create_server((sys.argv[1], int(sys.argv[2])))


def is_there(client):
    readable, _, _ = select.select([client], [], [], 0.2)
    if not readable:
        return True
    try:
        if client.recv(1, socket.MSG_PEEK) == b"":
            return False
        client.recv(4096)
        return True
    except ConnectionError:
        return False


while True:
    client, address = listener.accept()
    while is_there(client):
        pass
    client.close()
    print(address, "has gone", flush=True)
