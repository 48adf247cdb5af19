"""Conditions: what must hold before a trigger starts an execution. One module per family."""

from __future__ import annotations
