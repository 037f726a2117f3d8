#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: socket-server.py HOST PORT

python3's socketserver with its defaults; a thread for each client, to which it sends back each line.
"""
import socketserver
import sys


class Echo(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True


Server((sys.argv[1], int(sys.argv[2])), Echo).serve_forever()
