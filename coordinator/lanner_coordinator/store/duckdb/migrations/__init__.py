"""The schema, as numbered files of SQL that are applied once each, in order, and never change."""

from __future__ import annotations
