"""How work is applied to an execution within a group.

Each public method gives a `Work` for the executor's queue. Nothing here waits.
"""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.engine import events
from lanner_coordinator.engine.commands import Command
from lanner_coordinator.engine.execution import LiveExecution
from lanner_coordinator.engine.plan import Plan, completed
from lanner_coordinator.engine.rules.eligibility import Act, refusal
from lanner_coordinator.engine.slots import Slots
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.aftermath import Aftermath
from lanner_coordinator.runtime.agents.messages import Lines
from lanner_coordinator.runtime.artifacts import ArtifactStorage
from lanner_coordinator.runtime.beginnings import Beginning
from lanner_coordinator.runtime.course import Course, Look, Repair
from lanner_coordinator.runtime.dispatcher import Dispatcher, QueuedAttempt
from lanner_coordinator.runtime.errands.errands import Errands
from lanner_coordinator.runtime.errors import AlreadyThere, NotAllowed, NotFound
from lanner_coordinator.runtime.executions.reviewing import check_decision
from lanner_coordinator.runtime.executions.run_references import find_run
from lanner_coordinator.runtime.group import Feed, Group, LiveEntry, Work
from lanner_coordinator.runtime.ids import IdFactory
from lanner_coordinator.runtime.log_files import LogFiles
from lanner_coordinator.runtime.log_writer import LogWriter
from lanner_coordinator.runtime.matching import Matching, TakePoll
from lanner_coordinator.runtime.namespaces.groups import ALL_GROUPS, GroupRule
from lanner_coordinator.runtime.refusals import refused
from lanner_coordinator.runtime.rendering import Rendering
from lanner_coordinator.runtime.results.cache import KeptResults
from lanner_coordinator.runtime.stand_ins import NoStandIns, StandIns
from lanner_coordinator.runtime.subflows.subflows import Subflows
from lanner_coordinator.runtime.templates.book import TemplateBook
from lanner_coordinator.store.records import ArchivedExecution, Commit


