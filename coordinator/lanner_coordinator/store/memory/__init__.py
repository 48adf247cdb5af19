"""A store in memory, for tests of flows and of Lanner.

It is under the same contract suite as the durable one.
"""

from __future__ import annotations

from lanner_coordinator.store.memory.store import MemoryStore

__all__ = ["MemoryStore"]
