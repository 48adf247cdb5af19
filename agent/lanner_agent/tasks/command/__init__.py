"""What task types that run a command share: its runner, its files, its outcome."""

from __future__ import annotations
