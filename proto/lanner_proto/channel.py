"""Addresses of a coordinator and the channels to them."""

from __future__ import annotations

import re
from collections.abc import Sequence

import grpc.aio

from lanner_proto.errors import InvalidInput

MAX_MESSAGE_BYTES = 64 * 1024 * 1024
CHANNEL_OPTIONS: Sequence[tuple[str, int]] = (
    # A half-open connection is found within 25 s, with no call under way too.
    ("grpc.keepalive_time_ms", 15_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.http2.max_pings_without_data", 0),
    # Executions of thousands of task runs are one message.
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    # A channel made after a reset must dial anew, not share the broken connection.
    ("grpc.use_local_subchannel_pool", 1),
)
HOST_AND_PORT = re.compile(r"(?:\[[0-9a-fA-F:.]+\]|[^\s:/\[\]]+):\d{1,5}")


def check_address(address: str) -> str:
    """The address, when it is one.

    Raises:
        InvalidInput: It is neither `unix:/absolute/path` nor `host:port`.
    """
    if address.startswith("unix:/") or HOST_AND_PORT.fullmatch(address):
        return address
    raise InvalidInput(
        f'"{address}" is not the address of a coordinator; '
        "write unix:/path/to/coordinator.sock or host:port"
    )


def open_channel(address: str) -> grpc.aio.Channel:
    """A channel that connects at its first call; on the running event loop."""
    return grpc.aio.insecure_channel(check_address(address), options=CHANNEL_OPTIONS)
