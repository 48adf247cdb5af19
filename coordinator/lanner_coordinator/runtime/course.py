"""The course of executions within a group: events recorded and decided, commands carried out.

What can be done at once (evaluations, native tasks, the answer of the slots) is, so that a chain of
it is one commit. Nothing here waits.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import msgspec

from lanner_coordinator.engine import events
from lanner_coordinator.engine.commands import (
    AskForSlot,
    AwaitSubflow,
    CheckAssertions,
    ChooseListeners,
    Command,
    Dispatch,
    EndExecution,
    Evaluate,
    EvaluateOutputs,
    KeepResult,
    KillSubflow,
    LookUpResult,
    Proceed,
    RepeatExecution,
    RunNative,
    StartSubflow,
    Withdraw,
    WriteLog,
)
from lanner_coordinator.engine.decide import begin, decide
from lanner_coordinator.engine.execution import LiveExecution, TaskRun, snapshot
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.engine.rules.eligibility import Act, refusal
from lanner_coordinator.engine.rules.subflows import awaits
from lanner_coordinator.engine.rules.templating import type_of
from lanner_coordinator.engine.slots import Slots
from lanner_coordinator.runtime.aftermath import (
    Aftermath,
    NoAftermath,
    put_down_changes,
    put_down_kept,
    put_down_toggles,
)
from lanner_coordinator.runtime.archive import summarize, task_run_records
from lanner_coordinator.runtime.beginnings import Beginning, as_begun, successor
from lanner_coordinator.runtime.dispatcher import Dispatcher
from lanner_coordinator.runtime.errands.errands import Errands
from lanner_coordinator.runtime.executions.pausing import resume_first
from lanner_coordinator.runtime.group import Group, LiveEntry, Work
from lanner_coordinator.runtime.ids import IdFactory
from lanner_coordinator.runtime.inline_result import InlineResult
from lanner_coordinator.runtime.listeners import fitting_listeners
from lanner_coordinator.runtime.log_files import LogFiles
from lanner_coordinator.runtime.log_writer import LogWriter
from lanner_coordinator.runtime.matching import Matching
from lanner_coordinator.runtime.refusals import refused
from lanner_coordinator.runtime.rendering import Rendering
from lanner_coordinator.runtime.results.cache import KeptResults
from lanner_coordinator.runtime.secrets.sealing import may_have_sealed
from lanner_coordinator.runtime.stand_ins import StandIns
from lanner_coordinator.runtime.subflows.subflows import Subflows
from lanner_coordinator.runtime.templates.book import TemplateBook
from lanner_coordinator.runtime.wanted import Wanted
from lanner_coordinator.store.records import ArchivedExecution, JournalRecord

INLINE_LIMIT = 2_000
"""Inline commands of one group.

