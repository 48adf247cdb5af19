"""A stop until somebody goes on, or until its time is over: Pause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.engine.control.contract import AfterWait, Child, ControlError, EndedWait
from lanner_coordinator.engine.control.durations import read_duration
from lanner_coordinator.engine.control.sequential import Sequential
from lanner_coordinator.engine.execution import Container, TaskRun
from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.engine.state import State
from lanner_coordinator.engine.wait import Wait, WaitAnswer, WaitKind

_ON_PAUSE = "onPause"

_STATES = {
    WaitAnswer.RESUME: State.SUCCESS,
    WaitAnswer.WARN: State.WARNING,
    WaitAnswer.FAIL: State.FAILED,
    WaitAnswer.CANCEL: State.CANCELLED,
}


class Pause(Sequential):
    """Waits; then its children run one after the other.

    `onPause` runs while it waits. When `pauseDuration` is over, `behavior` says what follows; when
    `timeout` is over, it fails.
    """

    properties: Mapping[str, str] = {
        "pauseDuration": "text", "delay": "text", "behavior": "text", "timeout": "text"
    }  # fmt: skip
    checked_properties: Mapping[str, str] = {}

    def begin(
        self, plan: Plan, container: Container, values: Mapping[str, object]
    ) -> Sequence[Child]:
        """Wait, and run `onPause` meanwhile."""
        container.wait = _wait(values)
        return [Child(task=task) for task in plan.branch(container.task_id, _ON_PAUSE)]

    def advance(self, plan: Plan, container: Container, ended: TaskRun | None) -> Sequence[Child]:
        """The next child; nothing follows from the end of `onPause`."""
        on_pause = plan.branch(container.task_id, _ON_PAUSE)
        if ended is not None and any(task.id == ended.task_id for task in on_pause):
            return ()
        return super().advance(plan, container, ended)

    def after_wait(self, plan: Plan, container: Container, past: EndedWait) -> AfterWait:
        """The first child, or the end that `behavior` says."""
        if past.wait.answer is WaitAnswer.RESUME:
            return AfterWait(children=self.advance(plan, container, None))
        return AfterWait(state=_STATES[past.wait.answer], error=past.wait.error)


def _wait(values: Mapping[str, object]) -> Wait:
    duration = read_duration(values, "pauseDuration")
    if duration is None:
        duration = read_duration(values, "delay")
    timeout = read_duration(values, "timeout")
    if timeout is not None and (duration is None or timeout < duration):
        error = f"nobody resumed it within its timeout of {values['timeout']}"
        return Wait(kind=WaitKind.PAUSE, duration=timeout, answer=WaitAnswer.FAIL, error=error)
    answer = _behavior(values)
    error = "nobody resumed it before its pause was over" if answer is WaitAnswer.FAIL else ""
    return Wait(kind=WaitKind.PAUSE, duration=duration, answer=answer, error=error)


def _behavior(values: Mapping[str, object]) -> WaitAnswer:
    written = str(values.get("behavior") or WaitAnswer.RESUME).strip().upper()
    try:
        return WaitAnswer(written)
    except ValueError as error:
        options = ", ".join(WaitAnswer)
        raise ControlError(f"`behavior` must be one of {options}, but is `{written}`") from error
