"""Readers of the parts of a flow, one module per concept."""

from __future__ import annotations
