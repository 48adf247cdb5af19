"""`lanner agent types`: the task types that an agent started here would offer, as JSON.

What it prints is what the command line checks flows with where no coordinator runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable

from lanner_agent.tasks.contract import TaskType


def types_text(task_types: Iterable[TaskType]) -> str:
    """The types as a JSON list, sorted by name."""
    listed = [
        {
            "name": one.name,
            "aliases": list(one.aliases),
            "description": one.description,
            "propertiesSchema": one.properties_schema,
            "outputsSchema": one.outputs_schema,
            "examples": list(one.examples),
        }
        for one in sorted(task_types, key=lambda one: one.name)
    ]
    return json.dumps(listed, ensure_ascii=False, default=dict)
