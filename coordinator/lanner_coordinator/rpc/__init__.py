"""The gRPC services: authenticate, convert, call one verb, convert back."""

from __future__ import annotations
