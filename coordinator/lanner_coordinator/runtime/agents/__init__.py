"""Agents: who is connected, what they hold, what is on its way to and from them."""

from __future__ import annotations
