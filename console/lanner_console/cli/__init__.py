"""What all commands stand on: options, settings, output, failures."""

from __future__ import annotations
