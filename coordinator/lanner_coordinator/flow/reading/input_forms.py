"""What inputs have of the FORM that they stand in, and how their ids go together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.given_inputs import groups_of
from lanner_coordinator.flow.nodes import Node
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map, is_null
from lanner_coordinator.flow.reading.report import Report

_FIELDS = FieldTable("`dependsOn`", (Field(name="inputs"), Field(name="condition")))


@dataclass(frozen=True, slots=True, kw_only=True)
class DependsOn:
    """What must be before an input is asked for.

    Attributes:
        inputs: Ids of inputs that are resolved first, and where they are written.
        conditions: Expressions that must all be true.
    """

    inputs: Sequence[tuple[str, Node]] = ()
    conditions: Sequence[str] = ()

    def and_also(self, other: DependsOn) -> DependsOn:
        """Both of them."""
        return DependsOn(
            inputs=(*self.inputs, *other.inputs), conditions=(*self.conditions, *other.conditions)
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A group of inputs.

    Attributes:
        id: Their ids begin with it; empty: they stand in no form.
        title: For people.
        depends_on: What all of them depend on.
    """

    id: str = ""
    title: str = ""
    depends_on: DependsOn = DependsOn()

    def path(self, name: str) -> str:
        """The id of an input that is called so in the form."""
        return f"{self.id}.{name}" if self.id else name


NO_FORM = Form()
"""Around the inputs that stand in no form."""


def read_depends_on(node: Node | None, report: Report, expressions: Expressions) -> DependsOn:
    """The `dependsOn` of an input or form."""
    holder = as_map(node, "`dependsOn`", report) if node is not None else None
    if holder is None:
        return DependsOn()
    taken = _FIELDS.take(holder, report)
    found = []
    items = as_items(taken["inputs"], "`inputs`", report) if "inputs" in taken else ()
    for item in items:
        name = values.text(item, "An input id", report)
        if name is not None and not is_null(item):
            found.append((name, item))
    expressions.check(taken.get("condition"))
    condition = values.text(taken.get("condition"), "`condition`", report)
    return DependsOn(inputs=found, conditions=() if condition is None else (condition,))


def check_paths(at: Mapping[str, Node], report: Report) -> None:
    """Report ids that would have to be a value and a map of values at the same time.

    Args:
        at: Where each id is written.
        report: Takes the problems.
    """
    for name, node in at.items():
        outer = next((group for group in groups_of(name) if group in at), "")
        if outer:
            message = f"`inputs.{outer}` cannot be an input and hold the input `{name}` too"
            report.error(Code.CONFLICT, message, node)
