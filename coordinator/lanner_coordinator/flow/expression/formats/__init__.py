"""Formats of data that expressions read and write as text."""

from __future__ import annotations
