"""Removes old revisions of flows: `core.flow.PurgeFlows`."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.instants import parse_instant
from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.upkeep.selection import asked_flow, is_of_flow
from lanner_coordinator.runtime.flows.purging import Behavior, RevisionPurger


class PurgeFlows:
    """Goes through the flows."""

    def __init__(self, purger: RevisionPurger) -> None:
        self._purger = purger

    async def run(self, request: Request) -> NativeResult:
        """Remove what the task asks for."""
        asked = request.properties
        namespace, flow_id = asked_flow(asked)
        behavior = _behavior(asked.get("behavior"))
        size = 0
        for key in self._purger.flows():
            if is_of_flow(namespace, flow_id, key):
                size += await self._purger.purge(*key, behavior)
        return NativeResult(outputs={"size": size})


def _behavior(given: object) -> Behavior:
    """What `behavior` asks for; absent: the newest revision stays."""
    if given is None:
        return Behavior(keep_count=1)
    if not isinstance(given, Mapping):
        raise ValueError("`behavior` must be a map, such as `{keepAmount: 2}`")
    kind = shown(given.get("type", "version"))
    if kind != "version":
        raise ValueError(f"`behavior.type` is `{kind}`; it must be `version`")
    before, keep = shown(given.get("before")).strip(), shown(given.get("keepAmount")).strip()
    if before and keep:
        raise ValueError("`behavior` cannot have both `before` and `keepAmount`")
    if keep and not (keep.isdecimal() and int(keep)):
        raise ValueError(f"`behavior.keepAmount` is `{keep}`; it must be a whole number from 1")
    return Behavior(
        keep_count=int(keep) if keep else None, before=parse_instant(before) if before else None
    )
