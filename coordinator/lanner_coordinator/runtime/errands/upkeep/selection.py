"""Which executions an upkeep task asks for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.instants import parse_instant
from lanner_coordinator.flow.types.native_type import shown
from lanner_coordinator.store.filter.glob import Glob, Wildcard, literal_glob
from lanner_coordinator.store.filter.tree import (
    AnyOf,
    Comparison,
    Condition,
    DateCompares,
    DateField,
    StateIs,
    TextField,
    TextMatches,
)


def asked_states(properties: Mapping[str, object]) -> Sequence[Condition]:
    """That an execution is in one of the states asked for; nothing where none is.

    Raises:
        ValueError: There is no such state.
    """
    names = texts(properties.get("states"))
    for name in names:
        if name not in State.__members__:
            raise ValueError(f"`{name}` is no state")
    return [AnyOf(conditions=tuple(StateIs(state=State(name)) for name in names))] if names else []


def asked_dates(properties: Mapping[str, object], field: DateField) -> Sequence[Condition]:
    """That a date of an execution is within those asked for.

    Raises:
        ValueError: One of them is no date.
    """
    bounds = (("startDate", Comparison.AT_LEAST), ("endDate", Comparison.AT_MOST))
    return [
        DateCompares(field=field, comparison=comparison, at=at)
        for name, comparison in bounds
        if (at := asked_date(properties, name)) is not None
    ]


def asked_date(properties: Mapping[str, object], name: str) -> datetime | None:
    """A date; absent: it is not asked for.

    Raises:
        ValueError: It is no date.
    """
    given = shown(properties.get(name)).strip()
    return parse_instant(given) if given else None


def asked_flows(properties: Mapping[str, object]) -> Sequence[Condition]:
    """That an execution is of the flow asked for, or of the namespace or below it."""
    namespace = shown(properties.get("namespace")).strip()
    flow_id = shown(properties.get("flowId")).strip()
    if flow_id:
        return of_flow(namespace, flow_id)
    if not namespace:
        return []
    below = Glob(parts=(f"{namespace}.", Wildcard.ANY))
    return [AnyOf(conditions=(_is(TextField.NAMESPACE, namespace), _matches(below)))]


def asked_flow(properties: Mapping[str, object]) -> tuple[str, str]:
    """The namespace and the id of the flow asked for; empty: any.

    Raises:
        ValueError: The flow's namespace is missing.
    """
    namespace = shown(properties.get("namespace")).strip()
    flow_id = shown(properties.get("flowId")).strip()
    if flow_id and not namespace:
        raise ValueError("`flowId` needs the `namespace` of the flow")
    return namespace, flow_id


def is_of_flow(namespace: str, flow_id: str, key: tuple[str, str]) -> bool:
    """Whether a flow is the one asked for, or is in the namespace or below it."""
    if flow_id:
        return key == (namespace, flow_id)
    return namespace in ("", key[0]) or key[0].startswith(f"{namespace}.")


def of_flow(namespace: str, flow_id: str) -> Sequence[Condition]:
    """That an execution is of this flow; an empty text does not matter."""
    given = ((TextField.NAMESPACE, namespace), (TextField.FLOW, flow_id))
    return [_is(field, value) for field, value in given if value]


def texts(value: object) -> Sequence[str]:
    """A list of texts, or one text."""
    items = value if isinstance(value, list | tuple) else [value]
    return [name for item in items if (name := shown(item).strip())]


def _is(field: TextField, value: str) -> Condition:
    return TextMatches(field=field, glob=literal_glob(value))


def _matches(glob: Glob) -> Condition:
    return TextMatches(field=TextField.NAMESPACE, glob=glob)
