"""`core.state.*`: a map that a flow keeps from one execution to the next, as a key-value.

Deprecated by Kestra in favour of `core.kv.*`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.key_values import KeyValueType
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.keeping import MISSING, KeepingType, KeyValues, Setting
from lanner_coordinator.flow.types.kv import missing
from lanner_coordinator.flow.types.native_type import NativeResult, failed, shown
from lanner_coordinator.flow.types.schemas import any_map, boolean, record, text

Properties = Mapping[str, object]

DEFAULT_NAME = "default"
"""Name of the state of a task that names none."""

_HASH_CHARACTERS = 16


def _get(properties: Properties, values: KeyValues) -> NativeResult:
    key = _key(properties, values)
    data = values.get(key, values.namespace)
    if data is MISSING and is_truthy(properties.get("errorOnMissing", False)):
        return failed(missing(key, values.namespace))
    kept = _map(data)
    return NativeResult(outputs={"count": len(kept), "data": kept})


def _set(properties: Properties, values: KeyValues) -> NativeResult:
    key = _key(properties, values)
    try:
        given = _given(properties.get("data"))
        merged = _map(values.get(key, values.namespace)) | given
        values.set(key, Setting(value=merged, type=KeyValueType.JSON), values.namespace)
    except ValueError as error:
        return failed(str(error))
    return NativeResult(outputs={"count": len(merged), "key": key})


def _delete(properties: Properties, values: KeyValues) -> NativeResult:
    key = _key(properties, values)
    was_there = values.delete(key, values.namespace)
    if not was_there and is_truthy(properties.get("errorOnMissing", False)):
        return failed(missing(key, values.namespace))
    return NativeResult(outputs={"deleted": was_there})


def _key(properties: Properties, values: KeyValues) -> str:
    """The key of the state: of the namespace or of the flow, and of the iteration in a loop."""
    parts = ["states"]
    if not is_truthy(properties.get("namespace", False)):
        parts.append(values.flow_id)
    parts.append(shown(properties.get("name")) or DEFAULT_NAME)
    if values.iteration_value and is_truthy(properties.get("taskrunValue", True)):
        # Values can be of any length and hold any character, keys cannot.
        parts.append(sha256(values.iteration_value.encode()).hexdigest()[:_HASH_CHARACTERS])
    return "_".join(parts)


def _map(value: object) -> dict[str, object]:
    return dict(value) if isinstance(value, Mapping) else {}


def _given(data: object) -> dict[str, object]:
    if isinstance(data, str):
        try:
            data = json.loads(data)
        except ValueError:
            raise ValueError("`data` is no map and no JSON of one") from None
    if not isinstance(data, Mapping):
        raise ValueError("`data` must be a map")
    return {shown(key): value for key, value in data.items()}


_SCOPE = {
    "name": text("Of the state; absent: `default`."),
    "namespace": boolean("Whether all flows of the namespace share it."),
    "taskrunValue": boolean("Whether each value of a loop has its own.", default=True),
}

GET = KeepingType(
    description=TypeDescription(
        name="io.kestra.plugin.core.state.Get",
        kind=TaskKind.NATIVE,
        description="Read a state. Use `core.kv.Get` in new flows.",
        properties_schema=record(
            [], errorOnMissing=boolean("Fail where there is no such state."), **_SCOPE
        ),
        outputs_schema=record(
            count={"type": "integer", "description": "Entries."},
            data=any_map("The state; empty: there is none."),
        ),
        examples=("id: state\ntype: io.kestra.plugin.core.state.Get\nname: progress\n",),
    ),
    run=_get,
)

SET = KeepingType(
    description=TypeDescription(
        name="io.kestra.plugin.core.state.Set",
        kind=TaskKind.NATIVE,
        description="Merge a map into a state. Use `core.kv.Set` in new flows.",
        properties_schema=record([], data=any_map("What is merged into it."), **_SCOPE),
        outputs_schema=record(
            count={"type": "integer", "description": "Entries."},
            key=text("Key in the key-value store."),
        ),
        examples=(
            "id: remember\n"
            "type: io.kestra.plugin.core.state.Set\n"
            "name: progress\n"
            "data:\n"
            '  last: "{{ execution.startDate }}"\n',
        ),
    ),
    run=_set,
    text_properties=frozenset({"data"}),
)

DELETE = KeepingType(
    description=TypeDescription(
        name="io.kestra.plugin.core.state.Delete",
        kind=TaskKind.NATIVE,
        description="Remove a state. Use `core.kv.Delete` in new flows.",
        properties_schema=record(
            [], errorOnMissing=boolean("Fail where there is no such state."), **_SCOPE
        ),
        outputs_schema=record(deleted=boolean("Whether there was one.")),
        examples=("id: forget\ntype: io.kestra.plugin.core.state.Delete\nname: progress\n",),
    ),
    run=_delete,
)

TYPES = (GET, SET, DELETE)
