"""Batches: one act on many executions, carried out here, whoever is connected."""

from __future__ import annotations
