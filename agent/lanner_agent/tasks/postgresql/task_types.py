"""The task types of PostgreSQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_agent.tasks import schema
from lanner_agent.tasks.contract import TaskType
from lanner_agent.tasks.postgresql.database_task import (
    QUERIES,
    QUERY,
    run_queries,
    run_query,
)
from lanner_agent.tasks.postgresql.settings import (
    DEFAULT_FETCH_SIZE,
    SSL_MODES,
    FetchType,
    StoreFormat,
)
from lanner_agent.tasks.schema import Schema

CONNECTION: Mapping[str, Schema] = {
    "url": schema.text("`jdbc:postgresql://host:port/database` or `postgresql://…`."),
    "username": schema.text("Account in the database."),
    "password": schema.text("Its password: better a `secret()` than a text."),
    "timeZoneId": schema.text("Time zone of the session, as `Europe/Berlin`."),
    "connectionPooling": schema.flag("Accepted; each task has a connection of its own."),
    "connectionPoolSize": schema.whole(
        "Accepted; each task has a connection of its own.", minimum=1
    ),
    "ssl": schema.flag("Encrypt the connection.", default=False),
    "sslMode": schema.choice("How the server is checked.", SSL_MODES),
    "sslRootCert": schema.text("Certificate of the authority, PEM."),
    "sslCert": schema.text("Certificate of the client, PEM."),
    "sslKey": schema.text("Key of the client, PEM."),
    "sslKeyPassword": schema.text("Password of the client's key."),
}

STATEMENTS: Mapping[str, Schema] = {
    "sql": schema.text(
        "The SQL. `COPY table FROM '<URI of an artifact>'` streams the file into the table."
    ),
    "afterSQL": schema.text("SQL to run afterwards, in the same transaction."),
    "parameters": schema.any_map("Values of `:name` parameters in the SQL."),
    "fetchType": schema.choice(
        "What becomes of the rows: nothing, the output `rows`, the output `row`, or a stored file"
        " with its URI in the output `uri`.",
        list(FetchType),
        default=FetchType.NONE.value,
    ),
    "fetchSize": schema.whole("Rows that are read at once.", default=DEFAULT_FETCH_SIZE, minimum=1),
    "storeFormat": schema.choice(
        "Format of stored rows; CSV has a header.",
        [name for known in StoreFormat for name in (known.value, known.value.upper())],
        default=StoreFormat.CSV.value,
    ),
    "store": schema.flag("Write `fetchType: STORE`.", deprecated=True),
    "fetch": schema.flag("Write `fetchType: FETCH`.", deprecated=True),
    "fetchOne": schema.flag("Write `fetchType: FETCH_ONE`.", deprecated=True),
}

ROWS: Mapping[str, Schema] = {
    "row": schema.any_map("The first row, of `FETCH_ONE`."),
    "rows": {"type": "array", "items": {"type": "object"}, "description": "Rows, of `FETCH`."},
    "uri": schema.text("URI of the stored rows, of `STORE`."),
    "size": schema.whole("Number of rows."),
}

ACCOUNT = "url: jdbc:postgresql://db:5432/shop\nusername: etl\npassword: \"{{ secret('DB') }}\"\n"

TASK_TYPES: Sequence[TaskType] = (
    TaskType(
        name=QUERY,
        description="Run one SQL statement in a PostgreSQL database.",
        properties_schema=schema.record({**CONNECTION, **STATEMENTS}, required=["url", "sql"]),
        outputs_schema=schema.record(ROWS),
        run=run_query,
        examples=(
            f"id: extract\ntype: {QUERY}\n{ACCOUNT}"
            "sql: SELECT * FROM orders WHERE day = :day\n"
            'parameters:\n  day: "{{ trigger.date }}"\nfetchType: STORE\n',
            f"id: load\ntype: {QUERY}\n{ACCOUNT}"
            "sql: COPY orders FROM '{{ outputs.transform.uri }}'\n",
        ),
    ),
    TaskType(
        name=QUERIES,
        description="Run several SQL statements in a PostgreSQL database, one after the other.",
        properties_schema=schema.record(
            {
                **CONNECTION,
                **STATEMENTS,
                "transaction": schema.flag("All or none take effect.", default=True),
            },
            required=["url", "sql"],
        ),
        outputs_schema=schema.record(
            {"outputs": schema.records(ROWS, "Outputs of each statement.")}
        ),
        run=run_queries,
        examples=(
            f"id: prepare\ntype: {QUERIES}\n{ACCOUNT}"
            "sql: |\n  CREATE TABLE IF NOT EXISTS days (day date);\n"
            "  INSERT INTO days VALUES (current_date);\n",
        ),
    ),
)
"""All types of this family, for the entry point."""
