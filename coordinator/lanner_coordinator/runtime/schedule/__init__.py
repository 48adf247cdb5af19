"""Schedules: which date comes next, and the executions that are started for it."""

from __future__ import annotations
