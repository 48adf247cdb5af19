"""What the properties of a task with statements say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from lanner_agent.tasks.postgresql.address import BadUrl, DatabaseAddress, read_url
from lanner_agent.tasks.properties import PropertyReader

DEFAULT_FETCH_SIZE = 10_000

SSL_MODES = ("DISABLE", "ALLOW", "PREFER", "REQUIRE", "VERIFY_CA", "VERIFY_FULL")


class FetchType(StrEnum):
    """What becomes of the rows of a statement."""

    NONE = "NONE"
    FETCH = "FETCH"
    FETCH_ONE = "FETCH_ONE"
    STORE = "STORE"


class StoreFormat(StrEnum):
    """How stored rows are written."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True, kw_only=True)
class SslFiles:
    """Certificates and key as PEM texts; empty: none.

    Attributes:
        root_certificate: Of the authority that the server's certificate is checked with.
        certificate: The client's.
        key: The client's.
    """

    root_certificate: str = ""
    certificate: str = ""
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseTask:
    """A task with statements.

    Attributes:
        address: Where the database is, and the account.
        ssl_files: Certificates and key.
        time_zone: Time zone of the session; empty: the server's.
        sql: The statements.
        after_sql: Statements that follow in the same transaction.
        parameters: Values of `:name` parameters.
        fetch_type: What becomes of rows.
        fetch_size: Rows that are read at once.
        store_format: How rows are stored.
        is_transaction: All statements are one transaction.
    """

    address: DatabaseAddress
    ssl_files: SslFiles
    time_zone: str
    sql: str = field(repr=False)
    after_sql: str = field(repr=False)
    parameters: Mapping[str, object] = field(repr=False)
    fetch_type: FetchType
    fetch_size: int
    store_format: StoreFormat
    is_transaction: bool


def read_task(reader: PropertyReader) -> DatabaseTask:
    """Read the properties.

    Raises:
        TaskFailed: They make no sense.
    """
    task = DatabaseTask(
        address=_address(reader),
        ssl_files=SslFiles(
            root_certificate=reader.text("sslRootCert") or "",
            certificate=reader.text("sslCert") or "",
            key=reader.text("sslKey") or "",
        ),
        time_zone=reader.text("timeZoneId") or "",
        sql=reader.required_text("sql"),
        after_sql=reader.text("afterSQL") or "",
        parameters=reader.mapping("parameters"),
        fetch_type=_fetch_type(reader),
        fetch_size=reader.whole("fetchSize", DEFAULT_FETCH_SIZE),
        store_format=StoreFormat(reader.choice("storeFormat", _formats(), "CSV").lower()),
        is_transaction=reader.flag("transaction", default=True),
    )
    reader.finish()
    return task


def _formats() -> Sequence[str]:
    return [store_format.upper() for store_format in StoreFormat]


def _fetch_type(reader: PropertyReader) -> FetchType:
    if "fetchType" in reader:
        return FetchType(reader.choice("fetchType", list(FetchType), FetchType.NONE))
    older = {
        "store": FetchType.STORE,
        "fetch": FetchType.FETCH,
        "fetchOne": FetchType.FETCH_ONE,
    }
    asked = [fetch_type for name, fetch_type in older.items() if reader.flag(name)]
    if len(asked) > 1:
        reader.refuse("Only one of `store`, `fetch` and `fetchOne` may be true: use `fetchType`.")
    return asked[0] if asked else FetchType.NONE


def _address(reader: PropertyReader) -> DatabaseAddress:
    url = reader.required_text("url")
    try:
        address = read_url(url) if url else DatabaseAddress(parameters={})
    except BadUrl as problem:
        reader.refuse(str(problem))
        return DatabaseAddress(parameters={})
    given = {
        "user": reader.text("username"),
        "password": reader.text("password"),
        "sslmode": _ssl_mode(reader),
        "sslpassword": reader.text("sslKeyPassword"),
    }
    known = {name: text for name, text in given.items() if text}
    parameters = {**address.parameters, **known}
    return DatabaseAddress(parameters=parameters, ignored=address.ignored)


def _ssl_mode(reader: PropertyReader) -> str | None:
    if "sslMode" in reader:
        return reader.choice("sslMode", SSL_MODES, "PREFER").lower().replace("_", "-")
    return "require" if reader.flag("ssl") else None
