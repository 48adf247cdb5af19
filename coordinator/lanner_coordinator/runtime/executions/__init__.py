"""Executions as people and services see them: create, read, list, watch, repair, logs."""

from __future__ import annotations
