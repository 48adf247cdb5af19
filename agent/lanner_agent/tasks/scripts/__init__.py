"""`io.kestra.plugin.scripts.*`: scripts and shell commands, in a container or as a process."""

from __future__ import annotations

from lanner_agent.tasks.scripts.task_types import TASK_TYPES

__all__ = ["TASK_TYPES"]
