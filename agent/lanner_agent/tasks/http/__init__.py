"""`io.kestra.plugin.core.http.*`: calls of web services and downloads, with httpx."""

from __future__ import annotations

from lanner_agent.tasks.http.task_types import TASK_TYPES

__all__ = ["TASK_TYPES"]
