"""Which agent groups the tasks of a namespace may ask for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from lanner_coordinator.engine.events import AttemptFinished
from lanner_coordinator.engine.execution import LiveExecution, TaskRun
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.reading.task import GROUP_LABEL
from lanner_coordinator.runtime.namespaces.book import NOTHING, Inherited


class Namespaces(Protocol):
    """Knows what holds in a namespace."""

    def inherited(self, name: str) -> Inherited:
        """What holds in it."""


class Unrestricted:
    """Nothing is set for any namespace."""

    def inherited(self, name: str) -> Inherited:
        """Nothing."""
        return NOTHING


@dataclass(frozen=True, slots=True)
class GroupRule:
    """The rule of the namespaces.

    Attributes:
        namespaces: Know what holds in each.
    """

    namespaces: Namespaces

    def labels(self, live: LiveExecution, run: TaskRun) -> Mapping[str, str]:
        """Labels that an agent must have for a task run: those of its task, and a group.

        A task that names no group goes to the first that the namespace allows.
        """
        labels = live.plan.tasks[run.task_id].task.labels
        return self.completed(labels, live.execution.namespace)

    def refusal(self, live: LiveExecution, run: TaskRun) -> AttemptFinished | None:
        """The failed end of an attempt that no agent may get; absent: one may."""
        task = live.plan.tasks[run.task_id].task
        why_not = self.why_not(task.labels, live.execution.namespace)
        if not why_not or run.attempt is None:
            return None
        return AttemptFinished(
            attempt_id=run.attempt.id,
            state=State.FAILED,
            error=f'task "{task.id}" {why_not}',
            cause="properties",
        )

    def completed(self, labels: Mapping[str, str], namespace: str) -> Mapping[str, str]:
        """Labels with the first group that the namespace allows, where they name none."""
        groups = self.namespaces.inherited(namespace).allowed_groups
        if not groups or GROUP_LABEL in labels:
            return labels
        return {**labels, GROUP_LABEL: groups[0]}

    def why_not(self, labels: Mapping[str, str], namespace: str) -> str:
        """Why no agent may get something that asks for these labels; empty: one may."""
        inherited = self.namespaces.inherited(namespace)
        groups, group = inherited.allowed_groups, labels.get(GROUP_LABEL)
        if groups is None or group in groups or (group is None and groups):
            return ""
        allowed = f"only {', '.join(groups)}" if groups else "none"
        wanted = f"asks for the agent group {group}" if group else "needs an agent"
        return (
            f"{wanted}, but the namespace {inherited.groups_from} allows {allowed}: name "
            "another `workerGroup`, or change what the namespace allows"
        )


ALL_GROUPS = GroupRule(Unrestricted())
"""No namespace restricts its tasks."""
