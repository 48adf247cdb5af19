"""Checks the expressions in a source and remembers what they refer to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.expression import ExpressionProblem, References, inspect
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, ScalarNode
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.reading.values import has_expression
from lanner_coordinator.flow.text_positions import position_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A text and what it refers to.

    Attributes:
        node: The text.
        references: What it reads.
        task_id: The task it belongs to; empty: none.
        is_in_trigger: Whether it sees the variables of a trigger instead of those of the flow.
        part: The section of the flow that it stands in, where that is no task: `inputs`, `outputs`,
            `variables`; empty: none of them.
        name: Id of the input or output.
    """

    node: ScalarNode
    references: References
    task_id: str
    is_in_trigger: bool
    part: str = ""
    name: str = ""


class Expressions:
    """All expressions of one source."""

    def __init__(self, source: str, report: Report) -> None:
        self.mentions: list[Mention] = []
        self.source = source
        """The text that the nodes are from."""
        self._report = report

    def check(
        self,
        node: Node | None,
        task_id: str = "",
        *,
        is_in_trigger: bool = False,
        part: str = "",
        name: str = "",
    ) -> None:
        """Check every text in a node, keys too, and remember what it refers to as a `Mention`."""
        if node is None:
            return
        for text in _texts(node):
            if not has_expression(text.text):
                continue
            problems, found = _inspect(text.text)
            self.mentions.append(
                Mention(
                    node=text,
                    references=found,
                    task_id=task_id,
                    is_in_trigger=is_in_trigger,
                    part=part,
                    name=name,
                )
            )
            for problem in problems:
                message, _, near = problem.message.partition(_NEAREST)
                position = position_of(self.source, text, problem.line, problem.column)
                self._report.warn(
                    Code.BAD_EXPRESSION,
                    f"Bad expression: {message}",
                    text,
                    hint=f"Did you mean {near}" if near else "",
                    position=position,
                    length=problem.length,
                )


_NEAREST = "; did you mean "


@lru_cache(maxsize=8_192)
def _inspect(text: str) -> tuple[tuple[ExpressionProblem, ...], References]:
    """Problems and references of a text; remembered, as flows are read again and again."""
    return inspect(text)


def _texts(node: Node) -> Iterator[ScalarNode]:
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, ScalarNode):
            if "{" in current.text:
                yield current
        elif isinstance(current, ListNode):
            pending.extend(reversed(current.items))
        elif isinstance(current, MapNode):
            for key, value in reversed(current.entries.items()):
                pending.extend((value, current.keys[key]))
