"""The console and the command line: watch, run and repair executions over gRPC."""

from __future__ import annotations
