"""Webhooks: executions that start by a request to an address of their own."""

from __future__ import annotations
