"""How a command runs: in a container, as a process, or as a script of a test says."""

from __future__ import annotations
