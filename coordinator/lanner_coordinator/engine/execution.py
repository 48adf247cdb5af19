"""The live state of an execution: what the fold of its events has come to.

These structs are changed in place by `decide` only, which is as deterministic as if it made new
ones; the executor owns them and rebuilds them from the journal when a commit fails. They are
msgspec structs so that a snapshot is one call and a task run stays small (below 2 kB with its
container and attempts). The collector of cycles does not look at them (`gc=False`): they hold no
references upwards, and there may be ten thousands of them. Everything that is only derived (the
plan, the views of outputs) stays out of the snapshot.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from lanner_coordinator.engine.attempt import Attempt as Attempt
from lanner_coordinator.engine.children import Ancestor
from lanner_coordinator.engine.events import TriggerInfo
from lanner_coordinator.engine.folder import Folder
from lanner_coordinator.engine.ids import task_run_of
from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.engine.plan import Plan, completed
from lanner_coordinator.engine.review import Behavior, Review
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.views import Views
from lanner_coordinator.engine.wait import Wait


class StateChange(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A state and when it was entered."""

    state: State
    at: datetime


class Container(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """How far a flowable, or the flow itself, has come.

    Attributes:
        task_id: Its task; empty: the flow.
        run_id: Its task run; empty: the flow.
        phase: Which of its lists runs.
        running_count: Children that have not ended.
        rescue_count: Those of them that run before a retry of another one.
        failed_count: Children of the tasks phase that ended FAILED.
        cancelled_count: Children of the tasks phase that ended CANCELLED.
        killed_count: Children of the tasks phase that ended KILLED.
        warning_count: Children of the tasks phase that ended WARNING.
        has_failed_finally: A child of `finally` failed.
        next_index: Next child of the tasks phase (next value, in a loop).
        phase_index: Next child of the other phases.
        branch: List of the tasks phase that its control chose.
        limit: Children (values, in a loop) that may run at once; 0: no limit.
        values: Values of a loop, as texts.
        positions: In a loop: next child of each iteration that runs.
        waiting: In a Dag: how many dependencies of each child have not ended.
        ready: In a Dag: children that may start, by id.
        stalled: Children that ended well while nothing more could start; a restart goes on from
            them.
        begun_at: In a loop: first child to start of values that had begun before a replay.
        is_shielded: It is part of a `finally`, which a first kill leaves alone.
        wait: What it waits for; absent: for its children only.
        wait_count: Waits so far.
        restarts_anew: It ended by its own decision, not by that of a child: a restart begins it
            anew.
        is_expired: Its tasks took longer than its `timeout`: it fails.
        is_cut: Above it, that happened before it had come to its `finally`: it is stopped.
        round_number: In a loop until a condition holds: rounds so far.
        round_owner: Task run of the nearest such loop, itself included; empty: none.
        round_runs: In such a loop: ids of all task runs of this round, at any depth.
        keys: In a Loop over a map: its keys.
        forgives: In a Loop: an iteration that fails counts as one that ended well.
        stores: In a Loop: what the iterations give is put into a file.
        ended_counts: In a Loop: how many iterations have ended, by state.
        review: In an Approval: what somebody decides; absent: it has not begun.
        verdict: What is to follow from that at once; absent: nothing.
    """

    task_id: str = ""
    run_id: str = ""
    phase: Phase = Phase.TASKS
    running_count: int = 0
    rescue_count: int = 0
    failed_count: int = 0
    cancelled_count: int = 0
    killed_count: int = 0
    warning_count: int = 0
    has_failed_finally: bool = False
    next_index: int = 0
    phase_index: int = 0
    branch: str = "tasks"
    limit: int = 0
    values: list[str] = []
    positions: dict[int, int] = {}
    waiting: dict[str, int] = {}
    ready: list[str] = []
    stalled: list[str] = []
    begun_at: dict[int, int] = {}
    is_shielded: bool = False
    wait: Wait | None = None
    wait_count: int = 0
    restarts_anew: bool = False
    is_expired: bool = False
    is_cut: bool = False
    round_number: int = 0
    round_owner: str = ""
    round_runs: list[str] = []
    keys: list[str] = []
    forgives: bool = False
    stores: bool = False
    ended_counts: dict[str, int] = {}
    review: Review | None = None
    verdict: Behavior | None = None

    @property
    def busy_count(self) -> int:
        """Children that have not ended and count for a limit."""
        return self.running_count - self.rescue_count


class TaskRun(msgspec.Struct, kw_only=True, omit_defaults=True, gc=False):
    """One run of a task.

    Attributes:
        id: Id of the execution and a number.
        task_id: Which task.
        parent_id: Task run above; empty: none.
        phase: List of the parent that it is in.
        value: Value of its iteration; absent: its parent is no loop.
        iteration: Index of that value, from 0.
        path: Values of the iterations around it, from the outermost to its own.
        scope: Iteration of a Loop whose views it has, which may be itself: a task run; empty: none.
        state: Now.
        changes: All its states.
        attempts: In order; flowables have none.
        outputs: Of the last attempt, or of the flowable.
        retry_at: When the next attempt starts; absent: none is planned.
        timeout: The limit of its task, rendered; absent: there is none.
        expires_at: When that stops what it is at; absent: nothing limits it now.
        restarted_after: How many attempts it had before the last restart: the retry rule does not
            count them.
        rescue_start: Number of the first task run of the `errors` that run before its retry; 0:
            none do.
        rescue_of: Failed task run before whose retry this one runs; empty: none.
        folder: What its children share, on one agent; absent: nothing.
        container: How far its children have come; only for flowables that began.
    """

    id: str
    task_id: str
    parent_id: str = ""
    phase: Phase = Phase.TASKS
    value: str | None = None
    iteration: int | None = None
    path: tuple[str, ...] = ()
    scope: str = ""
    state: State = State.CREATED
    changes: list[StateChange] = []
    attempts: list[Attempt] = []
    outputs: dict[str, object] = {}
    retry_at: datetime | None = None
    timeout: timedelta | None = None
    expires_at: datetime | None = None
    restarted_after: int = 0
    rescue_start: int = 0
    rescue_of: str = ""
    folder: Folder | None = None
    container: Container | None = None

    @property
    def attempt(self) -> Attempt | None:
        """The current attempt, or that of the work on its folder; absent: none was made."""
        if self.folder is not None and self.folder.work is not None:
            return self.folder.work
        return self.attempts[-1] if self.attempts else None

    @property
    def counted_attempts(self) -> Sequence[Attempt]:
        """Those that the retry rule counts: since the last restart, without lost ones."""
        return [one for one in self.attempts[self.restarted_after :] if not one.is_lost]


class Execution(msgspec.Struct, kw_only=True, omit_defaults=True):
    """One execution.

    Attributes:
        id: Its id.
        namespace: Of the flow.
        flow_id: Of the flow.
        flow_revision: Of the flow.
        inputs: Typed values.
        labels: Its labels now.
        trigger: What started it.
        original_id: Execution that was the first of those that repeat each other; empty: none.
        parent_id: Execution that it repeats; empty: none.
        repeats: That execution and those that it repeated in turn, the first one first.
        replayed_at: When it was made of that one's task runs; absent: it began with none.
        parent_run_id: Task run of another execution that started it; empty: none.
        lineage: Executions that started it, the nearest first.
        trigger_depth: How many flow triggers led to it, one after the other.
        schedule_at: Not before; absent: at once.
        is_limited: It asks for a slot before it begins.
        is_begun: It began, or went on after a restart: it has its slot.
        is_opened: It had ended, was opened again and has not gone on yet.
        queue_ticket: Its place among those that wait for a slot; 0: it never waited.
        state: Now.
        changes: All its states.
        attempt_number: 1, and one more for each restart and each new execution in its place.
        first_created_at: When the first of the executions was created in whose place this one is;
            absent: it is in nobody's place.
        repeat_at: When a new execution takes its place, once it has ended; absent: none does.
        task_runs: In order of creation, by id.
        open_runs: Ids of those that have not ended, as an ordered set.
        last_run_number: Number of the newest task run.
        root: How far the flow itself has come.
        outputs: The flow's outputs.
        failed_task_id: Task that failed first since the last start; empty: none.
        error: Its error; empty: none.
        listeners: Places of the flow's listeners that run after its end; absent: not known yet.
        measured_from: From when its longest duration counts; absent: not yet.
        broken_slas: Places of the flow's promises that it broke.
        stop_state: How it ends once it is stopped; absent: KILLED.
        end_state: How it will end, once its tasks have ended.
        kill_deadline: When `finally` is stopped too, after a kill; absent: nobody asked for one.
        is_kill_forced: `finally` is stopped too.
        spares_children: What it started goes on when it is killed.
        exit_state: How a task ends it before its time; absent: none does.
        exit_above: Task runs that this task is in.
        variables: `vars.*` since a task changed them; absent: those of the flow.
        paused_runs: Ids of the task runs that are PAUSED, as an ordered set.
        is_on_hold: Somebody paused it: what runs goes on to its end, nothing new begins.
        held_runs: Task runs that ended meanwhile; what follows from them comes when it is resumed.
        templates: Sources of the templates that its flow puts in, as they were when it began.
    """

    id: str
    namespace: str
    flow_id: str
    flow_revision: int
    inputs: dict[str, object] = {}
    labels: dict[str, str] = {}
    trigger: TriggerInfo
    original_id: str = ""
    parent_run_id: str = ""
    lineage: tuple[Ancestor, ...] = ()
    parent_id: str = ""
    repeats: list[str] = []
    replayed_at: datetime | None = None
    trigger_depth: int = 0
    schedule_at: datetime | None = None
    is_limited: bool = False
    is_begun: bool = False
    is_opened: bool = False
    queue_ticket: int = 0
    state: State = State.CREATED
    changes: list[StateChange] = []
    attempt_number: int = 1
    first_created_at: datetime | None = None
    repeat_at: datetime | None = None
    task_runs: dict[str, TaskRun] = {}
    open_runs: dict[str, None] = {}
    last_run_number: int = 0
    root: Container = msgspec.field(default_factory=Container)
    outputs: dict[str, object] = {}
    failed_task_id: str = ""
    error: str = ""
    listeners: list[int] | None = None
    measured_from: datetime | None = None
    broken_slas: list[int] = []
    stop_state: State | None = None
    end_state: State | None = None
    kill_deadline: datetime | None = None
    is_kill_forced: bool = False
    spares_children: bool = False
    exit_state: State | None = None
    exit_above: list[str] = []
    variables: dict[str, object] | None = None
    paused_runs: dict[str, None] = {}
    is_on_hold: bool = False
    held_runs: list[str] = []
    templates: dict[str, str] = {}

    @property
    def created_at(self) -> datetime:
        """When it was asked for."""
        return self.replayed_at or self.changes[0].at

    @property
    def is_killing(self) -> bool:
        """Whether no new work may begin, but for `finally`."""
        return self.state is State.KILLING

    @property
    def is_asking(self) -> bool:
        """Whether it waits for the answer to its question for a slot."""
        return self.state in (State.CREATED, State.RESTARTED) and not self.is_begun

    @property
    def is_waiting(self) -> bool:
        """Whether it may still begin, or go on after a restart."""
        return not (self.is_begun or self.is_killing or self.state.is_terminal)

    @property
    def is_leaving(self) -> bool:
        """Whether a task ends it before its time, and it has not ended yet."""
        return self.exit_state is not None and not self.state.is_terminal

    def run_of(self, attempt_id: str) -> TaskRun | None:
        """The task run of which this is the current, unended attempt; absent.

        The attempt is fenced off.
        """
        run = self.task_runs.get(task_run_of(attempt_id))
        if run is None or run.state.is_terminal:
            return None
        attempt = run.attempt
        if attempt is None or attempt.id != attempt_id or attempt.state.is_terminal:
            return None
        return run

    def container(self, run_id: str) -> Container:
        """Container of a task run, or the flow's with an empty id."""
        if not run_id:
            return self.root
        container = self.task_runs[run_id].container
        if container is None:
            raise KeyError(run_id)
        return container

    def is_shielded(self, run: TaskRun) -> bool:
        """Whether a task run is part of a `finally`."""
        return run.phase is Phase.FINALLY or self.container(run.parent_id).is_shielded

    def ancestors(self, run: TaskRun) -> Iterator[TaskRun]:
        """Task runs above, from the nearest on."""
        while run.parent_id:
            run = self.task_runs[run.parent_id]
            yield run


class LiveExecution:
    """An execution with its plan and what is derived from its task runs.

    Attributes:
        execution: The state.
        plan: Plan of its revision, with the tasks of its templates.
        views: Outputs and states as expressions see them.
        changed_runs: Ids of task runs that changed since somebody cleared it, as an ordered set.
    """

    __slots__ = ("changed_runs", "execution", "plan", "views")

    def __init__(self, execution: Execution, plan: Plan) -> None:
        self.execution = execution
        self.plan = completed(plan, execution.templates)
        self.views = Views()
        self.changed_runs: dict[str, None] = {}
        for run in execution.task_runs.values():
            if run.scope == run.id:
                # It may be opened again, and what is below it comes after it.
                self.views.open(run)
            else:
                self.remember(run)

    @property
    def variables(self) -> Mapping[str, object]:
        """`vars.*` in expressions."""
        changed = self.execution.variables
        return self.plan.flow.variables if changed is None else changed

    @property
    def task_outputs(self) -> Mapping[str, object]:
        """`outputs.*` outside of the iterations of a Loop."""
        return self.views.root.outputs

    @property
    def task_states(self) -> Mapping[str, object]:
        """`tasks.*` likewise."""
        return self.views.root.states

    def remember(self, run: TaskRun) -> None:
        """Bring the views of outputs and states up to date with a task run."""
        self.changed_runs[run.id] = None
        self.views.put(run)

    def forget(self, run: TaskRun) -> None:
        """Take a removed task run out of the views."""
        self.changed_runs[run.id] = None
        self.views.drop(run)

    def close_views(self) -> None:
        """Forget the views of iterations that have ended."""
        runs = self.execution.task_runs
        for run_id in [one for one in self.views.inner if runs[one].state.is_terminal]:
            del self.views.inner[run_id]

    def outputs_for(self, run: TaskRun) -> Mapping[str, object]:
        """`outputs.*` as a task run sees them: of its iteration and of what is around that."""
        if not run.scope:
            return self.views.root.outputs
        inner = [self.views.inner[one.id] for one in self.iterations_around(run)]
        return ChainMap(*(view.outputs for view in (*inner, self.views.root)))

    def states_for(self, run: TaskRun) -> Mapping[str, object]:
        """`tasks.*` likewise."""
        if not run.scope:
            return self.views.root.states
        inner = [self.views.inner[one.id] for one in self.iterations_around(run)]
        return ChainMap(*(view.states for view in (*inner, self.views.root)))

    def path_for(self, run: TaskRun) -> Sequence[str]:
        """Values of the iterations around a task run, from its iteration of a Loop on."""
        if not run.scope:
            return run.path
        return run.path[self.views.inner[run.scope].depth :]

    def iterations_around(self, run: TaskRun) -> Iterator[TaskRun]:
        """Iterations of Loops that a task run is in, from the nearest on; itself, if it is one."""
        runs = self.execution.task_runs
        scope = run.scope
        while scope:
            yield runs[scope]
            scope = runs[runs[scope].parent_id].scope


_ENCODER = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(Execution)


def snapshot(execution: Execution) -> bytes:
    """JSON of an execution: all that is not derived."""
    return _ENCODER.encode(execution)


def restore(record: bytes) -> Execution:
    """The execution of its snapshot."""
    return _DECODER.decode(record)
