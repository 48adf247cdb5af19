"""Everything that the reader calls deprecated is rewritten by `migrate`, or named with a reason."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping

import pytest

import lanner_coordinator.flow
from lanner_agent.discovery import installed_task_types
from lanner_coordinator.flow.aliases import ALIASES, REPLACED_TYPES
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.conditions.table import CONDITION_ALIASES, CONDITIONS, MULTIPLE
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.migration import rules
from lanner_coordinator.flow.migration.migrate import migrate
from lanner_coordinator.flow.model import InputType, TaskKind
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.flow.reading.fields import FieldTable
from lanner_coordinator.flow.reading.input_schemas import SCHEMAS, TYPE_ALIASES
from tests.unit.flow.sources import HEAD, TASKS

_TYPES = KnownTypes(
    [
        TypeDescription(
            name=one.name,
            kind=TaskKind.AGENT,
            aliases=one.aliases,
            properties_schema=one.properties_schema,
        )
        for one in installed_task_types()
    ]
)
_RETRY = "retry: {{type: {0}, interval: PT1S, maxInterval: PT9S, minInterval: PT1S, maxAttempt: 3}}"
_LOOP = "value: [a], tasks: [{id: x, type: core.log.Log, message: Hi}]"

_SPELLINGS = {
    ("A flow", "taskDefaults"): "taskDefaults: []\n",
    ("An input", "name"): "inputs: [{name: a, type: STRING}]\n",
    ("A trigger", "scheduleConditions"): (
        "triggers: [{id: a, type: core.trigger.Schedule, cron: '@daily',"
        " scheduleConditions: [{type: core.condition.Weekend}]}]\n"
    ),
    ("A constant retry", "maxAttempt"): f"{_RETRY.format('constant')}\n",
    ("An exponential retry", "maxAttempt"): f"{_RETRY.format('exponential')}\n",
    ("A random retry", "maxAttempt"): f"{_RETRY.format('random')}\n",
    ("An SLA of type EXECUTION_ASSERTION", "condition"): (
        "sla: [{id: a, type: EXECUTION_CONDITION, behavior: FAIL, condition: '{{ true }}'}]\n"
    ),
}
_KEYS = {
    "listeners": "listeners: [{tasks: [{id: a, type: core.log.Log, message: Hi}]}]\n",
}
_VALUES = {
    "delay": "PT1S",
    "docker": "{image: a}",
    "extension": ".csv",
    "fetch": "true",
    "fetchOne": "true",
    "options": "[a]",
    "outputDirectory": "true",
    "outputs": "{a: b}",
    "runner": "DOCKER",
    "store": "true",
}
_REPLACED = {
    "io.kestra.plugin.core.flow.EachParallel": _LOOP,
    "io.kestra.plugin.core.flow.EachSequential": _LOOP,
    "io.kestra.plugin.core.debug.Echo": "format: Hi",
}


def _tables() -> Iterator[FieldTable]:
    prefix = f"{lanner_coordinator.flow.__name__}."
    for found in pkgutil.walk_packages(lanner_coordinator.flow.__path__, prefix):
        for value in vars(importlib.import_module(found.name)).values():
            values = value.values() if isinstance(value, Mapping) else [value]
            yield from (one for one in values if isinstance(one, FieldTable))


def _deprecated(schema: object, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of the deprecated properties in a schema."""
    if isinstance(schema, Mapping):
        if schema.get("deprecated") is True:
            yield path
        properties = schema.get("properties", {})
        for key, inner in properties.items() if isinstance(properties, Mapping) else ():
            yield from _deprecated(inner, (*path, str(key)))
        for key in ("items", "anyOf", "oneOf", "additionalProperties", "$defs"):
            yield from _deprecated(schema.get(key), (*path, key))
    elif isinstance(schema, list | tuple):
        for one in schema:
            yield from _deprecated(one, path)


_OLD_SPELLINGS = sorted(
    {(table.owner, old) for table in _tables() for one in table.fields for old in one.formerly}
)
_DEPRECATED_KEYS = sorted(
    {one.name for table in _tables() for one in table.fields if one.deprecated}
)
_DEPRECATED_PROPERTIES = [
    (one.name, path)
    for one in (*_TYPES.task_types(), *_TYPES.trigger_types())
    for path in _deprecated(one.properties_schema)
]
_DEPRECATED_INPUTS = [
    (kind, path) for kind, schema in SCHEMAS.items() for path in _deprecated(schema)
]


