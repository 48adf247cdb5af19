"""Which executions a flow trigger may react to, so that nobody else's have to be shown to it. Pure.

A topic is a text that stands for a set of flows. What a trigger listens to is never too little; its
conditions tell the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lanner_coordinator.flow.conditions.contract import CONDITION_PREFIX
from lanner_coordinator.flow.conditions.execution import comparison_of
from lanner_coordinator.flow.conditions.upstream import DEPENDENCY, WHERE
from lanner_coordinator.flow.model import Condition, Trigger
from lanner_coordinator.flow.state_names import TERMINAL_STATES, state_name
from lanner_coordinator.flow.types.triggers import FLOW

ANY = "any"
"""All flows."""

_EXECUTION_FLOW = f"{CONDITION_PREFIX}ExecutionFlow"
_EXECUTION_NAMESPACE = f"{CONDITION_PREFIX}ExecutionNamespace"
_OR = f"{CONDITION_PREFIX}Or"
_KINDS = {"EQUALS": "namespace", "PREFIX": "prefix", "SUFFIX": "suffix"}
_FILTERS = {"EQUAL_TO": "namespace", "STARTS_WITH": "prefix", "ENDS_WITH": "suffix"}
_NARROW = ("flow:", "namespace:", "prefix:", "suffix:", ANY)

_Topics = frozenset[str]
_ALL: _Topics = frozenset({ANY})


def flow_topic(namespace: str, flow_id: str) -> str:
    """The topic of one flow."""
    return f"flow:{namespace}/{flow_id}"


def topics_of(trigger: Trigger) -> tuple[str, ...]:
    """What a trigger listens to; nothing where it is no flow trigger."""
    if trigger.type != FLOW.name:
        return ()
    choices = [_of(condition) for condition in trigger.conditions]
    choices += [_union(one.parts.values()) for one in trigger.preconditions]
    return tuple(sorted(_narrowest(choices)))


def shown_topics(topics: Sequence[str]) -> str:
    """What lists show of topics: `after company/load, company.etl/*`."""
    patterns = {"flow": "{}", "namespace": "{}/*", "prefix": "{}*/*", "suffix": "*{}/*"}
    shown = []
    for topic in topics:
        kind, _, value = topic.partition(":")
        shown.append(patterns[kind].format(value) if value else "any flow")
    return f"after {', '.join(shown)}" if shown else ""


def states_of(trigger: Trigger) -> tuple[str, ...]:
    """In which states of executions a flow trigger reacts."""
    if trigger.type != FLOW.name:
        return ()
    given = trigger.properties.get("states")
    if not isinstance(given, Sequence) or isinstance(given, str):
        return TERMINAL_STATES
    return tuple(state_name(one) for one in given)


def _of(condition: Condition) -> _Topics:
    properties = condition.properties
    if condition.type in (_EXECUTION_FLOW, DEPENDENCY):
        return frozenset({_flow(properties)})
    if condition.type == _EXECUTION_NAMESPACE:
        return _named(_KINDS[comparison_of(condition)], properties.get("namespace"))
    if condition.type == WHERE:
        return _where(properties)
    if condition.type == _OR:
        return _union(condition.children.values())
    return _ALL


def _flow(properties: Mapping[str, object]) -> str:
    namespace, flow_id = properties.get("namespace"), properties.get("flowId")
    if not _is_fixed(namespace):
        return ANY
    if not _is_fixed(flow_id):
        return f"namespace:{namespace}"
    return flow_topic(str(namespace), str(flow_id))


def _named(kind: str, value: object) -> _Topics:
    return frozenset({f"{kind}:{value}"}) if _is_fixed(value) else _ALL


def _where(properties: Mapping[str, object]) -> _Topics:
    filters = properties.get("filters")
    if properties.get("operand") == "OR" or not isinstance(filters, Sequence):
        return _ALL
    choices = [
        _named(_FILTERS[str(one.get("type"))], one.get("value"))
        for one in filters
        if isinstance(one, Mapping)
        and one.get("field") == "NAMESPACE"
        and one.get("type") in _FILTERS
    ]
    return _narrowest(choices)


def _is_fixed(value: object) -> bool:
    return isinstance(value, str) and bool(value) and "{" not in value


def _union(conditions: Iterable[Condition]) -> _Topics:
    found = frozenset(topic for one in conditions for topic in _of(one))
    return _ALL if ANY in found else found


def _narrowest(choices: Sequence[_Topics]) -> _Topics:
    """All of the choices hold: the one that says most is enough."""
    return min(choices, key=_width, default=_ALL)


def _width(topics: _Topics) -> tuple[int, int]:
    widest = max(
        (index for topic in topics for index, kind in enumerate(_NARROW) if topic.startswith(kind)),
        default=0,
    )
    return widest, len(topics)
