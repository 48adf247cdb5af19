"""The page about the problems of flows: what each code means, and an example that has it."""

from __future__ import annotations
