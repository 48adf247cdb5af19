"""Loops and waiting, no decisions: event in, decide, commit, carry commands out."""

from __future__ import annotations
