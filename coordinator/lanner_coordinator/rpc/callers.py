"""Who calls, for what is kept of it: revisions, kills, retries."""

from __future__ import annotations

import os

from lanner_coordinator.rpc.interceptor import Context


def caller_of(context: Context) -> str:
    """Name of the caller.

    Only the owner of the Unix socket can open it, so a caller there has the coordinator's own user
    id. A TCP port is open to all of this machine.
    """
    peer = context.peer()
    return f"uid {os.getuid()}" if peer.startswith("unix") else f"{_host(peer)} (TCP)"


def _host(peer: str) -> str:
    """Host of `ipv4:127.0.0.1:41234`."""
    return peer.partition(":")[2].rpartition(":")[0]
