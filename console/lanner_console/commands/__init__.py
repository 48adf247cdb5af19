"""The commands, one file per noun; `lanner_console.cli.root` loads the one that is called."""

from __future__ import annotations
