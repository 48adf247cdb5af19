"""Counts executions: `core.execution.Count`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from lanner_coordinator.flow.expression import ExpressionError, NoEffects, render
from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.upkeep.selection import (
    asked_dates,
    asked_states,
    of_flow,
    texts,
)
from lanner_coordinator.store.filter import ExecutionFilter
from lanner_coordinator.store.filter.tree import DateField


class ExecutionCounter(Protocol):
    """Counts executions, live and archived."""

    async def count(self, where: ExecutionFilter) -> int:
        """How many there are."""


class Count:
    """One count for each flow and namespace that is asked for."""

    def __init__(self, executions: ExecutionCounter) -> None:
        self._executions = executions

    async def run(self, request: Request) -> NativeResult:
        """Count, and keep the counts for which the expression gives `true`."""
        asked = request.properties
        shared = (*asked_states(asked), *asked_dates(asked, DateField.CREATED))
        results: list[dict[str, object]] = []
        total = 0
        for namespace, flow_id in _places(asked):
            where = ExecutionFilter(conditions=(*of_flow(namespace, flow_id), *shared))
            count = await self._executions.count(where)
            if _is_kept(shown(request.raw.get("expression")), count):
                named = {"flowId": flow_id} if flow_id else {}
                results.append({"namespace": namespace, **named, "count": count})
                total += count
        return NativeResult(outputs={"results": results, "total": total})


def _places(asked: Mapping[str, object]) -> Sequence[tuple[str, str]]:
    """Namespaces and flow ids to count for; an empty id: all flows of the namespace."""
    flows, namespaces = asked.get("flows"), asked.get("namespaces")
    if not flows and not namespaces:
        raise ValueError("`flows` or `namespaces` must say what is to be counted")
    places: list[tuple[str, str]] = []
    for one in flows if isinstance(flows, list | tuple) else ():
        if not isinstance(one, Mapping):
            raise ValueError("`flows` must be a list of maps with `namespace` and `flowId`")
        places.append((shown(one.get("namespace")), shown(one.get("flowId"))))
    places.extend((namespace, "") for namespace in texts(namespaces))
    return places


def _is_kept(expression: str, count: int) -> bool:
    try:
        return shown(render(expression, {"count": count}, NoEffects()).value).strip() == "true"
    except ExpressionError as error:
        raise ValueError(f"`expression` cannot be told for the count {count}: {error}") from error
