"""The real gRPC server on a Unix socket, over services with a store in memory."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import grpc.aio
import pytest

from lanner_coordinator.rpc.artifact_service import ArtifactService
from lanner_coordinator.rpc.batch_service import BatchService
from lanner_coordinator.rpc.execution_service import ExecutionService
from lanner_coordinator.rpc.flow_service import FlowService
from lanner_coordinator.rpc.key_value_service import KeyValueService
from lanner_coordinator.rpc.log_service import LogService
from lanner_coordinator.rpc.namespace_file_service import NamespaceFileService
from lanner_coordinator.rpc.namespace_service import NamespaceService
from lanner_coordinator.rpc.secret_service import SecretService
from lanner_coordinator.rpc.server import ApiServer, ServedService
from lanner_coordinator.rpc.server_service import ServerService
from lanner_coordinator.rpc.template_service import TemplateService
from lanner_coordinator.rpc.trigger_service import TriggerService
from lanner_coordinator.runtime.agent_directory import AgentStatus, AgentView
from lanner_coordinator.runtime.artifacts import LocalArtifacts
from lanner_coordinator.runtime.errors import NotAllowed, NotFound
from lanner_coordinator.runtime.executions.files import ExecutionFileLists
from lanner_coordinator.runtime.namespaces.files.editing import FileEditor
from lanner_coordinator.runtime.namespaces.files.reading import FileReader
from lanner_coordinator.runtime.status import Readiness, StatusReader
from lanner_coordinator.runtime.uploads import Uploads
from lanner_proto.client import Client
from lanner_proto.v1 import (
    artifact_pb2,
    artifact_pb2_grpc,
    batch_pb2,
    batch_pb2_grpc,
    execution_pb2,
    execution_pb2_grpc,
    flow_pb2,
    flow_pb2_grpc,
    key_value_pb2,
    key_value_pb2_grpc,
    log_pb2,
    log_pb2_grpc,
    namespace_file_pb2,
    namespace_file_pb2_grpc,
    namespace_pb2,
    namespace_pb2_grpc,
    secret_pb2,
    secret_pb2_grpc,
    server_pb2,
    server_pb2_grpc,
    template_pb2,
    template_pb2_grpc,
    trigger_pb2,
    trigger_pb2_grpc,
)
from tests.support.services_stage import CountedIds, Services, services

SOCKET_NAME = "coordinator.sock"


class TwoAgents:
    """A directory with an agent that is connected and one that is away."""

    def __init__(self) -> None:
        self._agents = {
            "away": AgentView(id="away", status=AgentStatus.DISCONNECTED, slots=8),
            "etl-1": AgentView(id="etl-1", status=AgentStatus.READY, slots=4, busy_slots=1),
        }

    def agents(self) -> Sequence[AgentView]:
        """Both."""
        return list(self._agents.values())

    def drain(
        self,
        agent_id: str,
        *,
        deadline: datetime | None,
        cancel_at_deadline: bool,
        undo: bool,
    ) -> AgentView:
        """Set the status."""
        agent = self._agents.get(agent_id)
        if agent is None:
            raise NotFound(f'there is no agent "{agent_id}"')
        if not agent.is_connected:
            raise NotAllowed(f"agent {agent_id} is not connected")
        status = AgentStatus.READY if undo else AgentStatus.DRAINING
        self._agents[agent_id] = replace(agent, status=status)
        return self._agents[agent_id]


def _of_namespaces(
    on: Services, storage: LocalArtifacts
) -> Sequence[tuple[Any, Callable[[grpc.aio.Server], None]]]:
    """The services of what is kept by namespace."""
    return (
        (
            key_value_pb2,
            partial(
                key_value_pb2_grpc.add_KeyValueServiceServicer_to_server,
                KeyValueService(editor=on.key_values),
            ),
        ),
        (
            namespace_file_pb2,
            partial(
                namespace_file_pb2_grpc.add_NamespaceFileServiceServicer_to_server,
                _namespace_files(on, storage),
            ),
        ),
        (
            namespace_pb2,
            partial(
                namespace_pb2_grpc.add_NamespaceServiceServicer_to_server,
                NamespaceService(editor=on.namespaces, read=on.read_namespace),
            ),
        ),
        (
            secret_pb2,
            partial(
                secret_pb2_grpc.add_SecretServiceServicer_to_server,
                SecretService(
                    editor=on.secrets, rotation=on.rotation, elsewhere=on.secrets_elsewhere
                ),
            ),
        ),
    )


def served(on: Services, storage: LocalArtifacts, readiness: Readiness) -> list[ServedService]:
    """All public services."""
    parts: Sequence[tuple[Any, Callable[[grpc.aio.Server], None]]] = (
        (flow_pb2, partial(flow_pb2_grpc.add_FlowServiceServicer_to_server, _flows(on))),
        (
            execution_pb2,
            partial(execution_pb2_grpc.add_ExecutionServiceServicer_to_server, _executions(on)),
        ),
        (
            log_pb2,
            partial(log_pb2_grpc.add_LogServiceServicer_to_server, LogService(logs=on.logs)),
        ),
        (
            trigger_pb2,
            partial(
                trigger_pb2_grpc.add_TriggerServiceServicer_to_server,
                TriggerService(triggers=on.triggers),
            ),
        ),
        *_of_namespaces(on, storage),
        (
            template_pb2,
            partial(
                template_pb2_grpc.add_TemplateServiceServicer_to_server,
                TemplateService(editor=on.templates),
            ),
        ),
        (
            batch_pb2,
            partial(
                batch_pb2_grpc.add_BatchServiceServicer_to_server,
                BatchService(batches=on.batches),
            ),
        ),
        (
            server_pb2,
            partial(server_pb2_grpc.add_ServerServiceServicer_to_server, _server(on, readiness)),
        ),
        (
            artifact_pb2,
            partial(artifact_pb2_grpc.add_ArtifactServiceServicer_to_server, _files(on, storage)),
        ),
    )
    return [
        ServedService(descriptor=next(iter(file.DESCRIPTOR.services_by_name.values())), add=add)
        for file, add in parts
    ]


def _flows(on: Services) -> FlowService:
    return FlowService(flows=on.flows, editor=on.editor, lists=on.flow_lists)


def _executions(on: Services) -> ExecutionService:
    return ExecutionService(
        creator=on.creator,
        reader=on.reader,
        references=on.references,
        lists=on.lists,
        watching=on.watching,
        acts=on.acts,
        evaluator=on.evaluator,
    )


def _server(on: Services, readiness: Readiness) -> ServerService:
    agents = TwoAgents()
    status = StatusReader(
        store=on.store,
        executor=on.executor,
        dispatcher=on.core.dispatcher,
        flows=on.flows,
        agents=agents,
        clock=on.clock,
        readiness=readiness,
        software_version="1.2.3",
    )
    return ServerService(status=status, agents=agents, clock=on.clock)


def _files(on: Services, storage: LocalArtifacts) -> ArtifactService:
    uploads = Uploads(storage=storage, flows=on.flows, ids=CountedIds("U"))
    files = ExecutionFileLists(
        store=on.store, executor=on.executor, references=on.references, storage=storage
    )
    return ArtifactService(uploads=uploads, files=files)


def _namespace_files(on: Services, storage: LocalArtifacts) -> NamespaceFileService:
    book = on.core.namespace_files
    return NamespaceFileService(
        editor=FileEditor(book=book, storage=storage, store=on.store, clock=on.clock),
        reader=FileReader(book=book, storage=storage, store=on.store),
    )


@pytest.fixture
async def on() -> AsyncIterator[Services]:
    """The services behind the API."""
    async with services() as running:
        yield running


@pytest.fixture
def address(tmp_socket_dir: Path) -> str:
    """Where the API is served."""
    return f"unix:{tmp_socket_dir / SOCKET_NAME}"


@pytest.fixture
async def api(on: Services, tmp_path: Path, tmp_socket_dir: Path) -> AsyncIterator[ApiServer]:
    """The served API, ready."""
    readiness = Readiness()
    async with LocalArtifacts(tmp_path / "artifacts") as storage:
        server = ApiServer(
            served(on, storage, readiness),
            readiness=readiness,
            socket_path=tmp_socket_dir / SOCKET_NAME,
        )
        async with server:
            await server.ready()
            yield server


@pytest.fixture
async def client(api: ApiServer, address: str) -> AsyncIterator[Client]:
    """A client of the API."""
    async with Client(address, retry_seconds=0, resume_seconds=0) as connected:
        yield connected
