"""`io.kestra.plugin.jdbc.postgresql.*`: statements in a PostgreSQL database."""

from __future__ import annotations

from lanner_agent.tasks.postgresql.task_types import TASK_TYPES

__all__ = ["TASK_TYPES"]
