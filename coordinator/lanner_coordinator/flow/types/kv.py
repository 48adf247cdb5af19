"""`core.kv.*`: values that outlive an execution."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.duration import parse_duration
from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.key_values import KeyValueType
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types.keeping import MISSING, KeepingType, KeyValues, Setting
from lanner_coordinator.flow.types.native_type import NativeResult, failed, shown
from lanner_coordinator.flow.types.schemas import boolean, duration, record, text

Properties = Mapping[str, object]

_NAMESPACE = text("Where the key lives; absent: the namespace of the flow.")
_KEY = text("The key.")


def _get(properties: Properties, values: KeyValues) -> NativeResult:
    key, namespace = shown(properties["key"]), _namespace(properties)
    value = values.get(key, namespace)
    if value is not MISSING:
        return NativeResult(outputs={"value": value})
    if is_truthy(properties.get("errorOnMissing", False)):
        return failed(missing(key, namespace or values.namespace))
    return NativeResult(outputs={"value": None})


def _set(properties: Properties, values: KeyValues) -> NativeResult:
    try:
        values.set(shown(properties["key"]), _setting(properties), _namespace(properties))
    except ValueError as error:
        return failed(str(error))
    return NativeResult()


def _setting(properties: Properties) -> Setting:
    kind = shown(properties.get("kvType"))
    if kind and kind not in KeyValueType.__members__:
        raise ValueError(f"`{kind}` is none of the types {', '.join(KeyValueType)}")
    ttl = shown(properties.get("ttl"))
    description = properties.get("kvDescription")
    return Setting(
        value=properties.get("value"),
        type=KeyValueType(kind) if kind else None,
        lasts=parse_duration(ttl) if ttl else None,
        description=None if description is None else shown(description),
        may_overwrite=is_truthy(properties.get("overwrite", True)),
    )


def _delete(properties: Properties, values: KeyValues) -> NativeResult:
    key, namespace = shown(properties["key"]), _namespace(properties)
    was_there = values.delete(key, namespace)
    if not was_there and is_truthy(properties.get("errorOnMissing", False)):
        return failed(missing(key, namespace or values.namespace))
    return NativeResult(outputs={"deleted": was_there})


def _get_keys(properties: Properties, values: KeyValues) -> NativeResult:
    keys = values.keys(shown(properties.get("prefix")), _namespace(properties))
    return NativeResult(outputs={"keys": list(keys)})


def _namespace(properties: Properties) -> str | None:
    return shown(properties.get("namespace")) or None


def missing(key: str, namespace: str) -> str:
    """The sentence about a value that must be there."""
    return (
        f"No value found for key '{key}' in namespace '{namespace}' and `errorOnMissing` is set "
        "to true"
    )


GET = KeepingType(
    description=TypeDescription(
        name="io.kestra.plugin.core.kv.Get",
        kind=TaskKind.NATIVE,
        description="Read a value of the key-value store, also of the namespaces above.",
        properties_schema=record(
            ["key"],
            key=_KEY,
            namespace=_NAMESPACE,
            errorOnMissing=boolean("Fail where there is no such key."),
        ),
        outputs_schema=record(value={"description": "The value; null: there is none."}),
        examples=("id: last_day\ntype: io.kestra.plugin.core.kv.Get\nkey: last_day\n",),
    ),
    run=_get,
)

SET = KeepingType(
    description=TypeDescription(
        name="io.kestra.plugin.core.kv.Set",
        kind=TaskKind.NATIVE,
        description="Set a value of the key-value store.",
        properties_schema=record(
            ["key", "value"],
            key=_KEY,
            value={"description": "Any value; one whole expression keeps its type."},
            namespace=_NAMESPACE,
            kvType={
                "type": "string", "enum": list(KeyValueType),
                "description": "What the value must be; absent: what it is.",
            },
            ttl=duration("How long the value is there; absent: for ever."),
            kvDescription=text("What the value is about, for people."),
            overwrite=boolean("Whether there may be a value already.", default=True),
        ),
        examples=(
            "id: remember\n"
            "type: io.kestra.plugin.core.kv.Set\n"
            "key: last_day\n"
            'value: "{{ trigger.date ?? execution.startDate }}"\n'
            "ttl: P30D\n",
        ),
    ),
    run=_set,
)  # fmt: skip

DELETE = KeepingType(
    description=TypeDescription(
        name="io.kestra.plugin.core.kv.Delete",
        kind=TaskKind.NATIVE,
        description="Remove a value of the key-value store.",
        properties_schema=record(
            ["key"],
            key=_KEY,
            namespace=_NAMESPACE,
            errorOnMissing=boolean("Fail where there is no such key."),
        ),
        outputs_schema=record(deleted=boolean("Whether there was one.")),
        examples=("id: forget\ntype: io.kestra.plugin.core.kv.Delete\nkey: last_day\n",),
    ),
    run=_delete,
)

GET_KEYS = KeepingType(
    description=TypeDescription(
        name="io.kestra.plugin.core.kv.GetKeys",
        kind=TaskKind.NATIVE,
        description="List the keys of a namespace.",
        properties_schema=record(
            prefix=text("What the keys start with; absent: all."),
            namespace=_NAMESPACE,
        ),
        outputs_schema=record(
            keys={"type": "array", "items": {"type": "string"}, "description": "In order."}
        ),
        examples=("id: days\ntype: io.kestra.plugin.core.kv.GetKeys\nprefix: day_\n",),
    ),
    run=_get_keys,
)

TYPES = (GET, SET, DELETE, GET_KEYS)
