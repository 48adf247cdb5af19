"""The state machine of an execution. Pure: time and ids are given."""

from __future__ import annotations
