"""Outputs and states of task runs as expressions see them.

By task id and, in loops, by the values of the path. An iteration of a Loop has views of its own,
with paths that begin in it: what its tasks give is seen in it, and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lanner_coordinator.engine.execution import TaskRun


@dataclass(slots=True)
class View:
    """What is seen at one level.

    Attributes:
        depth: Values of the path that are left out.
        outputs: `outputs.*`.
        states: `tasks.*`, `{"state": …}` in place of outputs.
    """

    depth: int = 0
    outputs: dict[str, object] = field(default_factory=dict)
    states: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Views:
    """All views of an execution.

    Attributes:
        root: What all tasks see.
        inner: What is seen in an iteration of a Loop, by its task run.
    """

    root: View = field(default_factory=View)
    inner: dict[str, View] = field(default_factory=dict)

    def put(self, run: TaskRun) -> None:
        """Bring the views up to date with a task run."""
        if run.scope == run.id:
            if run.state.is_terminal:
                self.inner.pop(run.id, None)
            else:
                self.open(run)
            return
        view = self.inner.get(run.scope) if run.scope else self.root
        if view is None:
            return
        path = run.path[view.depth :]
        _put(view.states, run.task_id, path, {"state": run.state.value})
        if run.outputs:
            _put(view.outputs, run.task_id, path, run.outputs)
        else:
            _drop(view.outputs, run.task_id, path)

    def open(self, iteration: TaskRun) -> None:
        """Begin the views of an iteration."""
        self.inner.setdefault(iteration.id, View(depth=len(iteration.path)))

    def drop(self, run: TaskRun) -> None:
        """Take a removed task run out of the views."""
        if run.scope == run.id:
            self.inner.pop(run.id, None)
            return
        view = self.inner.get(run.scope) if run.scope else self.root
        if view is not None:
            _drop(view.states, run.task_id, run.path[view.depth :])
            _drop(view.outputs, run.task_id, run.path[view.depth :])


def _put(view: dict[str, object], task_id: str, path: tuple[str, ...], value: object) -> None:
    if not path:
        view[task_id] = value
        return
    node = view.setdefault(task_id, {})
    for step in path[:-1]:
        if isinstance(node, dict):
            node = node.setdefault(step, {})
    if isinstance(node, dict):
        node[path[-1]] = value


def _drop(view: dict[str, object], task_id: str, path: tuple[str, ...]) -> None:
    steps = (task_id, *path)
    nodes = [view]
    for step in steps[:-1]:
        node = nodes[-1].get(step)
        if not isinstance(node, dict):
            return
        nodes.append(node)
    for node, step in zip(reversed(nodes), reversed(steps), strict=True):
        node.pop(step, None)
        if node:
            return
