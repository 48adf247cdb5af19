"""What is durable: the store's contract and its implementations."""

from __future__ import annotations
