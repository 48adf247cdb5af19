"""Flow triggers: executions that start after executions of other flows."""

from __future__ import annotations
