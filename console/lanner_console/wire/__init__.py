"""From the messages of the wire contract to view models, one file per service."""

from __future__ import annotations
