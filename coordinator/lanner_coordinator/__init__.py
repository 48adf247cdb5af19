"""The coordinator: keeps flows and executions and decides what runs next."""

from __future__ import annotations
