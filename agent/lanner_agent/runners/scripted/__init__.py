"""Commands that are played, not run: see `script` for what they may say."""

from __future__ import annotations
