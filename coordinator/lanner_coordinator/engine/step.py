"""One step of an execution.

What `decide` uses to start task runs, end them and follow the consequences.

Ends travel upwards through a work list, not by recursion, so that a list of thousands of tasks
costs no stack. Each end costs the same
whatever the size of the execution: counters of the parent, no rescans.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from lanner_coordinator.engine import folders, phases, stops
from lanner_coordinator.engine.commands import (
    CancelTimer,
    ChooseListeners,
    Command,
    Dispatch,
    Evaluate,
    EvaluateOutputs,
    StartTimer,
    WriteLog,
)
from lanner_coordinator.engine.control.contract import Child, Control, ControlError
from lanner_coordinator.engine.control.table import CONTROLS, SEQUENTIAL
from lanner_coordinator.engine.control.working_directory import is_filled
from lanner_coordinator.engine.deadline import drop_deadline, keep_deadline, set_deadline
from lanner_coordinator.engine.ending import end_commands
from lanner_coordinator.engine.execution import (
    Attempt,
    Container,
    LiveExecution,
    StateChange,
    TaskRun,
)
from lanner_coordinator.engine.first_steps import goes_out, own_work
from lanner_coordinator.engine.folder import FolderWork
from lanner_coordinator.engine.ids import attempt_id, task_run_id
from lanner_coordinator.engine.phase import Phase
from lanner_coordinator.engine.results import is_looked_for, look_up
from lanner_coordinator.engine.rules import listeners
from lanner_coordinator.engine.rules.iterations import is_iteration, note_end
from lanner_coordinator.engine.rules.outcome import (
    allowed_state,
    count_child,
    counted_state,
)
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.transitions import EXECUTION, TASK_RUN, check
from lanner_coordinator.engine.wait import WaitKind, wait_timer
from lanner_coordinator.flow.model import Task, TaskKind
from lanner_coordinator.flow.types.loop import ITERATION_TYPE

_PASSED = (State.RETRYING, State.KILLING)
"""States in which nothing limits a task run any more."""


def retry_timer(run: TaskRun) -> str:
    """Id of the timer of a task run's next attempt."""
    return f"retry:{run.id}:{len(run.attempts)}"


Follow = Callable[["Step", TaskRun], None]
"""Goes on with a task run that is to be followed though it has not ended, or that was a rescue."""


