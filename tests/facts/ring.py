# SPDX-License-Identifier: MIT
"""An io_uring by hand, for one receive at a time. struct io_uring_params is 120 bytes: ten
32-bit numbers, then the offsets into the submission ring and those into the completion ring."""
import ctypes
import errno
import mmap
import os
import struct

from calls import Missing, libc, wait

SETUP, ENTER = 425, 426
OP_RECV, OP_CANCEL = 27, 14


class Ring:
    def __init__(self):
        params = ctypes.create_string_buffer(120)
        self.fd = libc.syscall(SETUP, 4, params)
        if self.fd < 0:
            raise Missing(f"no io_uring: {os.strerror(ctypes.get_errno())}")
        sq, cq = struct.unpack("10I", params[40:80]), struct.unpack("10I", params[80:120])
        self.sq_tail, self.sq_array = sq[1], sq[6]
        self.cq_head, self.cq_tail, self.cqes = cq[0], cq[1], cq[5]
        self.rings = mmap.mmap(self.fd, 4096, mmap.MAP_SHARED)
        self.sqes = mmap.mmap(self.fd, 4 * 64, mmap.MAP_SHARED, offset=0x10000000)
        self.data = ctypes.create_string_buffer(4096)

    def _number(self, at):
        return struct.unpack_from("I", self.rings, at)[0]

    def _submit(self, entry):
        tail = self._number(self.sq_tail)
        self.sqes[tail % 4 * 64:tail % 4 * 64 + 64] = entry
        struct.pack_into("I", self.rings, self.sq_array + tail % 4 * 4, tail % 4)
        struct.pack_into("I", self.rings, self.sq_tail, tail + 1)
        if libc.syscall(ENTER, self.fd, 1, 0, 0, None, 0) != 1:
            raise OSError(ctypes.get_errno(), "io_uring_enter")

    def receive(self, s):
        at = ctypes.addressof(self.data)
        self._submit(struct.pack("BBHiQQII", OP_RECV, 0, 0, s.fileno(), 0, at, 4096, 0) + struct.pack("Q", 7) + b"\0" * 24)

    def cancel(self):
        self._submit(struct.pack("BBHiQQII", OP_CANCEL, 0, 0, -1, 0, 7, 0, 0) + b"\0" * 32)

    def done(self, limit):
        """The result of the next completion, or None: there is none within limit."""
        head = self._number(self.cq_head)
        if wait(lambda: self._number(self.cq_tail) != head, limit) is None:
            return None
        result = struct.unpack_from("i", self.rings, self.cqes + head % 8 * 16 + 8)[0]
        struct.pack_into("I", self.rings, self.cq_head, head + 1)
        return result
