"""The typed client of a coordinator, for services, the command line and the console.

    async with Client("unix:/var/lib/lanner/coordinator.sock") as client:
        execution_id = await client.create_execution(
            "company.etl", "load_orders", inputs={"day": "2026-11-23"}, request_id="order-4711"
        )
        async for update in client.watch_execution(execution_id):
            ...

One method for each call of the wire contract. Answers are the messages of `lanner_proto.v1`; errors
are those of `lanner_proto.errors`. Unary calls have a deadline, and those that do no harm when they
are repeated are, while there is no link. Streams that have begun are resumed by themselves.

One client serves one event loop; its calls may run at once. `async with` or `close` ends it.
"""

from __future__ import annotations

from lanner_proto.calls.artifact import ArtifactCalls
from lanner_proto.calls.batch import BatchCalls
from lanner_proto.calls.execution import ExecutionCalls
from lanner_proto.calls.flow import FlowCalls
from lanner_proto.calls.key_value import KeyValueCalls
from lanner_proto.calls.log import LogCalls
from lanner_proto.calls.namespace import NamespaceCalls
from lanner_proto.calls.namespace_file import NamespaceFileCalls
from lanner_proto.calls.secret import SecretCalls
from lanner_proto.calls.server import ServerCalls
from lanner_proto.calls.template import TemplateCalls
from lanner_proto.calls.trigger import TriggerCalls


class Client(
    FlowCalls,
    ExecutionCalls,
    LogCalls,
    TriggerCalls,
    BatchCalls,
    ServerCalls,
    ArtifactCalls,
    KeyValueCalls,
    NamespaceCalls,
    SecretCalls,
    NamespaceFileCalls,
    TemplateCalls,
):
    """All calls to one coordinator; see `Connection` for the arguments."""
