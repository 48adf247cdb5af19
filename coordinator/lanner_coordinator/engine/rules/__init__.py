"""The policies of the language, one module for each."""

from __future__ import annotations
