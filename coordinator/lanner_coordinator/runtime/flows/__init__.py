"""Flows: which there are, their revisions, and the plans that the engine walks."""

from __future__ import annotations
