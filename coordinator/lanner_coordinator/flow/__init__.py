"""The flow language: YAML text in, an immutable checked model out. Pure."""

from __future__ import annotations
