"""A store in memory: the fake for tests, under the same contract suite as the durable one."""

from __future__ import annotations

from lanner_coordinator.store.memory.store import MemoryStore

__all__ = ["MemoryStore"]
