"""Frames between the host and the worker: four bytes of length, then JSON."""

from __future__ import annotations

import json
import os
import struct
from typing import Any, Dict, Optional

Message = Dict[str, Any]

LONGEST = 64 * 1024 * 1024
"""Bytes of one frame; more is a fault of the sender."""


class Channel:
    """Two file descriptors that carry frames; they are ours alone, print cannot reach them."""

    def __init__(self, reads: int, writes: int) -> None:
        self.reads = reads
        self.writes = writes

    def send(self, message: Message) -> None:
        """Write one frame whole."""
        body = json.dumps(message).encode("utf-8", "surrogatepass")
        data = memoryview(struct.pack(">I", len(body)) + body)
        while data:
            data = data[os.write(self.writes, data) :]

    def receive(self) -> Optional[Message]:
        """Read one frame; None at the end."""
        head = self._exactly(4)
        if head is None:
            return None
        body = self._exactly(struct.unpack(">I", head)[0])
        message: Optional[Message] = None if body is None else json.loads(body)
        return message

    def _exactly(self, count: int) -> Optional[bytes]:
        pieces = []
        while count:
            piece = os.read(self.reads, min(count, 1 << 20))
            if not piece:
                return None
            pieces.append(piece)
            count -= len(piece)
        return b"".join(pieces)


def take_standard_streams() -> Channel:
    """Keep standard input and output for frames; what the project prints goes to standard error."""
    channel = Channel(os.dup(0), os.dup(1))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.dup2(2, 1)
    return channel
