"""A program that waits for news on loopback, and answers as it is told to."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Received:
    body: bytes
    headers: dict[str, str]


@dataclass
class Receiver:
    url: str = ""
    #: What it answers next; 204 after that, or what ``judge`` says of the message.
    statuses: list[int] = field(default_factory=list)
    judge: Callable[[bytes], int] = lambda _body: 204
    #: Seconds before each letter of the answer.
    hesitates: float = 0.0
    received: list[Received] = field(default_factory=list)


@contextmanager
def receiving() -> Iterator[Receiver]:
    receiver = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            receiver.received.append(Received(body, dict(self.headers.items())))
            status = (
                receiver.statuses.pop(0) if receiver.statuses else receiver.judge(body)
            )
            if receiver.hesitates:
                self._spell(f"HTTP/1.1 {status} So\r\n\r\n")
                return
            self.send_response(status)
            self.send_header("Location", receiver.url)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _spell(self, words: str) -> None:
            for letter in words:
                time.sleep(receiver.hesitates)
                try:
                    self.wfile.write(letter.encode())
                except OSError:
                    return

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.url = f"http://127.0.0.1:{server.server_port}/news"
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
