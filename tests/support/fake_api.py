"""A coordinator for tests of its clients: every public service, over data in memory.

    async with FakeApi(f"unix:{folder}/coordinator.sock") as api:
        api.add_execution(make_execution("5Zk1", state_pb2.STATE_FAILED))
        api.fail("ListFlows", grpc.StatusCode.PERMISSION_DENIED, "you may not")
        ...
        assert api.requests("RetryExecution")[0].execution_id == "5Zk1"

Data is in `api.state`; change messages there in place, then call `api.state.notify()` to wake the
streams. `python -m tests.support.fake_api ADDRESS` serves an empty one as a program.
"""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import deque
from types import TracebackType
from typing import Any, Self

import grpc
import grpc.aio

from lanner_proto.v1 import (
    artifact_pb2_grpc,
    batch_pb2_grpc,
    execution_pb2,
    execution_pb2_grpc,
    flow_pb2,
    flow_pb2_grpc,
    key_value_pb2_grpc,
    log_pb2,
    log_pb2_grpc,
    namespace_file_pb2_grpc,
    namespace_pb2_grpc,
    secret_pb2_grpc,
    server_pb2,
    server_pb2_grpc,
    template_pb2_grpc,
    trigger_pb2,
    trigger_pb2_grpc,
)
from tests.support.fake_coordinator.batches import FakeBatchService
from tests.support.fake_coordinator.executions import FakeExecutionService
from tests.support.fake_coordinator.flows import FakeFlowService
from tests.support.fake_coordinator.key_values import FakeKeyValueService
from tests.support.fake_coordinator.logs import FakeLogService
from tests.support.fake_coordinator.namespaces import (
    FakeNamespaceFileService,
    FakeNamespaceService,
)
from tests.support.fake_coordinator.secrets import FakeSecretService
from tests.support.fake_coordinator.server import FakeArtifactService, FakeServerService
from tests.support.fake_coordinator.state import FakeState, Fault, Outcome
from tests.support.fake_coordinator.templates import FakeTemplateService
from tests.support.fake_coordinator.triggers import FakeTriggerService


class FakeApi:
    """Serves at `address` while it is held by `async with`; `stop` and `start` make an outage."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.state = FakeState()
        self._server: grpc.aio.Server | None = None

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Serve; the data is that of before."""
        # A port that another test's server shares would answer in its place.
        server = grpc.aio.server(options=[("grpc.so_reuseport", 0)])
        flow_pb2_grpc.add_FlowServiceServicer_to_server(FakeFlowService(self.state), server)
        execution_pb2_grpc.add_ExecutionServiceServicer_to_server(
            FakeExecutionService(self.state), server
        )
        log_pb2_grpc.add_LogServiceServicer_to_server(FakeLogService(self.state), server)
        trigger_pb2_grpc.add_TriggerServiceServicer_to_server(
            FakeTriggerService(self.state), server
        )
        key_value_pb2_grpc.add_KeyValueServiceServicer_to_server(
            FakeKeyValueService(self.state), server
        )
        template_pb2_grpc.add_TemplateServiceServicer_to_server(
            FakeTemplateService(self.state), server
        )
        secret_pb2_grpc.add_SecretServiceServicer_to_server(FakeSecretService(self.state), server)
        namespace_pb2_grpc.add_NamespaceServiceServicer_to_server(
            FakeNamespaceService(self.state), server
        )
        namespace_file_pb2_grpc.add_NamespaceFileServiceServicer_to_server(
            FakeNamespaceFileService(self.state), server
        )
        batch_pb2_grpc.add_BatchServiceServicer_to_server(FakeBatchService(self.state), server)
        server_pb2_grpc.add_ServerServiceServicer_to_server(FakeServerService(self.state), server)
        artifact_pb2_grpc.add_ArtifactServiceServicer_to_server(
            FakeArtifactService(self.state), server
        )
        server.add_insecure_port(self.address)
        await server.start()
        self._server = server

    async def stop(self) -> None:
        """Break every call and serve no more."""
        server, self._server = self._server, None
        if server is not None:
            await server.stop(grace=None)

    def add_flow(self, flow: flow_pb2.Flow, *, outcome: Outcome | None = None) -> None:
        """Know a flow; with `outcome` its executions end at once."""
        self.state.flows.setdefault((flow.namespace, flow.flow_id), []).append(flow)
        if outcome is not None:
            self.state.outcomes[flow.namespace, flow.flow_id] = outcome

    def add_execution(self, execution: execution_pb2.Execution) -> execution_pb2.Execution:
        """Know an execution, and tell the streams of it."""
        self.state.executions[execution.summary.id] = execution
        self.state.notify()
        return execution

    def add_log(self, entry: log_pb2.LogEntry) -> None:
        """Append a line, and tell the streams of it."""
        self.state.logs.setdefault(entry.execution_id, []).append(entry)
        self.state.notify()

    def add_trigger(self, trigger: trigger_pb2.Trigger) -> None:
        """Know a trigger."""
        key = trigger.key
        self.state.triggers[key.namespace, key.flow_id, key.trigger_id] = trigger

    def add_agent(self, agent: server_pb2.Agent) -> None:
        """Know an agent."""
        self.state.agents[agent.id] = agent

    def fail(
        self,
        call: str,
        status: grpc.StatusCode,
        message: str = "told to fail",
        *,
        times: int = 1,
        after_messages: int = 0,
    ) -> None:
        """Let the next `times` calls of this name fail; a stream may send some messages first."""
        faults = self.state.faults.setdefault(call, deque())
        faults.extend([Fault(status, message, after_messages)] * times)

    def requests(self, call: str) -> list[Any]:
        """The requests of every call of this name, in order."""
        return [request for name, request in self.state.calls if name == call]


async def serve(address: str) -> None:
    """Serve an empty coordinator until SIGTERM."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    async with FakeApi(address):
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
