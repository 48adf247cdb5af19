"""A web server on loopback that answers as a test says and remembers what it was asked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(slots=True, kw_only=True)
class Asked:
    """A request that came in."""

    method: str
    path: str
    headers: Message
    body: bytes


@dataclass(slots=True, kw_only=True)
class Answer:
    """A response.

    `claimed_length` is a Content-Length that is not true; after the body the connection ends.
    """

    code: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    claimed_length: int | None = None


@dataclass(slots=True)
class WebServer:
    """Where the server is, what it answers by path, and what it was asked."""

    port: int = 0
    answers: dict[str, Answer | Callable[[Asked], Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Address without a path."""
        return f"http://127.0.0.1:{self.port}"


@contextmanager
def web_server() -> Iterator[WebServer]:
    """A running server."""
    known = WebServer()

    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length)
            asked = Asked(method=self.command, path=self.path, headers=self.headers, body=body)
            known.asked.append(asked)
            answer = known.answers.get(self.path.partition("?")[0], Answer(code=404))
            if not isinstance(answer, Answer):
                answer = answer(asked)
            self.send_response(answer.code)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            length = len(answer.body) if answer.claimed_length is None else answer.claimed_length
            self.send_header("Content-Length", str(length))
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = _answer

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield known
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
