"""An SFTP server that tests start."""

from __future__ import annotations

import asyncio
import contextlib
import secrets
import threading
from pathlib import Path

import asyncssh

from tests.support.artifact_servers import Place
from tests.support.sockets import free_port


class SftpServer:
    """An SFTP server with a key of its own, on a loop of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._server: asyncssh.SSHAcceptor | None = None
        self._key = asyncssh.generate_private_key("ssh-ed25519")

    def start(self) -> None:
        """Serve."""
        if not self._thread.is_alive():
            self._thread.start()
        asyncio.run_coroutine_threadsafe(self._start(), self._loop).result(timeout=20)

    def stop(self) -> None:
        """Go away, and cut all links."""
        asyncio.run_coroutine_threadsafe(self._stop(), self._loop).result(timeout=20)

    def close(self) -> None:
        """Stop for good."""
        self.stop()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=20)
        self._loop.close()

    def place(self) -> Place:
        """A new folder."""
        known_hosts = self.folder / "known_hosts"
        public = self._key.export_public_key("openssh").decode()
        known_hosts.write_text(f"[127.0.0.1]:{self.port} {public}")
        options: dict[str, object] = {"known_hosts": str(known_hosts), "client_keys": None}
        folder = self.folder / secrets.token_hex(4)
        return Place(url=f"sftp://lanner:secret@127.0.0.1:{self.port}{folder}", options=options)

    async def _start(self) -> None:
        self._server = await asyncssh.create_server(
            _Anybody,
            "127.0.0.1",
            self.port,
            server_host_keys=[self._key],
            sftp_factory=True,
        )

    async def _stop(self) -> None:
        if self._server is not None:
            self._server.close()
            for connection in list(_Anybody.connections):
                connection.abort()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._server.wait_closed(), 5)
            self._server = None


class _Anybody(asyncssh.SSHServer):
    """Lets everybody in who knows the password."""

    connections: set[asyncssh.SSHServerConnection] = set()  # noqa: RUF012 - of all on purpose

    def connection_made(self, conn: asyncssh.SSHServerConnection) -> None:
        self._connection = conn
        self.connections.add(conn)

    def connection_lost(self, exc: Exception | None) -> None:
        self.connections.discard(self._connection)

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("lanner", "secret")
