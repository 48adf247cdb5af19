"""What an HTTP task is to do, read from its properties: both of Kestra's ways to write options."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import quote, urlsplit, urlunsplit

from lanner_agent.tasks.durations import duration_seconds
from lanner_agent.tasks.properties import PropertyReader, shown

CONNECT_SECONDS = 30.0
"""How long connecting may take when the task does not say."""

IDLE_SECONDS = 300.0
"""How long the server may send nothing when the task does not say, as in Kestra."""

BODY_LIMIT_BYTES = 10 * 1024**2
"""Largest body that becomes an output when the task does not say, as in Kestra."""

AUTH_TYPES = ("BASIC", "BEARER", "DIGEST")
MULTIPART = "multipart/form-data"
JSON = "application/json"


class Told(StrEnum):
    """A part of an exchange."""

    REQUEST_HEADERS = "REQUEST_HEADERS"
    REQUEST_BODY = "REQUEST_BODY"
    RESPONSE_HEADERS = "RESPONSE_HEADERS"
    RESPONSE_BODY = "RESPONSE_BODY"


TOLD_AT_LEVEL: Mapping[str, frozenset[Told]] = {
    "TRACE": frozenset(Told),
    "DEBUG": frozenset({Told.REQUEST_HEADERS, Told.RESPONSE_HEADERS}),
    "INFO": frozenset({Told.RESPONSE_HEADERS}),
}
"""What the older `options.logLevel` stands for; other levels tell nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Auth:
    """Who calls.

    Attributes:
        type: One of AUTH_TYPES.
        username: For BASIC and DIGEST.
        secret: The password, or the token of BEARER.
    """

    type: str
    username: str = ""
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How a call is made.

    Attributes:
        connect_seconds: Limit of connecting.
        idle_seconds: Limit of the server's silence.
        max_bytes: Largest body; absent: the type's own limit.
        follows_redirects: Whether a redirection is followed.
        charset: Of the body that is sent.
        proxy: URL of a proxy, with its account; absent: none.
        auth: Absent: nobody says who calls.
        is_insecure: Any certificate is taken.
        allows_failure: A status from 400 on is an answer like others.
        allowed_codes: The only statuses that are answers; empty: those below 400.
        told: Parts of the exchange that are logged.
    """

    connect_seconds: float
    idle_seconds: float
    max_bytes: int | None
    follows_redirects: bool
    charset: str
    proxy: str | None = field(repr=False)
    auth: Auth | None
    is_insecure: bool
    allows_failure: bool
    allowed_codes: frozenset[int]
    told: frozenset[Told] = frozenset()

    def accepts(self, code: int) -> bool:
        """Whether a status is an answer and no failure."""
        if self.allows_failure:
            return True
        return code in self.allowed_codes if self.allowed_codes else code < 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a web service.

    Attributes:
        uri: Where to.
        method: GET and others.
        headers: Those of the flow.
        params: Added to the query.
        content_type: Of the body.
        body: Text; absent: none.
        form: Fields of a form instead; empty: none.
        options: How it is made.
    """

    uri: str = field(repr=False)
    method: str
    headers: Mapping[str, str] = field(repr=False)
    params: Mapping[str, str] = field(repr=False)
    content_type: str
    body: str | None = field(repr=False)
    form: Mapping[str, object] = field(repr=False)
    options: Options

    @property
    def place(self) -> str:
        """The URI without account and query, where secrets are, for people."""
        parts = urlsplit(self.uri)
        host = parts.netloc.rpartition("@")[2]
        return urlunsplit((parts.scheme, host, parts.path, "", ""))


def read_call(reader: PropertyReader) -> Call:
    """The call that the properties describe; problems stay in the reader."""
    uri = reader.required_text("uri").replace(" ", "%20")
    if uri and urlsplit(uri).scheme not in ("http", "https"):
        reader.refuse("The property `uri` must begin with http:// or https://.")
    body = reader.value("body")
    return Call(
        uri=uri,
        method=(reader.text("method") or "GET").upper(),
        headers=reader.text_map("headers"),
        params=reader.text_map("params"),
        content_type=reader.text("contentType") or JSON,
        body=None if body is None else shown(body),
        form=reader.mapping("formData"),
        options=_options(reader),
    )


def _options(reader: PropertyReader) -> Options:
    options = reader.record("options")
    timeout = options.record("timeout")
    ssl = options.record("ssl") if "ssl" in options else reader.record("sslOptions")
    connect = _seconds(timeout, "connectTimeout") or _seconds(options, "connectTimeout")
    idle = (
        _seconds(timeout, "readIdleTimeout")
        or _seconds(options, "readTimeout")
        or _seconds(options, "readIdleTimeout")
    )
    size = options.number("maxContentLength")
    return Options(
        connect_seconds=connect or CONNECT_SECONDS,
        idle_seconds=idle or IDLE_SECONDS,
        max_bytes=None if size is None else int(size),
        follows_redirects=options.flag("followRedirects", default=True),
        charset=options.text("defaultCharset") or "utf-8",
        proxy=_proxy(options),
        auth=_auth(options),
        is_insecure=ssl.flag("insecureTrustAllCertificates"),
        allows_failure=options.flag("allowFailed") or reader.flag("allowFailed"),
        allowed_codes=_codes(options),
        told=_told(options),
    )


def _seconds(reader: PropertyReader, name: str) -> float | None:
    text = reader.text(name)
    if not text:
        return None
    try:
        return duration_seconds(text)
    except ValueError as error:
        reader.refuse(f"The property `{name}`: {error}")
        return None


def _codes(options: PropertyReader) -> frozenset[int]:
    codes = options.texts("allowedResponseCodes")
    if not all(code.isdigit() for code in codes):
        options.refuse("The property `options.allowedResponseCodes` must be a list of numbers.")
        return frozenset()
    return frozenset(map(int, codes))


def _told(options: PropertyReader) -> frozenset[Told]:
    if "logs" not in options:
        return TOLD_AT_LEVEL.get((options.text("logLevel") or "").upper(), frozenset())
    try:
        return frozenset(Told(part.upper()) for part in options.texts("logs"))
    except ValueError:
        options.refuse(f"The property `options.logs` must be a list of {', '.join(Told)}.")
        return frozenset()


def _auth(options: PropertyReader) -> Auth | None:
    if "basicAuthUser" in options:
        password = options.text("basicAuthPassword") or ""
        return Auth(type="BASIC", username=options.required_text("basicAuthUser"), secret=password)
    if "auth" not in options:
        return None
    auth = options.record("auth")
    kind = auth.choice("type", AUTH_TYPES, "BASIC")
    if kind == "BEARER":
        return Auth(type=kind, secret=auth.required_text("token"))
    username = auth.required_text("username")
    return Auth(type=kind, username=username, secret=auth.text("password") or "")


def _proxy(options: PropertyReader) -> str | None:
    proxy = options.record("proxy")
    host = proxy.text("address") or options.text("proxyAddress")
    if not host:
        return None
    kind = (proxy.text("type") or options.text("proxyType") or "HTTP").upper()
    if kind == "DIRECT":
        return None
    if kind != "HTTP":
        options.refuse("A proxy of a task must be of the type HTTP.")
    port = proxy.text("port") or options.text("proxyPort") or "3128"
    user = proxy.text("username") or options.text("proxyUsername")
    password = proxy.text("password") or options.text("proxyPassword") or ""
    account = f"{quote(user, safe='')}:{quote(password, safe='')}@" if user else ""
    return f"http://{account}{host}:{port}"
