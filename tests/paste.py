#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""paste.py [--bracketed] SHELL [ARGUMENT]... <TEXT: types TEXT into an interactive shell on a terminal, as a person
who pastes it, and prints what the terminal shows until the shell has obeyed. The exit status is 1 if it did not
within half a minute."""
import os, pty, select, sys, time

MARK = b"pasted-and-done"


def read_until(fd, word, seconds):
    seen, end = b"", time.monotonic() + seconds
    while word not in seen:
        left = end - time.monotonic()
        if left <= 0 or not select.select([fd], [], [], left)[0]:
            return seen, False
        try:
            seen += os.read(fd, 65536)
        except OSError:
            return seen, False
    return seen, True


bracketed = sys.argv[1] == "--bracketed"
shell = sys.argv[1 + bracketed:]
text = sys.stdin.buffer.read().strip(b"\n")
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(shell[0], shell)
os.write(terminal, b"PS1='rea''dy>'; unset RPS1\r")
shown, done = read_until(terminal, b"ready>", 30)
if bracketed:
    text = b"\x1b[200~" + text.replace(b"\n", b"\r") + b"\x1b[201~"
os.write(terminal, text.replace(b"\n", b"\r") + b"\r")
os.write(terminal, b"echo pasted-and\"-\"done\r")
if done:
    shown, done = read_until(terminal, MARK, 30)
sys.stdout.buffer.write(shown)
os.kill(pid, 9)
os.close(terminal)
os.waitpid(pid, 0)
sys.exit(not done)
