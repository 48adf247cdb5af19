"""The filter language of lists, bulk acts and saved views; `docs/filters.md` tells it to users.

A filter is text once, at the border: `parse_filter` makes a frozen tree of it, with relative dates
made absolute. Live executions are matched with the tree itself, archived ones by the store, which
compiles the same tree to its own query language. Both must agree on every execution.
"""

from __future__ import annotations

from lanner_coordinator.store.filter.errors import FilterError
from lanner_coordinator.store.filter.parser import parse_filter
from lanner_coordinator.store.filter.tree import ExecutionFilter

__all__ = ["ExecutionFilter", "FilterError", "parse_filter"]
