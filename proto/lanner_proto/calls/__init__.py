"""The calls of the client, one file per service; `lanner_proto.client` puts them together."""

from __future__ import annotations
