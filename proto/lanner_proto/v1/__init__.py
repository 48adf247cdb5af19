"""Version 1 of the wire contract: generated from the .proto files beside this module."""

from __future__ import annotations
