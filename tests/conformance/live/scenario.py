"""One case while it runs: its flows, its executions by name, and what they are compared with."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from lanner_coordinator.runtime.clock import Clock
from lanner_proto.errors import LannerError
from lanner_proto.v1 import execution_pb2, flow_pb2
from tests.conformance.live.cases import Case, Expectation, FlowKey, Source
from tests.conformance.live.judging import ENDED, Judged, differences
from tests.conformance.live.placeholders import date_of, filled
from tests.conformance.live.programs import Programs
from tests.conformance.live.seen import Seen, seen_of
from tests.conformance.live.typed import with_files

POLL_SECONDS = 0.03
POLLS_AFTER_END = 100
FILE_MATCHERS = ("$file_", "$joined_equals", "$total_lines", "$ion_rows")


class NotOffered(Exception):
    """The API has no such act."""


class Refused(Exception):
    """A flow of the case is not accepted; the message says why."""


@dataclass(slots=True, kw_only=True)
class Scenario:
    """A case under way.

    Attributes:
        case: What is to be done.
        programs: Where it is done.
        clock: Tells the time.
        started_at: When it began.
        failures: What did not hold so far.
        executions: Those that the case started, by their names and by the order of their start.
        first_revisions: Revision of each flow when the case began.
        error: What the last call was refused with; empty: it was not.
        triggered: Ids of the first execution that came of it, by flow id.
        deleted: Ids of those that are there no more.
        current: Name of the execution that the next step is about.
        first: The first execution as it was when its first step ended.
    """

    case: Case
    programs: Programs
    clock: Clock
    started_at: datetime
    failures: list[str] = field(default_factory=list)
    executions: dict[str, str] = field(default_factory=dict)
    first_revisions: dict[FlowKey, int] = field(default_factory=dict)
    triggered: dict[str, str] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    error: str = ""
    current: str = ""
    first: Seen | None = None

    async def load(self, sources: Sequence[Source]) -> None:
        """Apply the flows.

        Raises:
            Refused: One has errors.
        """
        for source in sources:
            wire = flow_pb2.FlowSource(name=source.key.flow_id, source=source.text)
            try:
                applied = await self.programs.client.apply_flows([wire])
            except LannerError as error:
                told = told_by(error)
                raise Refused(f"flow {source.key.flow_id} is refused: {told}") from error
            self.first_revisions.setdefault(source.key, applied[0].revision)

    async def unload(self, sources: Sequence[Source]) -> None:
        """Delete the flows, so that their triggers do nothing afterwards."""
        for source in sources:
            try:
                await self.programs.client.delete_flow(source.key.namespace, source.key.flow_id)
            except LannerError:
                continue  # it was never applied

    def remember(self, execution_id: str, name: str | None = None) -> str:
        """An execution that the case started; gives its name."""
        name = name or ("first" if not self.executions else f"#{len(self.executions)}")
        self.executions[name] = execution_id
        self.executions.setdefault("first", execution_id)
        self.current = name
        return name

    @property
    def shows_current(self) -> bool:
        """Whether there is an execution that the next step is about."""
        return bool(self.executions) and self.executions[self.current] not in self.deleted

    async def get(self, name: str | None = None) -> Seen:
        """An execution as it is now."""
        execution_id = self.executions[name or self.current]
        return seen_of(await self.programs.client.get_execution(execution_id))

    async def until_ended(self, name: str | None = None) -> Seen:
        """Wait for the end of an execution; the case as a whole has a limit.

        The tasks that run once the state is there, those of listeners and of `afterExecution`,
        are waited for too, but not for ever.
        """
        seen = await self.until(ENDED, name)
        for _ in range(POLLS_AFTER_END):
            if all(run.state in (*ENDED, "SKIPPED") for run in seen.task_runs):
                break
            await asyncio.sleep(POLL_SECONDS)
            seen = await self.get(name)
        return seen

    async def until(self, states: Sequence[str], name: str | None = None) -> Seen:
        """Wait until an execution is in one of the states, or has ended."""
        while True:
            seen = await self.get(name)
            if seen.state in states or seen.state in ENDED:
                return seen
            await asyncio.sleep(POLL_SECONDS)

    async def until_reached(self, state: str) -> Seen:
        """Wait until an execution has been in this state, or has ended."""
        while True:
            seen = await self.get()
            if state in seen.history or seen.state in ENDED:
                return seen
            await asyncio.sleep(POLL_SECONDS)

    async def of_flow(self, key: FlowKey) -> Sequence[execution_pb2.ExecutionSummary]:
        """The executions of a flow since the case began, oldest first; those of schedules not."""
        response = await self.programs.client.list_executions(
            filter_text=f"ns:{key.namespace} flow:{key.flow_id}", limit=1000, sort="created"
        )
        return [
            summary
            for summary in response.executions
            if summary.created_at.ToDatetime(self.started_at.tzinfo) >= self.started_at
            and summary.trigger not in ("schedule", "backfill")
        ]

    async def check(self, what: str, expect: Expectation, seen: Seen) -> None:
        """Compare an execution, and keep what differs."""
        expect = self.fill(with_files(expect, self.case.folder), seen)
        files = await self._files(expect, seen)
        judged = Judged(seen=seen, first=self.first or seen, files=files)
        self.failures += [f"{what}{one}" for one in differences(expect, judged)]

    def fill(self, value: Any, seen: Seen) -> Any:
        """A value of the case with its placeholders replaced."""

        def resolve(name: str) -> str:
            return self._named(name, seen)

        return filled(value, resolve)

    def dated(self, text: str) -> str:
        """A text with the dates that it names."""
        return str(filled(text, lambda name: date_of(name, self.clock.now()) or name))

    def _named(self, name: str, seen: Seen) -> str:
        subject, _, part = name.partition(".")
        if subject == "execution":
            return str(getattr(seen, {"flowId": "flow_id"}.get(part, part)))
        if subject in self.executions:
            return self.executions[subject]
        if subject.startswith("triggered:"):
            return self.triggered.get(subject.removeprefix("triggered:"), "")
        if subject.startswith("taskrun:"):
            path = subject.removeprefix("taskrun:")
            if path.startswith("#"):
                return seen.task_runs[int(path[1:])].id
            task_run = seen.find(path)
            return task_run.id if task_run else ""
        return date_of(name, self.started_at) or f"${{{name}}}"

    async def _files(self, expect: Expectation, seen: Seen) -> Mapping[str, bytes]:
        if not any(matcher in str(expect) for matcher in FILE_MATCHERS):
            return {}
        outputs = [task_run.outputs for task_run in seen.task_runs]
        return {uri: await self._download(uri) for uri in _uris([*outputs, seen.outputs])}

    async def _download(self, uri: str) -> bytes:
        try:
            chunks = [chunk async for chunk in self.programs.client.download_artifact(uri)]
        except LannerError:
            return b""
        return b"".join(chunks)


def told_by(error: LannerError) -> str:
    """All that an error says, once."""
    others = [one.description for one in error.violations if one.description not in error.message]
    return "; ".join([error.message, *others])


def _uris(value: object) -> set[str]:
    if isinstance(value, str):
        return {value} if value.startswith(("kestra://", "lanner://")) else set()
    if isinstance(value, Mapping):
        return _uris(list(value.values()))
    if isinstance(value, Sequence):
        return {uri for one in value for uri in _uris(one)}
    return set()
