"""Watches over shared folders: one agent for each, which is told to remove it, once."""

from __future__ import annotations

from lanner_coordinator.engine.commands import RemoveFolder
from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.folders import owner
from lanner_coordinator.engine.ids import folder_id


class FolderWatch:
    """The folders of one execution."""

    def __init__(self) -> None:
        self._agents: dict[str, str] = {}

    def submitted(self, live: LiveExecution, attempt_id: str, agent_id: str) -> None:
        """An agent was chosen for an attempt: the one that has its folder, if any has."""
        run = live.execution.run_of(attempt_id)
        above = owner(live, run) if run is not None else None
        if above is None or above.folder is None:
            return
        known = self._agents.setdefault(folder_id(above.id, above.folder.number), agent_id)
        assert known == agent_id, f"{attempt_id} came to {agent_id}, its folder is on {known}"

    def removed(self, wish: RemoveFolder) -> None:
        """An agent is told to remove a folder."""
        assert self._agents.pop(wish.folder_id, "") == wish.agent_id, "nobody has the folder"

    def check_none_left(self) -> None:
        """All folders were removed."""
        assert not self._agents, f"folders are left: {self._agents}"
