"""Work on executions that waits for its turn in the executor."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass, field

from lanner_coordinator.runtime.group import Work


@dataclass(slots=True, kw_only=True)
class Item:
    """One piece of work.

    Attributes:
        execution_id: On which execution.
        work: What is to be done.
        future: Done when it is durable; absent: nobody waits for it.
        is_retried: It is done again when its commit fails.
    """

    execution_id: str
    work: Work
    future: asyncio.Future[None] | None = None
    is_retried: bool = False


@dataclass(slots=True, kw_only=True)
class Waiting:
    """Work on an execution that must wait.

    Attributes:
        deferred: For the commit under way.
        lazy: For company.
    """

    deferred: deque[Item] = field(default_factory=deque)
    lazy: list[Item] = field(default_factory=list)