class Application:
    """Applies work."""

    def __init__(
        self,
        *,
        rendering: Rendering,
        dispatcher: Dispatcher,
        log_writer: LogWriter,
        slots: Slots,
        subflows: Subflows,
        errands: Errands,
        ids: IdFactory,
        results: KeptResults,
        storage: ArtifactStorage,
        groups: GroupRule = ALL_GROUPS,
        stand_ins: StandIns | None = None,
        templates: TemplateBook | None = None,
    ) -> None:
        self._templates = templates or TemplateBook()
        matching = Matching(rendering=rendering, dispatcher=dispatcher, groups=groups)
        self._course = Course(
            rendering=rendering,
            dispatcher=dispatcher,
            log_writer=log_writer,
            slots=slots,
            subflows=subflows,
            errands=errands,
            ids=ids,
            matching=matching,
            stand_ins=stand_ins or NoStandIns(),
            templates=self._templates,
            results=results,
            log_files=LogFiles(storage, log_writer),
        )
        self._rendering = rendering
        self._matching = matching
        self._log_writer = log_writer
        self._slots = slots

    @property
    def feed(self) -> Feed:
        """Gives a live execution an event within a group."""
        return self._course.feed

    def tell(self, aftermath: Aftermath) -> None:
        """Ask `aftermath` from now on what state changes set off."""
        self._course.tell(aftermath)

    def give_polls_to(self, take: TakePoll) -> None:
        """Give looks for triggers, that agents have room for, to `take` from now on."""
        self._matching.give_polls_to(take)

    def tell_of_changes(self, group: Group) -> None:
        """Put down what the states that the group's executions have reached set off."""
        self._course.tell_of_changes(group)

    def as_begun_now(self, plan: Plan) -> Plan:
        """A plan as an execution has it that begins now: with the templates of its flow."""
        return completed(plan, self._templates.sources(plan))

    # Work

    def beginning(
        self,
        event: Beginning,
        plan: Plan,
        attached: Commit | None,
        look: Look | None = None,
    ) -> Work:
        """Begin an execution."""

        def work(entry: LiveEntry | None, group: Group) -> None:
            if entry is not None:
                raise AlreadyThere(f"execution {event.execution_id} exists already")
            if attached is not None:
                group.attached.append(attached)
            self._course.begin(event, plan, group, look)

        return work

    def beginnings(
        self, wanted: Sequence[tuple[events.ExecutionCreated, Plan]], attached: Commit
    ) -> Work:
        """Begin many executions, or none, with what is attached."""

        def work(entry: LiveEntry | None, group: Group) -> None:
            group.attached.append(attached)
            for event, plan in wanted:
                self._course.begin(event, plan, group)

        return work

    def keeping(self, live: LiveExecution, attached: Commit) -> Work:
        """Archive an execution that was over before it began, with what is attached."""

        def work(entry: LiveEntry | None, group: Group) -> None:
            group.attached.append(attached)
            self._course.keep(live, group)

        return work

    def repair(
        self, archived: ArchivedExecution, plan: Plan, event: Repair, look: Look | None = None
    ) -> Work:
        """Bring an archived execution back to life and change it."""

        def work(entry: LiveEntry | None, group: Group) -> None:
            if entry is not None:
                raise NotAllowed(f"execution {entry.id} cannot be changed: it is live again")
            self._course.revive(archived, plan, event, group, look)

        return work

    def kill(self, execution_id: str, event: events.KillRequested) -> Work:
        """Ask for the end of an execution."""

        def work(entry: LiveEntry | None, group: Group) -> None:
            self._course.feed(self._check(execution_id, Act.KILL, entry), event, group)

        return work

    def start_now(self, execution_id: str, by: str = "", reason: str = "") -> Work:
        """Begin an execution that waits: its turn has come or, with `by`, somebody lets it pass.

        An execution that waits no longer is left alone.
        """

        def work(entry: LiveEntry | None, group: Group) -> None:
            if entry is not None and entry.live.execution.is_waiting:
                self._slots.start(entry.flow_id, entry.id)
                self._course.feed(entry, events.StartAllowed(by=by, reason=reason), group)
            elif entry is not None and not entry.live.execution.is_begun:
                self._slots.forget(entry.flow_id, entry.id)

        return work

    def force(self, execution_id: str, act: Act, by: str, reason: str) -> Work:
        """Let an execution run now, whatever it waits for."""
        start = self.start_now(execution_id, by, reason)

        def work(entry: LiveEntry | None, group: Group) -> None:
            entry = self._check(execution_id, act, entry)
            group.touched[entry.id] = entry
            if entry.live.execution.state is State.PAUSED:
                self._course.feed(entry, events.ResumeRequested(by=by, reason=reason), group)
            start(entry, group)

        return work

    def resume(self, execution_id: str, reference: str, by: str, reason: str) -> Work:
        """Let a task run that is PAUSED go on."""

        def work(entry: LiveEntry | None, group: Group) -> None:
            run = find_run(entry.live.execution, reference) if entry is not None else None
            if entry is None or run is None or run.state is not State.PAUSED:
                raise NotAllowed(f'task run "{reference}" cannot be resumed: it is not PAUSED')
            event = events.ResumeRequested(by=by, reason=reason, task_run_id=run.id)
            check_decision(run, event)
            self._course.feed(entry, event, group)

        return work

    def feeding(self, event: events.Event) -> Work:
        """Give an execution an event; void when it is not live."""

        def work(entry: LiveEntry | None, group: Group) -> None:
            if entry is not None:
                self._course.feed(entry, self._rendering.sealed(entry, event), group)

        return work

    def continuation(self, commands: Sequence[Command]) -> Work:
        """Go on with commands that are still to be carried out."""
        return self._course.continuation(commands)

    def match(self, attempt: QueuedAttempt, agent_id: str) -> Work:
        """Give an attempt to an agent that has room for it."""
        return self._matching.work(attempt, agent_id, self._course.feed)

    def lines(self, lines: Lines) -> Work:
        """Write log lines of an attempt."""

        def work(entry: LiveEntry | None, group: Group) -> None:
            group.logs.extend(self._log_writer.of_attempt(entry, lines))

        return work

    def take_back(self, group: Group) -> None:
        """What a group did besides its executions has not happened: its commit failed."""
        self._rendering.take_back(group.key_changes)

    def _check(self, execution_id: str, act: Act, entry: LiveEntry | None) -> LiveEntry:
        """The execution, which is live and allows the act."""
        if entry is None:
            raise NotFound(f"no live execution {execution_id}")
        why_not = refusal(act, entry.live.execution.state, goes_on=True)
        if why_not:
            raise refused(act, execution_id, why_not)
        return entry
