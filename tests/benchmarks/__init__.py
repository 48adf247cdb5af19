"""Benchmarks: what Lanner takes, beside what the bare architecture takes in the same run."""

from __future__ import annotations
