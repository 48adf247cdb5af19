"""The one place that puts the coordinator together.

Builds the parts, rebuilds what was live, serves, works, stops.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence

from lanner_coordinator.artifact_config import make_storage
from lanner_coordinator.config import Config
from lanner_coordinator.core import Core, build_core
from lanner_coordinator.errors import StartError
from lanner_coordinator.http.server import HttpServer
from lanner_coordinator.http.webhooks import WebhookAddresses
from lanner_coordinator.public_api import (
    add_upkeep,
    agent_service,
    artifact_service,
    batch_service,
    execution_services,
    flow_service,
    flow_triggers,
    key_value_service,
    make_acts,
    make_status,
    make_worker,
    namespace_file_service,
    namespace_service,
    polling,
    scheduler,
    secret_service,
    server_service,
    template_service,
    trigger_service,
    webhooks,
)
from lanner_coordinator.rpc.agent_files import AgentFiles
from lanner_coordinator.rpc.agent_service import AgentService, AgentStreams
from lanner_coordinator.rpc.server import ApiServer, ServedService
from lanner_coordinator.runtime.agents.directory import RegistryDirectory
from lanner_coordinator.runtime.agents.inbound import Inbound
from lanner_coordinator.runtime.agents.leases import Leases
from lanner_coordinator.runtime.artifact_sweep import ArtifactSweep
from lanner_coordinator.runtime.artifacts import ArtifactError, ArtifactStorage
from lanner_coordinator.runtime.attempt_files import AttemptFiles, PollPlaces
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.executions.requests import Requests
from lanner_coordinator.runtime.owners import owner_of
from lanner_coordinator.runtime.results.upkeep import ResultUpkeep
from lanner_coordinator.runtime.status import Readiness
from lanner_coordinator.store.duckdb.store import DuckdbStore
from lanner_coordinator.store.errors import StoreError
from lanner_coordinator.store.protocol import Store

logger = logging.getLogger(__name__)

DATABASE_NAME = "lanner.duckdb"
"""The database in the data folder."""


async def serve(config: Config, environment: Mapping[str, str]) -> None:
    """Run the coordinator until SIGTERM or SIGINT.

    Raises:
        StartError: It cannot start; says why.
    """
    _make_data_dir(config)
    storage = make_storage(config.artifacts, config.data_dir, environment)
    try:
        async with DuckdbStore(config.data_dir / DATABASE_NAME) as store, _opened(storage):
            await _serve(config, environment, store, storage)
    except StoreError as error:
        raise StartError(str(error)) from error


@contextlib.asynccontextmanager
async def _opened(storage: ArtifactStorage) -> AsyncIterator[None]:
    async with contextlib.AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(storage)
        except ArtifactError as error:
            raise StartError(str(error)) from error
        yield


async def _serve(
    config: Config, environment: Mapping[str, str], store: Store, storage: ArtifactStorage
) -> None:
    core = await build_core(config, environment, store, storage)
    readiness = Readiness()
    schedules, starter = scheduler(core)
    looks = polling(core, storage, schedules, starter)
    listening = flow_triggers(core, schedules, starter)
    requests = Requests(core.store, core.clock)
    acts = make_acts(core, storage)
    add_upkeep(core, storage, acts)
    worker = make_worker(core, acts)
    streams = AgentStreams(
        core.registry, Inbound(core.registry, core.clock, core.secrets.output_keys)
    )
    directory = RegistryDirectory(core.registry, core.clock)
    status = make_status(core, directory, readiness)
    server = ApiServer(
        [
            _agent_service(core, storage, streams, looks.files),
            flow_service(core, schedules),
            *execution_services(core, storage, requests, acts),
            trigger_service(core, schedules, starter, looks.beginnings.activity),
            batch_service(core, worker, requests),
            artifact_service(core, storage),
            key_value_service(core),
            namespace_service(core),
            secret_service(core),
            template_service(core),
            namespace_file_service(core, storage),
            server_service(core, directory, status),
        ],
        readiness=readiness,
        socket_path=config.socket_path,
        addresses=config.listen,
    )
    async with contextlib.AsyncExitStack() as stack:
        stack.callback(core.secrets.close)
        await stack.enter_async_context(server)
        if config.http:
            http = HttpServer(
                config.http,
                status=status,
                readiness=readiness,
                webhooks=WebhookAddresses(webhooks(core, schedules, starter)),
            )
            await stack.enter_async_context(http)
        await requests.load()
        await _restore(core, storage)
        await schedules.load()
        looks.polls.load()
        await listening.load()
        await worker.load()
        triggering = [schedules.run(), looks.polls.run(), listening.run()]
        fetching = [core.far_files.run()] if core.far_files else []
        loops = [streams.run(), *triggering, *fetching, worker.run()]
        loops += _upkeep(core, storage, config)
        await _work(core, loops, server)


def _upkeep(
    core: Core, storage: ArtifactStorage, config: Config
) -> Sequence[Coroutine[None, None, None]]:
    """The loops that remove what nobody needs any more."""
    sweep = ArtifactSweep(
        storage=storage,
        store=core.store,
        executor=core.executor,
        flows=core.flows,
        clock=core.clock,
        retention=config.artifacts.retention,
    )
    return sweep.run(), ResultUpkeep(core.store, core.clock).run()


def _agent_service(
    core: Core, storage: ArtifactStorage, streams: AgentStreams, polls: PollPlaces
) -> ServedService:
    files = AttemptFiles(
        storage=storage, executor=core.executor, rendering=core.rendering, polls=polls
    )
    return agent_service(AgentService(streams, AgentFiles(files)))


async def _restore(core: Core, storage: ArtifactStorage) -> None:
    await core.registry.load()
    await core.flows.load()
    await core.executor.restore(core.flows)
    _tell_limits(core)
    core.registry.adopt(core.executor.entries.values())
    entries = list(core.executor.entries.values())
    try:
        await storage.bring_near(
            (owner_of(entry.live.execution) for entry in entries), core.namespace_files.uris()
        )
    except ArtifactError as error:
        logger.warning(
            "Files of executions and namespaces cannot be read by expressions: %s", error
        )


def _tell_limits(core: Core) -> None:
    """Of flows with live executions, the current revision's limit counts, not only theirs."""
    for namespace, flow_id in {entry.flow_id for entry in core.executor.entries.values()}:
        record = core.flows.current_of(namespace, flow_id)
        if record is None:
            continue
        with contextlib.suppress(InvalidRequest):  # it cannot be read: the limit stays as it was
            plan = core.flows.plan_of(namespace, flow_id, record.revision)
            core.executor.limit(plan.flow, plan.revision)


async def _work(
    core: Core, loops: Sequence[Coroutine[None, None, None]], server: ApiServer
) -> None:
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with asyncio.TaskGroup() as tasks:
        working = [
            tasks.create_task(loop)
            for loop in (
                core.executor.run(),
                Leases(core.registry, core.clock).run(),
                *loops,
            )
        ]
        await server.ready()
        _collect_from_now_on()
        logger.info("ready")
        await stopping.wait()  # no limit: until somebody says so
        logger.info("stopping")
        for task in working:
            task.cancel()


def _collect_from_now_on() -> None:
    """What is there by now stays: the collector need not look at it again."""
    gc.freeze()
    gc.enable()


def _make_data_dir(config: Config) -> None:
    try:
        config.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.chmod(config.data_dir, 0o700)
    except OSError as error:
        raise StartError(
            f"the data folder {config.data_dir} cannot be made: {error.strerror}"
        ) from error
