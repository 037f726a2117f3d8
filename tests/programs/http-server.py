#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: http-server.py HOST PORT

python3's http.server; who asks for /slow waits for ever, who asks for anything else has an answer at once.
"""
import http.server
import sys
import threading


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/slow":
            threading.Event().wait()
        self.send_response(200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"hi\n")


http.server.ThreadingHTTPServer((sys.argv[1], int(sys.argv[2])), Handler).serve_forever()
