"""The agent: dials the coordinator, subscribes to a stream of tasks and runs them on this host."""

from __future__ import annotations
