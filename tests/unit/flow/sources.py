"""Short ways to read sources in tests."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import Flow, PluginDefault, TaskKind
from lanner_coordinator.flow.reader import ReadResult, read_flow

HEAD = "id: demo\nnamespace: company.team\n"
TASKS = "tasks:\n  - {id: hello, type: core.log.Log, message: Hello}\n"

QUERY = TypeDescription(
    name="io.kestra.plugin.jdbc.postgresql.Query",
    kind=TaskKind.AGENT,
    properties_schema={
        "type": "object",
        "properties": {
            "url": {"type": "string"},
            "username": {"type": "string"},
            "sql": {"type": "string"},
            "store": {"type": "boolean", "deprecated": True, "description": "Use `fetchType`."},
            "fetchType": {"enum": ["NONE", "FETCH", "STORE"]},
            "fetchSize": {"type": "integer", "minimum": 1},
            "parameters": {"type": "object"},
            "taskRunner": {
                "type": "object",
                "properties": {
                    "type": {"type": "string"},
                    "image": {"type": "string"},
                    "user": {"type": "string"},
                },
                "required": ["type"],
                "additionalProperties": False,
            },
        },
        "required": ["url", "sql"],
        "additionalProperties": False,
    },
)
"""A type that agents offer in these tests."""

TYPES = KnownTypes([QUERY])


def read(source: str, *, plugin_defaults: Sequence[PluginDefault] = ()) -> ReadResult:
    """Read a source with the types of these tests."""
    return read_flow(source, TYPES, plugin_defaults=plugin_defaults)


def good(source: str, *, plugin_defaults: Sequence[PluginDefault] = ()) -> Flow:
    """The flow of a source that has no errors."""
    result = read(source, plugin_defaults=plugin_defaults)
    assert result.flow is not None, result.problems
    return result.flow


def found(source: str) -> list[str]:
    """The problems of a source as `LNR020 3:5`."""
    return [
        f"{one.code} {one.position.line}:{one.position.column}" for one in read(source).problems
    ]


def only(source: str) -> str:
    """The one problem of a source as `message | hint`."""
    problems = read(source).problems
    assert len(problems) == 1, problems
    return f"{problems[0].message} | {problems[0].hint}"