def _check(source: str, *names: str) -> None:
    """That what is deprecated in a source is rewritten, or stays with the reason of the table."""
    before = _warnings(source)
    assert before

    result = migrate(source, _TYPES)

    reasons = [rules.why_kept(name) for name in names]
    if any(reasons):
        assert any(why in one.sentence for one in result.kept for why in reasons if why)
    else:
        assert _warnings(result.text) == []
        assert result.kept == ()
    assert migrate(result.text, _TYPES).changes == ()


def _warnings(source: str) -> list[str]:
    problems = read_flow(source, _TYPES).problems
    return [one.message for one in problems if one.code == Code.DEPRECATED]


@pytest.mark.parametrize(("owner", "old"), _OLD_SPELLINGS)
def test_every_old_spelling_of_a_key_is_rewritten(owner: str, old: str) -> None:
    _check(f"{HEAD}{TASKS}{_SPELLINGS[owner, old]}", old)


@pytest.mark.parametrize("key", _DEPRECATED_KEYS)
def test_every_deprecated_key_is_rewritten_or_named(key: str) -> None:
    _check(f"{HEAD}{TASKS}{_KEYS[key]}", key)


@pytest.mark.parametrize(("name", "path"), _DEPRECATED_PROPERTIES)
def test_every_deprecated_property_is_rewritten_or_named(name: str, path: tuple[str, ...]) -> None:
    (key,) = path

    _check(f"{HEAD}tasks:\n  - {{id: t, type: {name}, {key}: {_VALUES[key]}}}\n", key)


@pytest.mark.parametrize(("kind", "path"), _DEPRECATED_INPUTS)
def test_every_deprecated_property_of_an_input_is_rewritten_or_named(
    kind: InputType, path: tuple[str, ...]
) -> None:
    (key,) = path

    _check(f"{HEAD}{TASKS}inputs: [{{id: i, type: {kind}, {key}: {_VALUES[key]}}}]\n", key)


@pytest.mark.parametrize(
    "name", sorted(name for name in REPLACED_TYPES if _TYPES.task_type(name) is not None)
)
def test_every_type_with_a_successor_is_rewritten_or_named(name: str) -> None:
    properties = "" if rules.why_kept(name) else f", {_REPLACED[name]}"

    _check(f"{HEAD}tasks:\n  - {{id: t, type: {name}{properties}}}\n", name)


@pytest.mark.parametrize("name", sorted(name for name, one in CONDITIONS.items() if one.deprecated))
def test_every_deprecated_condition_is_rewritten_or_named(name: str) -> None:
    key = "MultipleCondition" if name == MULTIPLE else name
    below = "{x: {type: core.condition.ExecutionFlow, namespace: b, flowId: c}}"
    condition = f"{{type: {name}, id: a, namespace: b, flowId: c, conditions: {below}}}"

    _check(
        f"{HEAD}{TASKS}triggers: [{{id: t, type: core.trigger.Flow, conditions: [{condition}]}}]\n",
        key,
    )


def test_every_older_name_of_a_type_becomes_its_newest_one() -> None:
    tasks = {old: rules.newest_type(old, _TYPES) for old in ALIASES}
    conditions = {old: rules.newest_condition(old) for old in CONDITION_ALIASES}

    assert tasks == ALIASES
    assert conditions == CONDITION_ALIASES
    assert not set(ALIASES.values()) & set(ALIASES)


def test_older_names_of_input_types_become_the_newest_one() -> None:
    source = f"{HEAD}{TASKS}inputs: [{{id: a, type: ENUM, values: [b]}}]\n"

    _check(source, "ENUM")
    assert set(TYPE_ALIASES) <= {*rules.INPUT_TYPES, *rules.INPUT_TYPES.values()}


def test_every_reason_belongs_to_something_deprecated() -> None:
    known = {
        *_DEPRECATED_KEYS,
        *(path[0] for _, path in (*_DEPRECATED_PROPERTIES, *_DEPRECATED_INPUTS)),
        *REPLACED_TYPES,
        *(name for name, one in CONDITIONS.items() if one.deprecated),
        "MultipleCondition",
    }

    assert set(rules.NOT_REWRITTEN) <= known
    assert known >= rules.REWRITTEN_WHERE_POSSIBLE
    assert not rules.REWRITTEN_WHERE_POSSIBLE & set(rules.NOT_REWRITTEN)
