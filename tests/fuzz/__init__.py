"""Fuzzing with atheris; `scripts/fuzz` runs it."""

from __future__ import annotations
