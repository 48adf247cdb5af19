"""JSON Schema of suites, for editors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.testing.model import FORMER_SPELLINGS, UNIT_TEST, Operator
from lanner_coordinator.testing.reading_fixtures import STATES

Schema = Mapping[str, object]

_TEXT: Schema = {"type": ["string", "number", "boolean"]}
_MAP: Schema = {"type": "object"}
_FLAG: Schema = {"type": "boolean"}
_MEANINGS = {
    Operator.EQUAL_TO: "The value is this, or prints the same text.",
    Operator.NOT_EQUAL_TO: "The value is not this, and prints another text.",
    Operator.CONTAINS: "The text has this part, the list this item, or the map this key.",
    Operator.STARTS_WITH: "The text begins so.",
    Operator.ENDS_WITH: "The text ends so.",
    Operator.GREATER_THAN: "The number is greater.",
    Operator.GREATER_THAN_OR_EQUAL_TO: "The number is this or greater.",
    Operator.LESS_THAN: "The number is less.",
    Operator.LESS_THAN_OR_EQUAL_TO: "The number is this or less.",
    Operator.IN: "The value is one of these.",
    Operator.NOT_IN: "The value is none of these.",
    Operator.IS_NULL: "Whether the value is null or not there.",
    Operator.IS_NOT_NULL: "Whether the value is there and not null.",
}


def suite_schema() -> Schema:
    """The schema of a file with tests."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "Tests of a Lanner flow",
        **_record(
            ("id", "namespace", "flowId", "testCases"),
            id=_told(_TEXT, "Of the suite."),
            namespace=_told(_TEXT, "Of the flow."),
            flowId=_told(_TEXT, "The tested flow."),
            description=_TEXT,
            disabled=_told(_FLAG, "Nothing of it is run."),
            testCases={"type": "array", "minItems": 1, "items": _case()},
        ),
    }


def _case() -> Schema:
    return _record(
        ("id", "assertions"),
        id=_told(_TEXT, "Unique in the suite."),
        type={"const": UNIT_TEST},
        description=_TEXT,
        disabled=_told(_FLAG, "It is passed over."),
        fixtures=_fixtures(),
        assertions={"type": "array", "minItems": 1, "items": _assertion()},
    )


def _fixtures() -> Schema:
    return _record(
        (),
        inputs=_told(_MAP, "Values by input id."),
        files=_texts("Texts by name; `files['name']` is the URI."),
        tasks={"type": "array", "items": _task()},
        trigger=_record(
            ("id",),
            id=_told(_TEXT, "Of the trigger."),
            type=_TEXT,
            variables=_told(_MAP, "`trigger.*`."),
        ),
        now=_told({"type": "string"}, "When the execution starts, such as 2026-03-01T06:00:00Z."),
        secrets=_texts("What `secret()` gives."),
        kv=_told(_MAP, "What `kv()` gives in the flow's namespace."),
        envs=_texts("`envs.*`."),
        globals=_told(_MAP, "`globals.*`."),
        namespace=_told(_MAP, "Variables of the namespace, `namespace.*`."),
    )


def _task() -> Schema:
    return _record(
        ("id",),
        id=_told(_TEXT, "The task, which is not run."),
        flowId=_told(_TEXT, "Of a subflow; absent: the tested flow."),
        value=_told(_TEXT, "Only of the iteration with this value."),
        iteration=_told({"type": "integer", "minimum": 0}, "Only of the iteration of this number."),
        attempt=_told({"type": "integer", "minimum": 1}, "Only of the attempt of this number."),
        state=_told({"enum": [str(one) for one in STATES]}, "How it ends; SUCCESS if absent."),
        outputs=_told(_MAP, "What it leaves."),
        error=_told(_TEXT, "Why it failed."),
        description=_TEXT,
        assets={},
    )


def _assertion() -> Schema:
    operators: dict[str, Schema] = {one.value: {"description": _MEANINGS[one]} for one in Operator}
    former = {
        name: {"deprecationMessage": f"Write {one}."}
        for one, names in FORMER_SPELLINGS.items()
        for name in names
    }
    return _record(
        ("value",),
        value={"description": "What is compared; rendered when the execution has ended."},
        taskId=_told(_TEXT, "Task whose `taskrun` the value sees."),
        description=_TEXT,
        errorMessage=_told(_TEXT, "Told where it does not hold."),
        **operators,
        **former,
    )


def _told(schema: Schema, description: str) -> Schema:
    return {**schema, "description": description}


def _texts(description: str) -> Schema:
    return {"type": "object", "additionalProperties": _TEXT, "description": description}


def _record(required: Sequence[str], **properties: Schema) -> Schema:
    record: dict[str, object] = {
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
    }
    if required:
        record["required"] = list(required)
    return record
