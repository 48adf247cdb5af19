"""The task and trigger types that the coordinator itself knows, one module per family."""

from __future__ import annotations
