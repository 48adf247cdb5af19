"""Builds the agent and runs it to its end: the one place that knows every part."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import secrets
import signal
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version

from lanner_agent.agent import Agent, AgentParts
from lanner_agent.attempt_log import AttemptLog
from lanner_agent.attempts import Attempts
from lanner_agent.backoff import LONGEST_SECONDS
from lanner_agent.clock import Clock, SystemClock
from lanner_agent.command_runners import CommandRunners
from lanner_agent.config import Config
from lanner_agent.data_folder import DataFolder, locked_data_folder
from lanner_agent.discovery import by_name, installed_task_types
from lanner_agent.disk import Disk
from lanner_agent.figures import HostWatch
from lanner_agent.front_desk import AgentCard, DeskParts, FrontDesk
from lanner_agent.ids import AttemptId
from lanner_agent.inbox import Inbox
from lanner_agent.kept_folders import KeptFolders
from lanner_agent.lease import Lease
from lanner_agent.link import Dialling
from lanner_agent.runners.contract import Runner
from lanner_agent.runners.docker.config import DockerConfig
from lanner_agent.runners.docker.engine import is_local_engine
from lanner_agent.runners.docker.runner import DockerRunner
from lanner_agent.runners.policy import HostPolicy, read_host_policy
from lanner_agent.runners.process.runner import ProcessConfig, ProcessRunner
from lanner_agent.secret_memory import secret_memory_for
from lanner_agent.services import Services
from lanner_agent.session import Lineage
from lanner_agent.shared_folders import SharedFolders
from lanner_agent.spool import Spool
from lanner_agent.spool_files import SpoolFiles
from lanner_agent.spool_limits import SpoolLimits
from lanner_agent.tasks.contract import TaskType
from lanner_agent.tasks.working_directory.folder_work import WORKING_DIRECTORY
from lanner_agent.trash import Trash
from lanner_agent.web_policy import WebPolicy
from lanner_agent.wire.artifact_calls import ArtifactCalls
from lanner_agent.wire.catalog import EncodedCatalog, encode_catalog
from lanner_agent.wire.dial import dial
from lanner_agent.wire.local_socket import LOCAL_PREFIX, dial_local

log = logging.getLogger(__name__)

SEGMENTS = 32
# A coordinator on this host that just starts should not have to wait for its agent.
LONGEST_LOCAL_WAIT_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugins:
    """What the agent can do.

    Attributes:
        runners: Ways to run commands.
        task_types: Task types with code that runs here.
        clock: Tells the time of day.
        web_policy: What tasks may call.
    """

    runners: Sequence[Runner]
    task_types: Sequence[TaskType]
    clock: Clock = field(default_factory=SystemClock)
    web_policy: WebPolicy = field(default_factory=WebPolicy)


def installed_plugins(config: Config) -> Plugins:
    """The agent's own runners and all installed task types.

    Raises:
        ConfigError: The host's policy file makes no sense.
    """
    clock = SystemClock()
    data = str(config.data.absolute())
    policy = read_host_policy(config.policy) if config.policy else HostPolicy()
    return Plugins(
        clock=clock,
        runners=[
            DockerRunner(
                DockerConfig(
                    agent_id=config.agent_id,
                    data=data,
                    policy=policy,
                    # What a container's root leaves in a mounted folder only root can remove.
                    shares_files=os.getuid() == 0 and is_local_engine(os.environ),
                )
            ),
            ProcessRunner(ProcessConfig(agent_id=config.agent_id, data=data), clock),
        ],
        task_types=installed_task_types(),
        web_policy=policy.web,
    )


async def run(config: Config, plugins: Plugins | None = None) -> None:
    """Run an agent until it is told to stop.

    Raises:
        AgentError: It cannot start or go on.
    """
    plugins = plugins or installed_plugins(config)
    with locked_data_folder(config.data) as folder:
        async with assembled(config, plugins, folder) as agent:
            loop = asyncio.get_running_loop()
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, agent.stop)
            await agent.run()


@asynccontextmanager
async def assembled(config: Config, plugins: Plugins, folder: DataFolder) -> AsyncIterator[Agent]:
    """Put an agent together and take it apart in the end; it does nothing before its `run`."""
    async with AsyncExitStack() as stack:
        disk = await stack.enter_async_context(Disk())
        trash = await stack.enter_async_context(Trash())
        services = _services(config, plugins, folder, disk, trash)
        progress = services.spool.load()
        lease = Lease(folder.state_file, disk, plugins.clock)
        task_types = by_name([*plugins.task_types, WORKING_DIRECTORY])
        attempts = Attempts(services, task_types, lease)
        kept = attempts.remembered_ids()
        folder.remove_work_folders_but(frozenset(kept))
        services.secret_memory.forget_all_but(kept)
        await stack.enter_async_context(services.runners.running())
        host = HostWatch(folder.root, services.runners)
        catalog = encode_catalog(plugins.task_types)
        inbox = Inbox()
        desk = FrontDesk(
            _card(config, catalog),
            DeskParts(
                attempts=attempts,
                shared_folders=services.shared_folders,
                inbox=inbox,
                lease=lease,
                host=host,
                runners=services.runners,
                clock=plugins.clock,
            ),
        )
        lineage = Lineage(spool=services.spool, inbox=inbox, desk=desk, catalog=catalog)
        parts = AgentParts(
            attempts=attempts,
            host=host,
            trash=trash,
            lineage=lineage,
            dialling=_dialling(config),
            progress=progress,
            drain_seconds=config.drain_seconds,
        )
        log.info(
            'Agent "%s" starts with %d slots and %d task types; coordinator %s.',
            config.agent_id,
            config.slots,
            len(plugins.task_types),
            config.coordinator,
        )
        try:
            yield Agent(parts)
        finally:
            services.spool.close()
            services.attempt_log.close()
            services.secret_memory.close()


def _services(
    config: Config, plugins: Plugins, folder: DataFolder, disk: Disk, trash: Trash
) -> Services:
    attempt_log = AttemptLog(folder.attempts_file, disk)
    attempt_log.load()
    limits = SpoolLimits(
        disk_bytes=config.spool_bytes,
        segment_bytes=max(64 * 1024, config.spool_bytes // SEGMENTS),
    )
    spool = Spool(SpoolFiles(folder.spool), disk, limits, attempt_log.keep_progress)
    runners = CommandRunners(plugins.runners, attempt_log.found_again)

    def open_artifacts(attempt_id: AttemptId, credential: str) -> ArtifactCalls:
        return ArtifactCalls(config.coordinator, attempt_id, credential)

    shared_folders = SharedFolders(folder, trash)
    shared_folders.load()
    return Services(
        clock=plugins.clock,
        shared_folders=shared_folders,
        trash=trash,
        disk=disk,
        spool=spool,
        attempt_log=attempt_log,
        runners=runners,
        folder=folder,
        secret_memory=secret_memory_for(folder.root),
        open_artifacts=open_artifacts,
        kept_folders=KeptFolders(folder.kept, plugins.clock),
        web_policy=plugins.web_policy,
    )


def _dialling(config: Config) -> Dialling:
    is_local = config.coordinator.startswith(LOCAL_PREFIX)
    opens = dial_local if is_local else dial
    return Dialling(
        dial=lambda: opens(config.coordinator, config.agent_id),
        random=random.random,
        longest_wait_seconds=LONGEST_LOCAL_WAIT_SECONDS if is_local else LONGEST_SECONDS,
    )


def _card(config: Config, catalog: EncodedCatalog) -> AgentCard:
    try:
        software_version = version("lanner")
    except PackageNotFoundError:
        software_version = "unknown"
    return AgentCard(
        agent_id=config.agent_id,
        boot_id=secrets.token_hex(8),
        software_version=software_version,
        slots=config.slots,
        labels=config.labels,
        min_disk_free_bytes=config.min_disk_free_bytes,
        catalog_sha256=catalog.sha256,
    )
