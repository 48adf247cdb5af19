"""Collects the problems of a source while it is read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.diagnostics import Problem, Severity, in_order
from lanner_coordinator.flow.model import Position
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, ScalarNode

MOST_PROBLEMS = 500
"""More problems of one source than this are not collected: nobody reads them."""


class Report:
    """The problems found so far, in order of finding."""

    def __init__(self) -> None:
        self._found: dict[tuple[Position, str, str], tuple[Problem, Node]] = {}

    def __len__(self) -> int:
        return len(self._found)

    def error(
        self,
        code: Code,
        message: str,
        at: Node,
        *,
        hint: str = "",
        position: Position | None = None,
    ) -> None:
        """Add a problem that keeps the flow from being stored.

        Args:
            code: What kind of problem.
            message: A sentence that says what is wrong.
            at: The part of the source that is wrong.
            hint: What to do about it.
            position: Where exactly, if not at the start of `at`.
        """
        self._add(Severity.ERROR, code, message, at, hint, position)

    def warn(
        self,
        code: Code,
        message: str,
        at: Node,
        *,
        hint: str = "",
        position: Position | None = None,
        length: int = 0,
    ) -> None:
        """Add a problem that the author should know of; arguments as of `error`.

        `length` is the number of characters from `position` on.
        """
        self._add(Severity.WARNING, code, message, at, hint, position, length)

    @property
    def is_full(self) -> bool:
        """Whether further problems are dropped, so that no hint needs to be looked for."""
        return len(self._found) >= MOST_PROBLEMS

    @property
    def has_errors(self) -> bool:
        """Whether any problem keeps the flow from being stored."""
        return any(problem.severity is Severity.ERROR for problem, _ in self._found.values())

    def has(self, code: Code, position: Position) -> bool:
        """Whether a problem of that kind was found at that place."""
        return any(key[:2] == (position, code.value) for key in self._found)

    def first(self) -> Problem:
        """The problem found first, without its path. There must be one."""
        return next(iter(self._found.values()))[0]

    def extend(self, other: Report) -> None:
        """Take over the problems of another report."""
        for key, found in other._found.items():
            self._found.setdefault(key, found)

    def problems(self, root: Node) -> tuple[Problem, ...]:
        """All problems in order of the source, with the path in the document under `root`."""
        if not self._found:
            return ()
        located_nodes = tuple(reversed(tuple(_paths(root))))
        paths = {id(node): path for node, path in located_nodes}
        at_position = {node.position: path for node, path in located_nodes}
        located = (
            Problem(
                severity=problem.severity,
                code=problem.code,
                message=problem.message,
                hint=problem.hint,
                position=problem.position,
                length=problem.length,
                path=paths.get(id(node)) or at_position.get(node.position, ""),
            )
            for problem, node in self._found.values()
        )
        return in_order(located)

    def _add(
        self,
        severity: Severity,
        code: Code,
        message: str,
        at: Node,
        hint: str,
        position: Position | None,
        length: int = 0,
    ) -> None:
        if self.is_full:
            return
        place = position or at.position
        problem = Problem(
            severity=severity,
            code=code.value,
            message=message,
            hint=hint,
            position=place,
            length=length if position else _length(at),
        )
        self._found.setdefault((place, code.value, message), (problem, at))


def paths_by_position(root: Node) -> Mapping[Position, str]:
    """The path in the document of what begins at each place, the outermost of several."""
    return {node.position: path for node, path in reversed(tuple(_paths(root)))}


def _length(node: Node) -> int:
    if not isinstance(node, ScalarNode) or "\n" in node.text:
        return 0
    return node.end - node.start if node.start >= 0 else len(node.text)


def _paths(root: Node) -> Iterator[tuple[Node, str]]:
    pending: list[tuple[Node, str]] = [(root, "")]
    while pending:
        node, path = pending.pop()
        yield node, path
        pending.extend(_children(node, path))


def _children(node: Node, path: str) -> Sequence[tuple[Node, str]]:
    if isinstance(node, ListNode):
        return [(item, f"{path}[{index}]") for index, item in enumerate(node.items)]
    if isinstance(node, MapNode):
        found = [(item, _below(path, key)) for key, item in node.entries.items()]
        return found + [(key, _below(path, name)) for name, key in node.keys.items()]
    return ()


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
