"""Reads where a database is, from the URLs of JDBC and of libpq."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote, urlsplit

DEFAULT_PORT = "5432"

JDBC_NAMES: Mapping[str, str] = {
    "user": "user",
    "password": "password",
    "ApplicationName": "application_name",
    "connectTimeout": "connect_timeout",
    "loginTimeout": "connect_timeout",
    "options": "options",
    "sslmode": "sslmode",
    "sslrootcert": "sslrootcert",
    "sslcert": "sslcert",
    "sslkey": "sslkey",
    "sslpassword": "sslpassword",
}
"""Names of the JDBC driver's properties to libpq's; others mean nothing outside of Java."""


class BadUrl(ValueError):
    """The URL cannot be read; says why, without what may be secret in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseAddress:
    """Where a database is and how to get in.

    Attributes:
        parameters: As libpq has them.
        ignored: Names of properties of the URL that have no effect.
    """

    parameters: Mapping[str, str] = field(repr=False)
    ignored: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """Host, port and database, for people."""
        known = self.parameters
        host = known.get("host", "localhost")
        return f"{host}:{known.get('port', DEFAULT_PORT)}/{known.get('dbname', '')}"


def read_url(url: str) -> DatabaseAddress:
    """Read `jdbc:postgresql://host:port/database?name=value` or `postgresql://…`.

    Raises:
        BadUrl: It is neither.
    """
    plain = url.strip().removeprefix("jdbc:")
    scheme, separator, rest = plain.partition(":")
    if scheme not in ("postgresql", "postgres") or not separator:
        raise BadUrl(
            "The property `url` must be like jdbc:postgresql://host:5432/database or"
            " postgresql://host:5432/database."
        )
    # JDBC allows a bare database name: `jdbc:postgresql:orders`.
    full = plain if rest.startswith("//") else f"{scheme}:///{rest}"
    try:
        parts = urlsplit(full)
        parameters = _host_parameters(parts.netloc)
    except ValueError as cause:
        raise BadUrl("The property `url` has a host or port that cannot be read.") from cause
    if database := unquote(parts.path.removeprefix("/")):
        parameters["dbname"] = database
    query, ignored = _query_parameters(parts.query, is_jdbc=url.strip().startswith("jdbc:"))
    return DatabaseAddress(parameters={**parameters, **query}, ignored=ignored)


def _host_parameters(location: str) -> dict[str, str]:
    parameters = {}
    account, _, hosts = location.rpartition("@")
    user, _, password = account.partition(":")
    if user:
        parameters["user"] = unquote(user)
    if password:
        parameters["password"] = unquote(password)
    pairs = [_host_and_port(host) for host in hosts.split(",") if host]
    if pairs:
        parameters["host"] = ",".join(host for host, _ in pairs)
        parameters["port"] = ",".join(port for _, port in pairs)
    return parameters


def _host_and_port(text: str) -> tuple[str, str]:
    host, colon, port = text.rpartition(":")
    if not colon or port.endswith("]"):
        host, port = text, DEFAULT_PORT
    if not 0 < int(port) < 65536:
        raise ValueError(port)
    return unquote(host.removeprefix("[").removesuffix("]")), port


def _query_parameters(query: str, *, is_jdbc: bool) -> tuple[dict[str, str], tuple[str, ...]]:
    given = dict(parse_qsl(query, keep_blank_values=True))
    if not is_jdbc:
        return given, ()
    parameters = {JDBC_NAMES[name]: text for name, text in given.items() if name in JDBC_NAMES}
    if schema := given.get("currentSchema"):
        setting = f"-c search_path={schema.replace(' ', '')}"
        parameters["options"] = f"{parameters.get('options', '')} {setting}".strip()
    if given.get("ssl", "").lower() in ("true", "") and "ssl" in given:
        parameters.setdefault("sslmode", "verify-full")
    ignored = given.keys() - JDBC_NAMES.keys() - {"currentSchema", "ssl"}
    return parameters, tuple(sorted(ignored))
