"""The wire contract of Lanner and its typed client."""

from __future__ import annotations
