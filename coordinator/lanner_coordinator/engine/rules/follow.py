"""What follows for a task run beside its end: a rescue, a verdict, or what became of a folder."""

from __future__ import annotations

from lanner_coordinator.engine.execution import TaskRun
from lanner_coordinator.engine.rules.rescue import follow_rescue
from lanner_coordinator.engine.rules.review import follow_verdict
from lanner_coordinator.engine.rules.working_directory import follow_folder
from lanner_coordinator.engine.step import Step


def follow(step: Step, run: TaskRun) -> None:
    """The turn of a task run has come that wanted to be followed."""
    if run.container is not None and run.container.verdict is not None:
        follow_verdict(step, run)
    elif run.folder is not None and not run.state.is_terminal:
        follow_folder(step, run)
    else:
        follow_rescue(step, run)
