"""What a flow defines, and where in a text something of it is mentioned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.model import Task
from lanner_coordinator.flow.reading.context import Context
from lanner_coordinator.flow.reading.expressions import Mention
from lanner_coordinator.flow.reading.task_order import Place
from lanner_coordinator.flow.text_positions import place_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a flow defines.

    Attributes:
        inputs: Ids of inputs, split at their dots.
        input_groups: Starts of those ids: `inputs.a` where there is an input `a.b`.
        variables: Names of variables.
        tasks: Every task by id.
        places: Where each task stands.
    """

    inputs: frozenset[Sequence[str]]
    input_groups: frozenset[Sequence[str]]
    variables: Sequence[str]
    tasks: Mapping[str, Task]
    places: Mapping[str, Place]


def warn(
    context: Context, mention: Mention, path: Sequence[str], code: Code, message: str, hint: str
) -> None:
    """Report what a text refers to, at the place of the path in it."""
    found = _written(path).search(mention.node.text)
    position, length = None, 0
    if found is not None:
        start, end = found.span()
        position = place_of(context.expressions.source, mention.node, start)
        length = 0 if "\n" in found.group() else end - start
    context.report.warn(code, message, mention.node, hint=hint, position=position, length=length)


def _written(path: Sequence[str]) -> re.Pattern[str]:
    """A pattern for the ways to write a path: `a.b`, `a['b']`."""
    keys = (
        rf"\s*(?:\.\s*{re.escape(key)}(?!\w)|\[\s*(['\"]){re.escape(key)}\{number}\s*\])"
        for number, key in enumerate(path[1:], start=1)
    )
    return re.compile(rf"(?<![\w.]){re.escape(path[0])}(?!\w){''.join(keys)}")
