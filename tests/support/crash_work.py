"""The work that goes on during crashes: flows, many executions, and their ends."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from lanner_proto.client import Client
from lanner_proto.errors import LannerError, TimedOut, Unavailable
from lanner_proto.v1 import execution_pb2, flow_pb2, state_pb2
from tests.support.crash_effects import Effects
from tests.support.eventually import eventually

CALL_SECONDS = 120
"""How long a caller asks a coordinator that is killed now and then."""

ENDED = frozenset(
    {state_pb2.STATE_SUCCESS, state_pb2.STATE_WARNING, state_pb2.STATE_FAILED}
    | {state_pb2.STATE_KILLED, state_pb2.STATE_CANCELLED}
)

PROCESSES = """\
id: processes
namespace: {namespace}
tasks:
  - id: first
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {{type: io.kestra.plugin.core.runner.Process}}
    commands: ['{effect}; sleep {process_seconds}']
  - id: both
    type: io.kestra.plugin.core.flow.Parallel
    tasks:
      - id: left
        type: io.kestra.plugin.scripts.shell.Commands
        taskRunner: {{type: io.kestra.plugin.core.runner.Process}}
        commands: ['{effect}; sleep {process_seconds}']
      - id: right
        type: io.kestra.plugin.scripts.shell.Commands
        taskRunner: {{type: io.kestra.plugin.core.runner.Process}}
        commands: ['{effect}; sleep {process_seconds}']
"""

CONTAINERS = """\
id: containers
namespace: {namespace}
tasks:
  - id: outside
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {{type: io.kestra.plugin.core.runner.Process}}
    commands: ['{effect}; sleep {process_seconds}']
  - id: inside
    type: io.kestra.plugin.scripts.shell.Commands
    taskRunner: {{type: io.kestra.plugin.scripts.runner.docker.Docker, networkMode: none}}
    containerImage: {image}
    commands: ['echo begun; sleep {container_seconds}; echo done']
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CrashWork:
    """Executions of one test.

    Attributes:
        client: Of the coordinator that is killed.
        namespace: Of all flows.
        effects: What the tasks of the flows do.
        image: Of the containers.
        process_seconds: How long a process goes on after its effect.
        container_seconds: How long a container runs.
    """

    client: Client
    namespace: str
    effects: Effects
    image: str
    process_seconds: float
    container_seconds: float

    async def apply_flows(self) -> None:
        """Store the flows `processes` and `containers`."""
        sources = [
            flow_pb2.FlowSource(
                source=text.format(
                    namespace=self.namespace,
                    effect=self.effects.append_command,
                    image=self.image,
                    process_seconds=self.process_seconds,
                    container_seconds=self.container_seconds,
                )
            )
            for text in (PROCESSES, CONTAINERS)
        ]
        await self.client.apply_flows(sources)

    async def start(self, flow_id: str, request_id: str) -> str:
        """Id of an execution that was acknowledged; asked for until it is, by one request id."""
        async with asyncio.timeout(CALL_SECONDS):
            while True:
                try:
                    return await self.client.create_execution(
                        self.namespace, flow_id, request_id=request_id
                    )
                except (Unavailable, TimedOut):
                    await asyncio.sleep(0)

    async def all_ended(self, within_seconds: float) -> Sequence[execution_pb2.Execution]:
        """All executions of the flows, when all of them have ended.

        Raises:
            AssertionError: Some have not; tells their states and task runs.
        """
        try:
            summaries = await eventually(
                self._summaries,
                within_seconds,
                until=lambda found: all(each.state in ENDED for each in found),
            )
        except AssertionError:
            hanging = [each.id for each in await self._summaries() if each.state not in ENDED]
            raise AssertionError(
                f"{len(hanging)} executions have not ended within {within_seconds} s:\n"
                + "\n".join([str(await self.get(each)) for each in hanging[:3]])
            ) from None
        return [await self.get(each.id) for each in summaries]

    async def ended(self, execution_id: str, within_seconds: float) -> execution_pb2.Execution:
        """An execution when it has ended."""
        return await eventually(
            lambda: self.get(execution_id),
            within_seconds,
            until=lambda execution: execution.summary.state in ENDED,
        )

    async def get(self, execution_id: str) -> execution_pb2.Execution:
        """An execution as it is now."""
        try:
            return await self.client.get_execution(execution_id)
        except LannerError as error:
            raise AssertionError(str(error)) from error

    async def _summaries(self) -> Collection[execution_pb2.ExecutionSummary]:
        try:
            found = await self.client.list_executions(
                filter_text=f"ns:{self.namespace}", limit=1_000
            )
        except LannerError as error:
            raise AssertionError(str(error)) from error
        return found.executions
