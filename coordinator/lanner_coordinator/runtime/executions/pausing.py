"""Executions are paused and resumed, by people, services and other executions."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lanner_coordinator.engine.events import (
    AttemptFinished,
    PauseRequested,
    ResumeRequested,
)
from lanner_coordinator.engine.rules.eligibility import Act, refusal
from lanner_coordinator.engine.rules.hold import paused_run
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.errors import CoordinatorError, InvalidRequest, NotFound, Overloaded
from lanner_coordinator.runtime.executions.reviewing import check_decision
from lanner_coordinator.runtime.group import Feed, Group, LiveEntry, Work, feeding
from lanner_coordinator.runtime.inline_result import InlineResult
from lanner_coordinator.runtime.masking import mask
from lanner_coordinator.runtime.refusals import refused
from lanner_coordinator.runtime.rendering import Rendering
from lanner_coordinator.runtime.wanted import Wanted


class Pausing:
    """Makes the work of pausing and resuming. Nothing here waits."""

    def __init__(self, *, feed: Feed, rendering: Rendering) -> None:
        self._feed = feed
        self._rendering = rendering

    def pause(self, execution_id: str, by: str, reason: str) -> Work:
        """Let nothing new begin in an execution.

        The work raises NotFound when it is not live, NotAllowed when it does not run.
        """

        def work(entry: LiveEntry | None, group: Group) -> None:
            live = _live(entry, execution_id)
            why_not = refusal(Act.PAUSE, live.live.execution.state)
            if why_not:
                raise refused(Act.PAUSE, execution_id, why_not)
            self._feed(live, PauseRequested(by=by, reason=reason), group)

        return work

    def resume(self, execution_id: str, event: ResumeRequested, raw: Mapping[str, object]) -> Work:
        """Let an execution go on, with what its pause asks for.

        The work raises NotFound when it is not live, NotAllowed when it is not paused, and
        InvalidRequest when inputs are wrong.
        """

        def work(entry: LiveEntry | None, group: Group) -> None:
            live = _live(entry, execution_id)
            inputs = self._inputs(live, event, raw)
            self._feed(live, msgspec.structs.replace(event, inputs=inputs), group)

        return work

    def _inputs(
        self, entry: LiveEntry, event: ResumeRequested, raw: Mapping[str, object]
    ) -> dict[str, object]:
        execution, task_run_id = entry.live.execution, event.task_run_id
        if execution.is_on_hold and not task_run_id:
            check_decision(None, event)
            return {}
        run = paused_run(execution, task_run_id)
        if run is None:
            reason = f'task run "{task_run_id}" is not paused'
            why_not = refusal(Act.RESUME, execution.state) or reason
            raise refused(Act.RESUME, execution.id, why_not)
        check_decision(run, event)
        try:
            resolved = self._rendering.resume_inputs(entry, run, raw)
        except Wanted as wanted:
            wanted.begin()
            raise Overloaded(str(wanted)) from wanted
        if resolved.problems:
            raise InvalidRequest("; ".join(problem.message for problem in resolved.problems))
        return dict(resolved.values)


def resume_first(
    feed: Feed, rendering: Rendering, entry: LiveEntry, result: InlineResult, group: Group
) -> bool:
    """Resume the execution that a task wants to be resumed, and only then end its attempt.

    Both are left to later groups; false: there is nothing to resume.
    """
    wish, finished = result.resumes, result.event
    if wish is None or not isinstance(finished, AttemptFinished):
        return False
    target_id = wish.execution_id or entry.id
    # Names the attempt: one that is done again after a crash finds that it was here before.
    by = f"task run {finished.attempt_id}"
    pausing = Pausing(feed=feed, rendering=rendering)
    resume = pausing.resume(target_id, ResumeRequested(by=by), wish.inputs)

    def work(target: LiveEntry | None, group: Group) -> None:
        event = finished
        try:
            resume(target, group)
        except CoordinatorError as error:
            if target is None or not _was_resumed(target, by):
                event = AttemptFinished(
                    attempt_id=finished.attempt_id,
                    state=State.FAILED,
                    error=mask(str(error), result.secrets),
                    cause="task",
                )
        group.continue_later(entry.id, feeding(feed, event))

    group.continue_later(target_id, work)
    return True


def _was_resumed(entry: LiveEntry, by: str) -> bool:
    for run in entry.live.execution.task_runs.values():
        resumed = run.outputs.get("resumed")
        if isinstance(resumed, Mapping) and resumed.get("by") == by:
            return True
        review = run.container.review if run.container is not None else None
        if review is not None and review.by == by:
            return True
    return False


def _live(entry: LiveEntry | None, execution_id: str) -> LiveEntry:
    if entry is None:
        raise NotFound(f"no live execution {execution_id}")
    return entry
