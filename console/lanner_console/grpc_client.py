"""The real client of the console: asks over gRPC and answers in view models."""

from __future__ import annotations

from lanner_console.calls.artifact import ArtifactCalls
from lanner_console.calls.batch import BatchCalls
from lanner_console.calls.execution import ExecutionCalls
from lanner_console.calls.flow import FlowCalls
from lanner_console.calls.key_value import KeyValueCalls
from lanner_console.calls.log import LogCalls
from lanner_console.calls.namespace import NamespaceCalls
from lanner_console.calls.secret import SecretCalls
from lanner_console.calls.server import ServerCalls
from lanner_console.calls.template import TemplateCalls
from lanner_console.calls.trigger import TriggerCalls
from lanner_proto.client import Client
from lanner_proto.link import LinkListener, ignore_link


class GrpcConsoleClient(
    NamespaceCalls,
    FlowCalls,
    ExecutionCalls,
    LogCalls,
    TriggerCalls,
    BatchCalls,
    ServerCalls,
    ArtifactCalls,
    KeyValueCalls,
    SecretCalls,
    TemplateCalls,
):
    """`ConsoleClient` over the typed client; see the protocol for what each call does."""


def connect(
    address: str,
    *,
    timeout_seconds: float = 30.0,
    retry_seconds: float = 0.0,
    resume_seconds: float = 300.0,
    on_link: LinkListener = ignore_link,
) -> GrpcConsoleClient:
    """A client of the coordinator at `address`; to be held by `async with`.

    Args:
        address: `unix:/path` or `host:port`.
        timeout_seconds: Deadline of one call that is not a stream.
        retry_seconds: How long such calls are tried again while there is no link; 0: not at all.
        resume_seconds: How long a stream that had begun is opened again while there is no link.
        on_link: Told when the link of a stream is lost and when it is back.

    Raises:
        InvalidInput: The address is not one.
    """
    return GrpcConsoleClient(
        Client(
            address,
            timeout_seconds=timeout_seconds,
            retry_seconds=retry_seconds,
            resume_seconds=resume_seconds,
            on_link=on_link,
        )
    )
