"""Removes lines of logs: `core.log.PurgeLogs`."""

from __future__ import annotations

from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.flow.types.schemas import LEVELS
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.upkeep.selection import asked_date, texts
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import LogPurge


class PurgeLogs:
    """Removes lines of ended executions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def run(self, request: Request) -> NativeResult:
        """Remove what the task asks for."""
        asked = request.properties
        levels = texts(asked.get("logLevels"))
        for level in levels:
            if level not in LEVELS:
                raise ValueError(f"`{level}` is no level; it must be one of {', '.join(LEVELS)}")
        count = await self._store.purge_logs(
            LogPurge(
                namespace=shown(asked.get("namespace")).strip(),
                flow_id=shown(asked.get("flowId")).strip(),
                levels=tuple(levels),
                since=asked_date(asked, "startDate"),
                until=asked_date(asked, "endDate"),
            )
        )
        return NativeResult(outputs={"count": count})
