"""The calls of the console's client, one file per service; `grpc_client` puts them together."""

from __future__ import annotations
