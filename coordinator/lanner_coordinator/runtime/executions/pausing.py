"""Executions are paused and resumed, by people, services and other executions."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from lanner_coordinator.engine.events import Event, PauseRequested, ResumeRequested
from lanner_coordinator.engine.rules.eligibility import Act, refusal
from lanner_coordinator.engine.rules.hold import paused_run
from lanner_coordinator.runtime.application import Application
from lanner_coordinator.runtime.errors import InvalidRequest, NotFound
from lanner_coordinator.runtime.group import Group, LiveEntry, Work
from lanner_coordinator.runtime.refusals import refused
from lanner_coordinator.runtime.rendering import Rendering


class Pausing:
    """Makes the work of pausing and resuming. Nothing here waits."""

    def __init__(self, *, application: Application, rendering: Rendering) -> None:
        self._application = application
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
            inputs = self._inputs(live, event.task_run_id, raw)
            self._feed(live, msgspec.structs.replace(event, inputs=inputs), group)

        return work

    def _inputs(
        self, entry: LiveEntry, task_run_id: str, raw: Mapping[str, object]
    ) -> dict[str, object]:
        execution = entry.live.execution
        if execution.is_on_hold and not task_run_id:
            return {}
        run = paused_run(execution, task_run_id)
        if run is None:
            reason = f'task run "{task_run_id}" is not paused'
            why_not = refusal(Act.RESUME, execution.state) or reason
            raise refused(Act.RESUME, execution.id, why_not)
        resolved = self._rendering.resume_inputs(entry, run, raw)
        if resolved.problems:
            raise InvalidRequest("; ".join(problem.message for problem in resolved.problems))
        return dict(resolved.values)

    def _feed(self, entry: LiveEntry, event: Event, group: Group) -> None:
        self._application.feeding(event)(entry, group)


def _live(entry: LiveEntry | None, execution_id: str) -> LiveEntry:
    if entry is None:
        raise NotFound(f"no live execution {execution_id}")
    return entry
