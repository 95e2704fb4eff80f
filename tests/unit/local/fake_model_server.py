"""Stands in for the process with the weights: a real one, with a real socket and no model.

Argv: a directory where it writes what happens to it, and perhaps `fail`. A request's `messages`
hold one JSON text that says how to answer: `{"id", "until", "crash"}`.
"""

from __future__ import annotations

import json
import os
import select
import socket
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from neovim_ai.llm.local.orphan import die_with_parent

DIRECTORY = Path(sys.argv[1])
PIECES = 3


def note(line: str) -> None:
    with (DIRECTORY / "events").open("a", encoding="utf-8") as file:
        file.write(line + "\n")


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.headers["Authorization"] != f"Bearer {self.server.token}":
            self.whole(401, {"error": {"message": "wrong token", "type": "auth", "code": 401}})
            return
        script = json.loads(body["messages"][0]["content"])
        note(f"began {script['id']}")
        if script.get("crash"):
            os._exit(9)
        if not self.hold(script):
            note(f"dropped {script['id']}")
            return
        if script.get("refuse"):
            self.whole(400, {"error": {"message": "no such thing", "type": "bad", "code": 400}})
        elif body.get("stream"):
            self.stream(script, body)
        else:
            self.whole(200, {"got": body, "model": self.server.model})
        note(f"ended {script['id']}")

    def do_GET(self) -> None:
        self.whole(200, {"data": [{"id": self.server.model}]})

    def hold(self, script: dict[str, object]) -> bool:
        until = script.get("until")
        while until and not Path(str(until)).exists():
            readable, _, _ = select.select([self.connection], [], [], 0.02)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                return False
        return True

    def stream(self, script: dict[str, object], body: dict[str, object]) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for n in range(PIECES):
            chunk = {
                "id": "x",
                "object": "chat.completion.chunk",
                "created": 1,
                "model": body.get("model"),
                "choices": [
                    {
                        "index": 0,
                        "delta": {"content": f"{script['id']}{n} "},
                        "finish_reason": "stop" if n == PIECES - 1 else None,
                    }
                ],
            }
            self.piece(f"data: {json.dumps(chunk)}\n\n".encode())
            if script.get("die_after_first") and n == 0:
                os._exit(9)
        self.piece(b"data: [DONE]\n\n")
        self.piece(b"")

    def piece(self, data: bytes) -> None:
        self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")

    def whole(self, status: int, value: dict[str, object]) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_args: object) -> None:
        return


def main() -> None:
    config = json.loads(sys.stdin.buffer.readline())
    die_with_parent(config["parent"], 0)
    note(f"pid {os.getpid()}")
    if "fail" in sys.argv:
        sys.exit("error: the tensors are upside down")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    server.token = config["token"]
    server.model = config["model"]
    address = f"http://127.0.0.1:{server.server_port}"
    os.write(1, json.dumps({"address": address}).encode() + b"\n")
    server.serve_forever()


if __name__ == "__main__":
    main()
