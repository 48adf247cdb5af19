"""Triggers that agents look for: when they look, what they are told, what comes of it."""

from __future__ import annotations
