"""Flow control: which children of a container start when, one module for each way to do it."""

from __future__ import annotations
