"""The task types of the web."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_agent.tasks import schema
from lanner_agent.tasks.contract import TaskType
from lanner_agent.tasks.http import download, request, sse
from lanner_agent.tasks.http.settings import AUTH_TYPES, JSON, Told
from lanner_agent.tasks.schema import Schema

REQUEST = "io.kestra.plugin.core.http.Request"
DOWNLOAD = "io.kestra.plugin.core.http.Download"
SSE_REQUEST = "io.kestra.plugin.core.http.SseRequest"

_TIMEOUT: Mapping[str, Schema] = {
    "connectTimeout": schema.duration("Limit of connecting, as `PT30S`.", default="PT30S"),
    "readIdleTimeout": schema.duration("How long the server may be silent.", default="PT5M"),
}
_PROXY: Mapping[str, Schema] = {
    "type": schema.choice("Kind of proxy.", ["HTTP", "DIRECT"], default="HTTP"),
    "address": schema.text("Host of the proxy."),
    "port": schema.whole("Port of the proxy.", minimum=1, maximum=65535),
    "username": schema.text("Account at the proxy."),
    "password": schema.text("Its password."),
}
_AUTH: Mapping[str, Schema] = {
    "type": schema.choice("How the caller says who it is.", AUTH_TYPES, default="BASIC"),
    "username": schema.text("Account, for BASIC and DIGEST."),
    "password": schema.text("Its password: better a `secret()` than a text."),
    "token": schema.text("Token, for BEARER."),
}
_SSL: Mapping[str, Schema] = {
    "insecureTrustAllCertificates": schema.flag("Take any certificate.", default=False)
}
_OLD_OPTIONS: Mapping[str, Schema] = {
    "connectTimeout": schema.duration("As `timeout.connectTimeout`."),
    "readTimeout": schema.duration("As `timeout.readIdleTimeout`."),
    "readIdleTimeout": schema.duration("As `timeout.readIdleTimeout`."),
    "connectionPoolIdleTimeout": schema.text("Accepted; each task has a connection of its own."),
    "proxyType": schema.choice("As `proxy.type`.", ["HTTP", "DIRECT"]),
    "proxyAddress": schema.text("As `proxy.address`."),
    "proxyPort": schema.whole("As `proxy.port`.", minimum=1, maximum=65535),
    "proxyUsername": schema.text("As `proxy.username`."),
    "proxyPassword": schema.text("As `proxy.password`."),
    "basicAuthUser": schema.text("As `auth.username` of the type BASIC."),
    "basicAuthPassword": schema.text("As `auth.password` of the type BASIC."),
    "logLevel": schema.text("As `logs`: INFO, DEBUG or TRACE for more and more of them."),
}
_OPTIONS: Mapping[str, Schema] = {
    "timeout": schema.record(_TIMEOUT, description="Limits of time."),
    "proxy": schema.record(_PROXY, description="Way to the server."),
    "auth": schema.record(_AUTH, description="Who calls."),
    "ssl": schema.record(_SSL, description="How the server is checked."),
    "followRedirects": schema.flag("Follow redirections.", default=True),
    "defaultCharset": schema.text("Character set of the body that is sent.", default="UTF-8"),
    "maxContentLength": schema.whole("Largest body in bytes; 10 MiB for a Request.", minimum=1),
    "allowFailed": schema.flag("A status from 400 on is an answer like others.", default=False),
    "allowedResponseCodes": {
        "type": "array",
        "items": {"type": "integer", "minimum": 100, "maximum": 599},
        "description": "The only statuses that are no failure.",
    },
    "logs": {
        "type": "array",
        "items": {"type": "string", "enum": list(Told)},
        "description": "Parts of the exchange that are logged: headers at DEBUG, the beginning of"
        " bodies at TRACE; headers with credentials are hidden.",
    },
    **_OLD_OPTIONS,
}

CALL: Mapping[str, Schema] = {
    "uri": schema.text("Address, `http://…` or `https://…`."),
    "method": schema.text("Method of HTTP.", default="GET"),
    "headers": schema.text_map("Headers."),
    "params": schema.text_map("Added to the query of the address."),
    "body": schema.any_value("Body; maps and lists are written as JSON."),
    "formData": schema.any_map(
        "Fields of a form instead of a body. With `contentType: multipart/form-data` a URI of an"
        " artifact, or a map of `name` and `content` with one, is sent as a file."
    ),
    "contentType": schema.text("Type of the body.", default=JSON),
    "options": schema.record(_OPTIONS, description="How the call is made."),
    "allowFailed": schema.flag("As `options.allowFailed`."),
    "sslOptions": schema.record(_SSL, description="As `options.ssl`."),
}

_HEADERS = schema.any_map("Headers of the response: lists of values by name.")

TASK_TYPES: Sequence[TaskType] = (
    TaskType(
        name=REQUEST,
        aliases=("io.kestra.plugin.fs.http.Request",),
        description="Call a web service.",
        properties_schema=schema.record(
            {
                **CALL,
                "encryptBody": schema.flag(
                    "Give the body as `encryptedBody`, which is stored encrypted and masked.",
                    default=False,
                ),
            },
            required=["uri"],
        ),
        outputs_schema=schema.record(
            {
                "uri": schema.text("Address that was called."),
                "code": schema.whole("Status of the response."),
                "headers": _HEADERS,
                "body": schema.text("Body of the response; absent when it was empty."),
                "encryptedBody": {
                    **schema.text("Body of the response instead, with `encryptBody: true`."),
                    "writeOnly": True,
                },
            }
        ),
        run=request.run,
        examples=(
            f"id: order\ntype: {REQUEST}\nuri: https://shop.example/api/orders\nmethod: POST\n"
            "body:\n  number: 7\n",
        ),
    ),
    TaskType(
        name=DOWNLOAD,
        aliases=("io.kestra.plugin.fs.http.Download",),
        description="Bring a file from a web server into artifact storage.",
        properties_schema=schema.record(
            {
                **CALL,
                "failOnEmptyResponse": schema.flag("An empty file is a failure.", default=True),
                "saveAs": schema.text("Name of the stored file; absent: the server's."),
            },
            required=["uri"],
        ),
        outputs_schema=schema.record(
            {
                "uri": schema.text("URI of the stored file."),
                "code": schema.whole("Status of the response."),
                "length": schema.whole("Size of the file in bytes."),
                "headers": _HEADERS,
            }
        ),
        run=download.run,
        examples=(f"id: orders\ntype: {DOWNLOAD}\nuri: https://shop.example/orders.csv\n",),
    ),
    TaskType(
        name=SSE_REQUEST,
        description="Read the events that a server sends, until it ends the stream.",
        properties_schema=schema.record(
            {
                **CALL,
                "concatJqExpression": schema.text(
                    "Program of jq that is given each event, `.data.message`; what it gives is"
                    " joined into `result`."
                ),
                "failedOnMissingJq": schema.flag(
                    "An event for which the program gives no value is a failure.", default=True
                ),
            },
            required=["uri"],
        ),
        outputs_schema=schema.record(
            {
                "uri": schema.text("Address that was called."),
                "size": schema.whole("Number of events."),
                "events": {
                    "type": "array",
                    "items": schema.any_map("`data`, `id`, `name`, `comment`, `retry`."),
                    "description": "The events; absent when there is a `result`.",
                },
                "result": schema.text("What the program of jq gave, joined."),
            }
        ),
        run=sse.run,
        examples=(
            f"id: answer\ntype: {SSE_REQUEST}\nuri: https://ai.example/stream\n"
            "concatJqExpression: .data.message\n",
        ),
    ),
)
"""All types of this family, for the entry point."""
