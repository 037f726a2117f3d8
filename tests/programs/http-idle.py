#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""usage: http-idle.py HOST PORT

A client that was answered once and keeps its connection.
"""
import http.client
import sys
import time

connection = http.client.HTTPConnection(sys.argv[1], int(sys.argv[2]))
connection.request("GET", "/")
connection.getresponse().read()
time.sleep(600)