Beyond, an execution goes on in the next one, so that others get their turn.
"""

_BREATH = timedelta(milliseconds=1)
"""The least between an execution and the one in its place, so that each is a commit."""

_Inline = AskForSlot | Evaluate | RunNative | EvaluateOutputs | Proceed
_Bounded = AskForSlot | Evaluate | LookUpResult | RunNative | EvaluateOutputs | StartSubflow
_Begun = RunNative | Dispatch | StartSubflow

Look = Callable[[LiveExecution], None]
"""Is shown an execution that was opened again, before it goes on; must keep nothing of it."""

Repair = events.RestartRequested | events.TaskRunMarked | events.EndStateSet | events.LabelsSet
"""What can happen to an archived execution."""


class Course:
    """Takes executions on, each with its events."""

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
        matching: Matching,
        stand_ins: StandIns,
        templates: TemplateBook,
        results: KeptResults,
        log_files: LogFiles,
    ) -> None:
        self._log_files = log_files
        self._results = results
        self._templates = templates
        self._stand_ins = stand_ins
        self._subflows = subflows
        self._errands = errands
        self._rendering = rendering
        self._dispatcher = dispatcher
        self._log_writer = log_writer
        self._slots = slots
        self._ids = ids
        self._matching = matching
        self._aftermath: Aftermath = NoAftermath()

    def tell(self, aftermath: Aftermath) -> None:
        """Ask `aftermath` from now on what state changes set off."""
        self._aftermath = aftermath

    def tell_of_changes(self, group: Group) -> None:
        """Put down what the states that the group's executions have reached set off."""
        put_down_changes(self._aftermath, group)

    def keep(self, live: LiveExecution, group: Group) -> None:
        """Put down what an execution sets off that was over before it began."""
        put_down_kept(self._aftermath, live, group)

    # Events

    def begin(self, event: Beginning, plan: Plan, group: Group, look: Look | None = None) -> None:
        """Begin an execution within a group."""
        first = self._with_templates(self._limited(event, plan), plan)
        live, commands = begin(first, group.now, plan)
        is_copied = isinstance(first, events.ExecutionReplayed)
        told_count = len(live.execution.changes) - 1 if is_copied else 0
        entry = LiveEntry(live=live, told_count=told_count)
        group.begin(entry)
        self._record(entry, first, group)
        if live.execution.is_begun:
            self._slots.start(entry.flow_id, entry.id)
        if look is not None:
            look(as_begun(first, live, group.now))
        self.carry(entry, commands, group)

    def revive(
        self,
        archived: ArchivedExecution,
        plan: Plan,
        event: Repair,
        group: Group,
        look: Look | None = None,
    ) -> None:
        """Bring an archived execution back to life within a group, and change it.

        Raises:
            NotAllowed: It is to be restarted, and nothing in it failed.
        """
        restored = events.ExecutionRestored(snapshot=archived.snapshot)
        live, _ = begin(restored, group.now, plan)
        is_amended = isinstance(event, events.EndStateSet | events.LabelsSet)
        if isinstance(event, events.RestartRequested):
            why_not = refusal(Act.RETRY, live.execution.state)
            if why_not:
                raise refused(Act.RETRY, live.execution.id, why_not)
        told_count = len(live.execution.changes)
        # Its journal goes on behind the one that was archived, whose numbers are dead; number 1
        # is that of an execution that was never archived.
        sequence = max(archived.journal_sequence, 1)
        entry = LiveEntry(
            live=live, is_archived_before=True, told_count=told_count, sequence=sequence
        )
        group.begin(entry)
        (group.amended if is_amended else group.restarted).add(entry.id)
        self._record(entry, restored, group)
        self._record(entry, event, group)
        commands = decide(entry.live, event, group.now)
        if look is not None:
            look(live)
        self.carry(entry, commands, group)

    def _proceeding(self, entry: LiveEntry) -> events.Proceeded:
        is_limited = self._slots.is_limited(entry.flow_id)
        if not is_limited:
            self._slots.start(entry.flow_id, entry.id)
        return events.Proceeded(is_limited=is_limited)

    def _limited(self, event: Beginning, plan: Plan) -> Beginning:
        """The beginning of an execution that asks for a slot, if its flow is limited.

        One that is to start later asks in any case: the flow may be limited by then. One that
        repeats another asks when it proceeds.
        """
        flow_id = (plan.flow.namespace, plan.flow.id)
        self._slots.learn(flow_id, plan.revision, plan.flow.concurrency)
        if isinstance(event, events.ExecutionReplayed):
            return event
        if event.schedule_at is None and not self._slots.is_limited(flow_id):
            return event
        return msgspec.structs.replace(event, is_limited=True)

    def _with_templates(self, event: Beginning, plan: Plan) -> Beginning:
        """The beginning of an execution with the templates of its flow as they are now.

        One in the place of another, whose plan is complete, has that one's already.
        """
        sources = self._templates.sources(plan)
        return msgspec.structs.replace(event, templates=sources) if sources else event

    def feed(self, entry: LiveEntry, event: events.Event, group: Group) -> None:
        """Give an execution an event within a group; void when it no longer fits."""
        if not self._is_current(entry, event):
            return
        self._record(entry, event, group)
        self._release_slot(entry, event)
        self.carry(entry, decide(entry.live, event, group.now), group)

    def _is_current(self, entry: LiveEntry, event: events.Event) -> bool:
        if isinstance(event, events.SubflowEnded | events.SubflowReplaced):
            return awaits(entry.live.execution, event)
        attempt_id = getattr(event, "attempt_id", None)
        return attempt_id is None or entry.live.execution.run_of(attempt_id) is not None

    def _record(self, entry: LiveEntry, event: events.Event, group: Group) -> None:
        entry.sequence += 1
        recorded = events.RecordedEvent(at=group.now, event=event)
        record = JournalRecord(
            execution_id=entry.id, sequence=entry.sequence, record=events.encode_event(recorded)
        )
        if not entry.has_sealed:
            entry.has_sealed = may_have_sealed(event, record.record)
        group.journal.setdefault(entry.id, []).append(record)
        group.touched[entry.id] = entry

    def _release_slot(self, entry: LiveEntry, event: events.Event) -> None:
        if isinstance(event, events.AttemptFinished | events.AttemptLost | events.AttemptReturned):
            run = entry.live.execution.run_of(event.attempt_id)
            if run is not None and run.attempt is not None and run.attempt.agent_id:
                self._dispatcher.release(run.attempt.agent_id, event.attempt_id)

    # Commands

    def carry(self, entry: LiveEntry, commands: Sequence[Command], group: Group) -> None:
        """Carry commands out, after those that are on the group's agenda already."""
        group.touched[entry.id] = entry
        agenda = group.agenda
        agenda.extend((entry, command) for command in commands)
        if group.is_carrying:
            return
        group.is_carrying = True
        try:
            while agenda:
                if group.work_count >= INLINE_LIMIT and isinstance(agenda[0][1], _Bounded):
                    self._continue_later(group)
                    return
                entry, command = agenda.popleft()
                agenda.extend((entry, more) for more in self._carried(entry, command, group))
        finally:
            agenda.clear()
            group.is_carrying = False

    def _continue_later(self, group: Group) -> None:
        rest: dict[str, list[Command]] = {}
        for entry, command in group.agenda:
            rest.setdefault(entry.id, []).append(command)
        for execution_id, commands in rest.items():
            group.continue_later(execution_id, self.continuation(commands))

    def continuation(self, commands: Sequence[Command]) -> Work:
        """Go on with commands that are still to be carried out."""

        def work(entry: LiveEntry | None, group: Group) -> None:
            if entry is not None:
                self.carry(entry, commands, group)

        return work

    def _carried(self, entry: LiveEntry, command: Command, group: Group) -> Sequence[Command]:
        try:
            return self._carry_one(entry, command, group)
        except Wanted as wanted:
            group.wait_for(entry.id, wanted, self.continuation([command]))
        return ()

    def _carry_one(self, entry: LiveEntry, command: Command, group: Group) -> Sequence[Command]:
        if isinstance(command, _Begun):
            answered = self._stood_in(entry, command, group)
            if answered is not None:
                return answered
        return self._carry_command(entry, command, group)

    def _carry_command(self, entry: LiveEntry, command: Command, group: Group) -> Sequence[Command]:
        match command:
            case AskForSlot() | Evaluate() | RunNative() | EvaluateOutputs() | Proceed():
                return self._carry_inline(entry, command, group)
            case Dispatch():
                self._matching.enqueue(entry, command, group, self.feed)
            case LookUpResult() | KeepResult():
                return self._results.carry(entry, command, group, self.feed)
            case Withdraw():
                self._dispatcher.withdraw(command.attempt_id)
            case WriteLog():
                line = self._log_writer.of_engine(entry, command, group.now)
                group.logs.append(line)
            case ChooseListeners() | CheckAssertions():
                is_choice = isinstance(command, ChooseListeners)
                look = self._choose_listeners if is_choice else self._check_assertions
                return look(entry, group)
            case StartSubflow() | AwaitSubflow() | KillSubflow():
                self._carry_to_child(entry, command, group)
            case RepeatExecution():
                self._repeat(entry, command, group)
            case EndExecution():
                self._end(entry, group)
            case _:
                group.after.append((entry.id, command))
        return ()

    def _end(self, entry: LiveEntry, group: Group) -> None:
        self._slots.leave(entry.flow_id, entry.id)
        execution = entry.live.execution
        group.end(entry, summarize(execution), snapshot(execution), task_run_records(entry.live))
        if execution.parent_run_id:
            self._subflows.tell_parent(entry, group, self)

    def _stood_in(
        self, entry: LiveEntry, command: _Begun, group: Group
    ) -> Sequence[Command] | None:
        """What follows from the answer of a stand-in; absent: nobody stands in."""
        run = entry.live.execution.run_of(command.attempt_id)
        if run is None or (isinstance(command, StartSubflow) and command.index):
            return None
        answer = self._stand_ins.answer(entry, run, command.attempt_id)
        if answer is None:
            return None
        group.work_count += 1
        group.logs.extend(self._log_writer.of_native(entry, run, answer.lines, group.now))
        self._record(entry, answer.event, group)
        return decide(entry.live, answer.event, group.now)

    def _choose_listeners(self, entry: LiveEntry, group: Group) -> Sequence[Command]:
        group.work_count += 1
        chosen, complaints = fitting_listeners(
            entry.live, lambda value: self._rendering.value(entry, value)
        )
        event = events.ListenersChosen(indexes=chosen)
        self._record(entry, event, group)
        wishes = [WriteLog(level="WARN", text=text) for text in complaints]
        return [*wishes, *decide(entry.live, event, group.now)]

    def _check_assertions(self, entry: LiveEntry, group: Group) -> Sequence[Command]:
        group.work_count += 1
        broken, complaints = self._rendering.broken_assertions(entry)
        fresh = [text for text in complaints if text not in entry.complaints]
        entry.complaints.update(fresh)
        wishes: list[Command] = [WriteLog(level="WARN", text=text) for text in fresh]
        for index in broken:
            event = events.SlaBroken(index=index)
            self._record(entry, event, group)
            wishes.extend(decide(entry.live, event, group.now))
        return wishes

    def _carry_to_child(
        self, entry: LiveEntry, command: StartSubflow | AwaitSubflow | KillSubflow, group: Group
    ) -> None:
        match command:
            case StartSubflow():
                group.work_count += 1
                self._subflows.start(entry, command, group, self)
            case AwaitSubflow():
                self._subflows.ask(entry, command, group, self)
            case KillSubflow():
                self._subflows.kill(entry, command, group, self)

    def _repeat(self, entry: LiveEntry, command: RepeatExecution, group: Group) -> None:
        """Begin an execution in the place of one that failed, in the same commit."""
        failed = entry.live.execution
        begins_at = max(command.at, group.now + _BREATH)
        created = successor(failed, command, self._ids.new_id(), begins_at)
        self.begin(created, entry.live.plan, group)
        self._subflows.tell_successor(failed, created.execution_id, group, self)

    def _carry_inline(self, entry: LiveEntry, command: _Inline, group: Group) -> Sequence[Command]:
        group.work_count += 1
        event: events.Event
        if isinstance(command, AskForSlot):
            is_opened = entry.live.execution.is_opened
            event = self._slots.ask(entry.flow_id, entry.id, must_wait=is_opened)
        elif isinstance(command, Proceed):
            event = self._proceeding(entry)
        elif isinstance(command, EvaluateOutputs):
            event = self._rendering.flow_outputs(entry).event
        else:
            run = entry.live.execution.task_runs.get(command.task_run_id)
            if run and isinstance(command, RunNative) and self._is_errand(entry, run):
                self._errands.start(entry, command.attempt_id, run, group, self.feed)
                return ()
            result = self._inline_result(entry, command, run) if run else None
            if run is None or result is None:
                return ()
            if resume_first(self.feed, self._rendering, entry, result, group):
                return ()
            if self._errands.take_over(entry, run, result.event, group, self.feed):
                return ()
            if self._log_files.take_over(entry, run, result, group, self.feed):
                return ()
            event = put_down_toggles(self._aftermath, entry, result, group)
            group.logs.extend(self._log_writer.of_native(entry, run, result.lines, group.now))
            group.key_changes.extend(result.key_changes)
        self._record(entry, event, group)
        return decide(entry.live, event, group.now)

    def _is_errand(self, entry: LiveEntry, run: TaskRun) -> bool:
        return self._errands.are_for(type_of(entry.live, run))

    def _inline_result(
        self, entry: LiveEntry, command: Evaluate | RunNative, run: TaskRun
    ) -> InlineResult | None:
        if isinstance(command, Evaluate):
            return self._rendering.evaluate(entry, run)
        attempt = run.attempt
        if attempt is None or attempt.id != command.attempt_id:
            return None
        return self._rendering.run_native(entry, run, attempt)
