"""The edge to the coordinator: the one place of the agent that knows protobuf and gRPC."""

from __future__ import annotations
