#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: http-client.py HOST PORT

python3's http.client with its defaults, which waits for an answer.
"""
import http.client
import sys

connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]))
connection.request("GET", "/slow")
try:
    print(connection.getresponse().status, flush=True)
except (OSError, http.client.HTTPException) as e:
    print(repr(e), flush=True)
    sys.exit(1)
