"""A throw-away PostgreSQL server, from the server programs that the machine has installed."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from pwd import getpwnam
from typing import TypedDict

import psycopg
import pytest
from psycopg import sql

from tests.support.eventually import eventually_blocking
from tests.support.sockets import free_port

DEBIAN_PROGRAMS = Path("/usr/lib/postgresql")
ADMIN = "lanner"
START_SECONDS = 30
STOP_SECONDS = 30

# Password from this machine and from containers on Docker's bridge networks, nobody else.
ACCESS_RULES = """\
host all all 127.0.0.0/8 scram-sha-256
host all all 172.16.0.0/12 scram-sha-256
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresDatabase:
    """One database of a server.

    Attributes:
        name: Its name.
        host: Address that this machine reaches it at.
        port: TCP port.
        user: A superuser.
        password: The superuser's.
    """

    name: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)

    @property
    def dsn(self) -> str:
        """Address and credentials, as psycopg takes them."""
        return f"postgresql://{self.user}:{self.password}@{self.host}:{self.port}/{self.name}"

    def jdbc_url(self, host: str | None = None) -> str:
        """Address without credentials, as flows have it; `host` where another name leads here."""
        return f"jdbc:postgresql://{host or self.host}:{self.port}/{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """A running server.

    Attributes:
        host: Address that this machine reaches it at.
        port: TCP port.
        password: The superuser's, whose name is `lanner`.
    """

    host: str
    port: int
    password: str = field(repr=False)

    def database(self, name: str) -> PostgresDatabase:
        """The database `name`, which need not be there."""
        return PostgresDatabase(
            name=name, host=self.host, port=self.port, user=ADMIN, password=self.password
        )

    def create_database(self, name: str | None = None) -> PostgresDatabase:
        """Make an empty database; one that has this name already is dropped first."""
        database = self.database(name or f"test_{secrets.token_hex(6)}")
        with psycopg.connect(self.database("postgres").dsn, autocommit=True) as connection:
            quoted = sql.Identifier(database.name)
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(quoted))
            connection.execute(sql.SQL("CREATE DATABASE {}").format(quoted))
        return database


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server for all tests of this worker, reachable from containers on Docker's bridge too."""
    with running_postgres() as server:
        yield server


@contextmanager
def running_postgres(host: str = "127.0.0.1", port: int | None = None) -> Iterator[PostgresServer]:
    """Start a server of one's own and throw it away in the end.

    Args:
        host: Loopback address that this machine reaches it at. With the default it listens on every
            address, for containers; with another one, as 127.0.53.2, on that only, so that a fixed
            port is free.
        port: TCP port; by default one that is free.
    """
    port = port or free_port()
    password = secrets.token_hex(12)
    identity = _unprivileged_identity()
    cluster = Path(tempfile.mkdtemp(prefix="lnr-pg-", dir="/tmp"))
    try:
        if identity:
            os.chown(cluster, identity["user"], identity["group"])
        _make_cluster(cluster, password, identity)
        listen = "0.0.0.0" if host == "127.0.0.1" else host
        with _server_process(cluster, listen, port, identity) as process:
            server = PostgresServer(host=host, port=port, password=password)
            eventually_blocking(lambda: _is_ready(server, process, cluster), START_SECONDS)
            yield server
    finally:
        shutil.rmtree(cluster)


class _Identity(TypedDict, total=False):
    """Whom a process runs as, in the words of `subprocess`; empty: as this one."""

    user: int
    group: int
    extra_groups: list[int]


def _unprivileged_identity() -> _Identity:
    """Somebody other than root, whom PostgreSQL refuses to run as."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            entry = getpwnam(name)
        except KeyError:
            continue
        return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL does not run as root, and there is no user postgres or nobody.")


def _program(name: str) -> str:
    """Path of a server program: the newest of Debian's, else the one on the PATH."""
    found = sorted(DEBIAN_PROGRAMS.glob(f"*/bin/{name}"), key=lambda path: path.parts[-3].zfill(4))
    program = str(found[-1]) if found else shutil.which(name)
    if program is None:
        raise RuntimeError(
            f"PostgreSQL's {name} is not installed: install PostgreSQL"
            " ('apt-get install postgresql'), or leave these tests out with -m 'not postgres'."
        )
    return program


def _make_cluster(cluster: Path, password: str, identity: _Identity) -> None:
    password_file = cluster / "password"
    password_file.write_text(password)
    password_file.chmod(0o644)  # the folder above is for the server's user only
    made = subprocess.run(
        [
            *(_program("initdb"), "--pgdata", str(cluster / "data"), "--username", ADMIN),
            *("--pwfile", str(password_file), "--auth", "scram-sha-256"),
            *("--encoding", "UTF8", "--locale", "C", "--no-sync"),
        ],
        cwd=cluster,
        text=True,
        capture_output=True,
        check=False,
        timeout=START_SECONDS,
        **identity,
    )
    assert made.returncode == 0, made.stderr
    (cluster / "data" / "pg_hba.conf").write_text(ACCESS_RULES)


@contextmanager
def _server_process(
    cluster: Path, listen: str, port: int, identity: _Identity
) -> Iterator[subprocess.Popen[bytes]]:
    settings = {
        "listen_addresses": listen,
        "port": str(port),
        "unix_socket_directories": "",
        "fsync": "off",
        "full_page_writes": "off",
        "max_connections": "50",
        "shared_buffers": "16MB",
    }
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    with (cluster / "log").open("wb") as log:
        process = subprocess.Popen(
            [_program("postgres"), "-D", str(cluster / "data"), *options],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            cwd=cluster,
            **identity,
        )
    try:
        yield process
    finally:
        process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: sessions are ended
        process.wait(timeout=STOP_SECONDS)


def _is_ready(server: PostgresServer, process: subprocess.Popen[bytes], cluster: Path) -> bool:
    if process.poll() is not None:
        raise RuntimeError(f"PostgreSQL did not start: {(cluster / 'log').read_text()}")
    try:
        psycopg.connect(server.database("postgres").dsn, connect_timeout=2).close()
    except psycopg.OperationalError as not_yet:
        raise AssertionError(str(not_yet)) from not_yet
    return True
