"""Commands as processes of this host: own session each, killed whole."""

from __future__ import annotations
