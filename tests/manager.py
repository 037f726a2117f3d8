#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""manager.py SOCKET LINES COMMAND...: a service manager for the tests, as sd_notify(3) has it.

Runs the command with NOTIFY_SOCKET set to SOCKET (a path, or @NAME), and prints each message that comes, with the
seconds since the last WATCHDOG=1. When READY=1, at least so many and that of UNTIL have come it ends the command with SIGTERM; it prints the exit
status last. With
STUCK=1 the command is stopped after READY=1, and "silent" is printed if then no message comes for a second.
"""
import os
import signal
import socket
import subprocess
import sys
import time

name, most, command = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
here = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
here.bind("\0" + name[1:] if name.startswith("@") else name)
here.settimeout(20)
child = subprocess.Popen(command, env={**os.environ, "NOTIFY_SOCKET": name}, stdout=subprocess.DEVNULL,
                         stdin=subprocess.DEVNULL)
last = time.monotonic()
count, awaited = 0, {"READY=1", os.environ.get("UNTIL", "READY=1")}
while awaited or count < most:
    said = here.recv(4096).decode()
    now = time.monotonic()
    print(f"{now - last:.3f} {said}", flush=True)
    last = now if said == "WATCHDOG=1" else last
    count += 1
    awaited.discard(said)
    if said == "READY=1" and os.environ.get("STUCK"):
        child.send_signal(signal.SIGSTOP)
        try:
            here.settimeout(0.2)
            while True:  # what was on its way
                here.recv(4096)
        except TimeoutError:
            pass
        here.settimeout(1)
        try:
            print(f"not silent: {here.recv(4096).decode()}")
        except TimeoutError:
            print("silent")
        child.send_signal(signal.SIGCONT)
        break
child.send_signal(signal.SIGTERM)
here.settimeout(20)
while (said := here.recv(4096).decode()) != "STOPPING=1":
    pass
print(said)
print("exit", child.wait(20))