class Step:
    """One call of `decide` on its way.

    Attributes:
        live: The execution, changed in place.
        now: Date of the event.
        commands: What is to be done, in order.
        has_ended_runs: Task runs ended in it.
    """

    __slots__ = ("_follow_up", "_turns", "commands", "has_ended_runs", "live", "now")

    def __init__(self, live: LiveExecution, now: datetime, follow_up: Follow) -> None:
        self.live = live
        self.now = now
        self.commands: list[Command] = []
        self._turns: deque[tuple[TaskRun, bool]] = deque()
        self._follow_up = follow_up
        self.has_ended_runs = False

    # States

    def set_state(self, state: State) -> None:
        """Change the execution's state."""
        execution = self.live.execution
        if execution.state is not state:
            check(EXECUTION, f"execution {execution.id}", execution.state, state)
            execution.state = state
            execution.changes.append(StateChange(state, self.now))

    def set_run_state(self, run: TaskRun, state: State, at: datetime | None = None) -> None:
        """Change a task run's state, at another date than that of the event where `at` says so."""
        if run.state is not state:
            check(TASK_RUN, f"task run {run.id}", run.state, state)
            run.state = state
            run.changes.append(StateChange(state, at or self.now))
            self.live.remember(run)
            if state.is_terminal or state in _PASSED:
                self.commands.extend(drop_deadline(run))

    # Starts

    def start_flow(self) -> None:
        """Begin with the flow's own tasks."""
        self.set_state(State.RUNNING)
        root = self.live.execution.root
        self.start_children(root, SEQUENTIAL.advance(self.live.plan, root, None))
        self.settle(root)

    def start_children(self, container: Container, children: Iterable[Child]) -> None:
        """Create task runs and set them going."""
        for child in children:
            self.start_run(container, child, phase=container.phase)

    def start_run(
        self, container: Container, child: Child, *, phase: Phase, rescue_of: str = ""
    ) -> None:
        """Create one task run and set it going."""
        execution = self.live.execution
        execution.last_run_number += 1
        path: tuple[str, ...] = ()
        scope = ""
        if container.run_id:
            above = execution.task_runs[container.run_id]
            path, scope = above.path, above.scope
        if child.value is not None:
            path = (*path, child.value)
        run_id = task_run_id(execution.id, execution.last_run_number)
        run = TaskRun(
            id=run_id,
            task_id=child.task.id,
            parent_id=container.run_id,
            phase=phase,
            rescue_of=rescue_of,
            value=child.value,
            iteration=child.iteration,
            path=path,
            scope=run_id if child.task.type == ITERATION_TYPE else scope,
            changes=[StateChange(State.CREATED, self.now)],
        )
        execution.task_runs[run.id] = run
        execution.open_runs[run.id] = None
        container.running_count += 1
        container.rescue_count += bool(rescue_of)
        if container.round_owner:
            execution.container(container.round_owner).round_runs.append(run.id)
        self.live.remember(run)
        self.enter(run, child.task)

    def enter(self, run: TaskRun, task: Task) -> None:
        """Set a created task run going: evaluate first what steers it."""
        control = CONTROLS.get(task.type)
        run.timeout = None
        is_steered = task.run_if is not None or task.timeout is not None
        if is_steered or (control is not None and control.properties):
            self.commands.append(Evaluate(task_run_id=run.id))
        else:
            self.begin(run, task, {})

    def begin(self, run: TaskRun, task: Task, values: Mapping[str, object]) -> None:
        """Begin the work of a task run whose steering values are known."""
        if task.kind is TaskKind.FLOWABLE:
            self._begin_container(run, task, values)
        else:
            self.start_attempt(run, task)

    def start_attempt(self, run: TaskRun, task: Task) -> None:
        """Make the next attempt of a task run."""
        if goes_out(task) and self.follow_lost(run):
            return
        number = len(run.attempts) + 1
        run.retry_at = None
        self.commands.extend(drop_deadline(run))
        attempt = Attempt(id=attempt_id(run.id, number), number=number)
        if run.state is State.RESTARTED and run.attempts:
            before = run.attempts[-1].children
            attempt.restarted_ids = list(before.ids) if before else []
        run.attempts.append(attempt)
        if is_looked_for(task, attempt):
            self.set_run_state(run, State.CREATED)
            if not self.live.execution.is_on_hold:
                self.commands.append(look_up(run, attempt))
        else:
            self.begin_work(run, task, attempt)

    def begin_work(self, run: TaskRun, task: Task, attempt: Attempt) -> None:
        """Have the work of an attempt done, where its kind of task says."""
        if task.kind is TaskKind.TEMPLATED:
            self.set_run_state(run, State.CREATED)
            self.commands.append(own_work(run, task, attempt))
        elif task.kind is TaskKind.AGENT:
            self.set_run_state(run, State.CREATED)
            self.dispatch(run, attempt)
        else:
            attempt.state = State.RUNNING
            attempt.started_at = self.now
            self.set_run_state(run, State.RUNNING)
            self.commands.extend(set_deadline(run, self.now))
            self.commands.append(own_work(run, task, attempt))

    def dispatch(self, run: TaskRun, attempt: Attempt) -> None:
        """Have an agent found for an attempt, unless nothing may begin now."""
        if not self.live.execution.is_on_hold:
            self.commands.extend(keep_deadline(run, self.now))
            self.commands.append(Dispatch(task_run_id=run.id, attempt_id=attempt.id))

    def _begin_container(self, run: TaskRun, task: Task, values: Mapping[str, object]) -> None:
        shielded = self.live.execution.is_shielded(run)
        above = self.live.execution.container(run.parent_id)
        container = Container(
            task_id=task.id,
            run_id=run.id,
            is_shielded=shielded,
            round_owner=above.round_owner,
        )
        run.container = container
        folders.begin(run, container, task)
        self.set_run_state(run, State.RUNNING)
        control = CONTROLS[task.type]
        try:
            children = control.begin(self.live.plan, container, values)
        except ControlError as error:
            self.fail(run, str(error))
            return
        run.outputs = control.outputs(container, values)
        self.live.remember(run)
        if "timeout" not in control.properties:
            self.commands.extend(set_deadline(run, self.now))
        if run.folder is not None and is_filled(task):
            folders.start_work(self.live, container, FolderWork.FILL, self.commands)
        self.start_children(container, children)
        self.open_wait(container)
        self.settle(container)

    # Waits

    def open_wait(self, container: Container) -> None:
        """Follow the verdict of a control, or set up the wait that it wishes, as one more child."""
        if container.verdict is not None:
            self._follow_up(self, self.live.execution.task_runs[container.run_id])
        wait = container.wait
        if wait is None or wait.number:
            return
        container.wait_count += 1
        wait.number = container.wait_count
        container.running_count += 1
        run = self.live.execution.task_runs[container.run_id]
        if wait.kind is WaitKind.PAUSE:
            self.set_run_state(run, State.PAUSED)
            self.live.execution.paused_runs[run.id] = None
            if self.live.execution.state is State.RUNNING:
                self.set_state(State.PAUSED)
        if wait.kind is WaitKind.CHECK:
            self.commands.append(Evaluate(task_run_id=run.id))
        elif wait.duration is not None:
            wait.until = self.now + wait.duration
            self.commands.append(StartTimer(timer_id=wait_timer(run.id, wait), at=wait.until))
            if container.review is not None:
                container.review.due = wait.until
                run.outputs = container.review.outputs()
                self.live.remember(run)

    def close_wait(self, container: Container) -> None:
        """Take a container's wait away; what follows from it is the caller's."""
        wait, execution = container.wait, self.live.execution
        if wait is None:
            return
        container.wait = None
        container.running_count -= 1
        if wait.until is not None:
            self.commands.append(CancelTimer(timer_id=wait_timer(container.run_id, wait)))
        if wait.kind is not WaitKind.PAUSE:
            return
        execution.paused_runs.pop(container.run_id, None)
        if execution.state is State.PAUSED and not execution.paused_runs:
            self.set_state(State.RUNNING)

    # Ends

    def fail(self, run: TaskRun, error: str, at: datetime | None = None) -> None:
        """End a task run that no retry applies to."""
        self.log_error(run, error)
        self.end(run, State.FAILED, error, at)

    def note_error(self, run: TaskRun, error: str) -> None:
        """Keep the execution's first error."""
        execution = self.live.execution
        if error and not execution.error and run.phase is Phase.TASKS:
            execution.failed_task_id, execution.error = run.task_id, error

    def complain(self, run: TaskRun, error: str) -> None:
        """Log why a flowable will fail, and keep that as the reason unless its task may fail."""
        self.log_error(run, error)
        task = self.live.plan.tasks[run.task_id].task
        if allowed_state(task, State.FAILED) is State.FAILED:
            self.note_error(run, error)

    def log_error(self, run: TaskRun, error: str) -> None:
        """Write a failure to the task run's log."""
        self.commands.append(WriteLog(level="ERROR", text=error, task_run_id=run.id))

    def end(self, run: TaskRun, state: State, error: str = "", at: datetime | None = None) -> None:
        """End a task run; its parent hears of it when the work list comes to it."""
        execution = self.live.execution
        task = self.live.plan.tasks[run.task_id].task
        if execution.repeat_at is None or execution.state.is_terminal:
            state = allowed_state(task, state)
        self.set_run_state(run, state, at)
        if run.state is State.FAILED:
            self.note_error(run, error)
        execution.open_runs.pop(run.id, None)
        self.has_ended_runs = True
        if (run.folder or run.rescue_start) and run.id in execution.held_runs:
            # It wanted to be followed; now its end is.
            execution.held_runs.remove(run.id)
        self._turns.append((run, True))

    def follow(self, run: TaskRun) -> None:
        """Let what is due for a task run be done when the work list comes to it."""
        self._turns.append((run, False))

    def follow_lost(self, run: TaskRun) -> bool:
        """Follow the loss of the folder that a task run works in; whether it is lost."""
        above = folders.owner(self.live, run)
        if above is None or above.folder is None or not above.folder.is_lost:
            return False
        self.follow(above)
        return True

    def finish(self) -> Sequence[Command]:
        """Follow all ends upwards; the step is over."""
        self._follow()
        return self.commands

    def release_held(self) -> None:
        """Let follow what ended while the execution was on hold, one end after the other."""
        execution = self.live.execution
        held, execution.held_runs = execution.held_runs, []
        runs = execution.task_runs
        wishes = {one for one in held if one in runs and not runs[one].state.is_terminal}
        for run_id in held:
            run = runs.get(run_id)
            if run is not None:
                self._turns.append((run, run_id not in wishes))
                self._follow()

    def _follow(self) -> None:
        """Follow ends upwards; while the execution is on hold they are kept for later."""
        execution = self.live.execution
        while self._turns:
            run, is_end = self._turns.popleft()
            if run.state.is_terminal and not is_end:
                continue  # it has ended since, and that is followed for itself
            if execution.is_on_hold:
                execution.held_runs.append(run.id)
            elif (run.rescue_start or run.folder) and not run.state.is_terminal:
                self._follow_up(self, run)
            else:
                self._child_ended(run)

    def _child_ended(self, run: TaskRun) -> None:
        container = self.live.execution.container(run.parent_id)
        container.running_count -= 1
        if run.rescue_of:
            container.rescue_count -= 1
            self._follow_up(self, run)
            self.settle(container)
            return
        if run.phase is Phase.TASKS:
            count_child(container, run.state)
        elif run.phase is Phase.FINALLY and run.state.is_failure:
            container.has_failed_finally = True
        if counted_state(container, run.state).is_failure and container.wait is not None:
            container.restarts_anew = True
            self.close_wait(container)
        self.advance(container, run)
        if is_iteration(run):
            note_end(self.live.execution.task_runs[run.parent_id], container, run)
        self.settle(container)

    def advance(self, container: Container, ended: TaskRun) -> None:
        """Start what comes after a child that ended."""
        has_failed = counted_state(container, ended.state).is_failure
        if not stops.may_start(self.live.execution, container) or has_failed:
            if container.phase is Phase.TASKS and not has_failed:
                container.stalled.append(ended.id)
        elif container.phase is Phase.TASKS:
            control = self.control(container)
            self.start_children(container, control.advance(self.live.plan, container, ended))
            self.open_wait(container)
        else:
            self._start_next_of_phase(container)
        if container.phase is Phase.AFTER and ended.state.is_failure:
            container.phase_index = listeners.next_list(self.live, container.phase_index)
            self._start_next_of_phase(container)

    def is_stopped(self, run: TaskRun) -> bool:
        """Whether a kill or an exit forbids a task run any further attempt."""
        return stops.is_stopped(self.live.execution, run)

    def control(self, container: Container) -> Control:
        """What runs a container's tasks phase."""
        if not container.task_id:
            return SEQUENTIAL
        return CONTROLS[self.live.plan.tasks[container.task_id].task.type]

    # Phases

    def settle(self, container: Container) -> None:
        """Go on to the container's next phase, or end it, when no child of it runs."""
        while not container.running_count:
            if folders.leave(self.live, container, self.commands):
                return
            phase = phases.next_phase(self.live, container)
            if phase is None:
                self._end_container(container)
                return
            self._enter_phase(container, phase)

    def _enter_phase(self, container: Container, phase: Phase) -> None:
        container.phase = phase
        container.phase_index = 0
        if container.run_id:
            self.commands.extend(drop_deadline(self.live.execution.task_runs[container.run_id]))
        self._start_next_of_phase(container)

    def _start_next_of_phase(self, container: Container) -> None:
        tasks = self.live.plan.branch(container.task_id, container.phase.value)
        if container.phase is Phase.AFTER:
            tasks = listeners.after_tasks(self.live)
        if container.phase_index < len(tasks):
            container.phase_index += 1
            self.start_children(container, (Child(task=tasks[container.phase_index - 1]),))

    def _end_container(self, container: Container) -> None:
        if container.run_id:
            run = self.live.execution.task_runs[container.run_id]
            self.end(run, phases.end_state(self.live.execution, container))
        elif container.phase is Phase.AFTER:
            self._end_execution()
        else:
            self._end_flow(container)

    def _end_flow(self, root: Container) -> None:
        execution = self.live.execution
        execution.end_state = phases.flow_state(execution)
        if self.live.plan.flow.outputs and not execution.is_killing:
            self.commands.append(EvaluateOutputs())
        else:
            self.conclude()

    def conclude(self) -> None:
        """Set the end state; then run listeners and `afterExecution`, if there are any."""
        execution = self.live.execution
        if execution.end_state is None or execution.state.is_terminal:
            return
        self.set_state(execution.end_state)
        if self.live.plan.flow.listeners:
            self.commands.append(ChooseListeners())
        else:
            self.go_after()

    def go_after(self) -> None:
        """Run what comes after the end."""
        root = self.live.execution.root
        if listeners.after_tasks(self.live):
            self._enter_phase(root, Phase.AFTER)
            self.settle(root)
        else:
            self._end_execution()

    def _end_execution(self) -> None:
        self.commands.extend(end_commands(self.live.execution))

    # Timers

    def retry_at(self, run: TaskRun, at: datetime) -> None:
        """Let a failed task run wait for its next attempt."""
        run.retry_at = at
        self.set_run_state(run, State.RETRYING)
        self.commands.append(StartTimer(timer_id=retry_timer(run), at=at))

    def forget_retry(self, run: TaskRun) -> None:
        """Take back the next attempt of a task run."""
        run.retry_at = None
        self.commands.append(CancelTimer(timer_id=retry_timer(run)))
