"""The part of Vault's HTTP API that a KV engine of version 2 has, with one token."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

TOKEN = "hvs.good"


class VaultServer(ThreadingHTTPServer):
    """Serves secrets on a free port of this machine.

    Attributes:
        secrets: Fields by path, below the mount `secret`.
        status: Of every answer instead; 0: answer.
        delay_seconds: Before every answer.
        seen: Method and path of each request.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.secrets: dict[str, dict[str, Any]] = {}
        self.status = 0
        self.delay_seconds = 0.0
        self.seen: list[tuple[str, str]] = []

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Handler(BaseHTTPRequestHandler):
    server: VaultServer

    def do_GET(self) -> None:
        """Read."""
        self._answer(lambda kind, path: self._read(path) if kind == "data" else self._list(path))

    def do_LIST(self) -> None:
        """List."""
        self._answer(lambda kind, path: self._list(path))

    def do_POST(self) -> None:
        """Write."""
        self._answer(lambda kind, path: self._write(path))

    do_PUT = do_POST

    def do_DELETE(self) -> None:
        """Remove."""
        self._answer(lambda kind, path: self._remove(path))

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing: tests stay quiet."""

    def _answer(self, work: Any) -> None:
        server = self.server
        path = self.path.partition("?")[0]
        server.seen.append((self.command, path))
        time.sleep(server.delay_seconds)
        if server.status:
            self._send(server.status, {"errors": ["as the test wants it: swordfish"]})
        elif self.headers.get("X-Vault-Token") != TOKEN:
            self._send(403, {"errors": ["permission denied"]})
        elif not path.startswith("/v1/secret/"):
            self._send(404, {"errors": []})
        else:
            kind, _, rest = path.removeprefix("/v1/secret/").partition("/")
            work(kind, rest.rstrip("/"))

    def _read(self, path: str) -> None:
        fields = self.server.secrets.get(path)
        if fields is None:
            self._send(404, {"errors": []})
        else:
            self._send(200, {"data": {"data": fields, "metadata": {"version": 1}}})

    def _list(self, path: str) -> None:
        start = f"{path}/"
        below = [one.removeprefix(start) for one in self.server.secrets if one.startswith(start)]
        keys = {
            name + "/" if rest else name for name, _, rest in (one.partition("/") for one in below)
        }
        if keys:
            self._send(200, {"data": {"keys": sorted(keys)}})
        else:
            self._send(404, {"errors": []})

    def _write(self, path: str) -> None:
        size = int(self.headers.get("Content-Length", "0"))
        self.server.secrets[path] = json.loads(self.rfile.read(size))["data"]
        self._send(200, {"data": {"version": 1}})

    def _remove(self, path: str) -> None:
        self.server.secrets.pop(path, None)
        self._send(204, None)

    def _send(self, status: int, body: object) -> None:
        content = b"" if body is None else json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextmanager
def vault_server() -> Iterator[VaultServer]:
    """A server that runs."""
    with VaultServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
