"""The task types that this agent can run, one module for each family."""

from __future__ import annotations
