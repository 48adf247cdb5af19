"""`inputs`: the typed parameters of a flow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.model import Input, InputType
from lanner_coordinator.flow.names import INPUT_ID
from lanner_coordinator.flow.nodes import MapNode, Node
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.dependencies import check_dependencies
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.fields import Field, FieldTable, as_items, as_map
from lanner_coordinator.flow.reading.input_fields import read_fields
from lanner_coordinator.flow.reading.input_forms import (
    NO_FORM,
    DependsOn,
    Form,
    check_paths,
    read_depends_on,
)
from lanner_coordinator.flow.reading.input_schemas import NESTED
from lanner_coordinator.flow.reading.one_input import (
    Definition,
    display_name,
    read_one,
    read_type,
)
from lanner_coordinator.flow.reading.report import Report

FIELDS = FieldTable(
    "An input",
    (
        Field(name="id", is_required=True, formerly=("name",)),
        Field(name="type", is_required=True),
        Field(name="description"),
        Field(name="displayName"),
        Field(name="required"),
        Field(name="defaults"),
        Field(name="prefill"),
        Field(name="dependsOn"),
    ),
)
"""What every input may have."""

_OF_VALUES = ("required", "defaults", "prefill")
"""Keys that say nothing of a FORM, which has no value of its own."""


def read_inputs(
    node: Node | None, report: Report, expressions: Expressions, *, what: str = "`inputs`"
) -> Sequence[Input]:
    """The inputs in order of the source, those of a FORM in its place."""
    if node is None:
        return ()
    reading = _Reading(report, expressions)
    reading.take_all(node, what, NO_FORM)
    check_dependencies(reading.wanted, "input", report)
    check_paths(reading.at, report)
    return tuple(reading.found.values())


@dataclass(slots=True)
class _Reading:
    report: Report
    expressions: Expressions
    found: dict[str, Input] = field(default_factory=dict)
    wanted: dict[str, Sequence[tuple[str, Node]]] = field(default_factory=dict)
    at: dict[str, Node] = field(default_factory=dict)
    forms: set[str] = field(default_factory=set)

    def take_all(self, node: Node, what: str, form: Form) -> None:
        for item in as_items(node, what, self.report):
            holder = as_map(item, "An input", self.report)
            if holder is not None:
                self._take(holder, form)

    def _take(self, holder: MapNode, form: Form) -> None:
        taken, rest = FIELDS.split(holder, self.report)
        FIELDS.require(taken, holder, self.report)
        depends_on = read_depends_on(taken.get("dependsOn"), self.report, self.expressions)
        name = values.name(taken.get("id"), "The input id", INPUT_ID, self.report)
        kind = read_type(taken.get("type"), self.report)
        if name is None or kind is None:
            return
        definition = Definition(
            holder=holder, taken=taken, rest=rest, known=FIELDS.names, owner="An input"
        )
        if kind is InputType.FORM:
            self._take_form(definition, name, depends_on, form)
        else:
            self._take_input(definition, name, kind, depends_on, form)

    def _take_form(
        self, definition: Definition, name: str, depends_on: DependsOn, outer: Form
    ) -> None:
        taken, holder = definition.taken, definition.holder
        if outer.id:
            hint = "Write its inputs into the outer one; a dot in an id makes a nested map."
            message = "A FORM cannot stand in another FORM"
            self.report.error(Code.CONFLICT, message, taken["type"], hint=hint)
            return
        for key in _OF_VALUES:
            if key in taken:
                why = "the inputs of a FORM say it, each for itself"
                message = f"`{key}` has no effect: {why}"
                self.report.warn(Code.NO_EFFECT, message, holder.keys.get(key, holder))
        if name in self.forms:
            self.report.error(Code.DUPLICATE_ID, f"There is a FORM `{name}` already", taken["id"])
        self.forms.add(name)
        definition.properties(InputType.FORM, self.report)
        title = display_name(taken.get("displayName"), self.report) or name
        inner = definition.rest.get(NESTED[InputType.FORM])
        if inner is not None:
            form = Form(id=name, title=title, depends_on=depends_on)
            self.take_all(inner, "`inputs` of a FORM", form)

    def _take_input(
        self, definition: Definition, name: str, kind: InputType, own: DependsOn, form: Form
    ) -> None:
        taken, path = definition.taken, form.path(name)
        depends_on = form.depends_on.and_also(own)
        inner = definition.rest.get(NESTED.get(kind, ""))
        one = read_one(
            definition,
            path,
            kind,
            self.report,
            depends_on=depends_on,
            form=form,
            fields=() if inner is None else read_fields(inner, path, self.report),
        )
        if path in self.found:
            first = self.found[path].position.line
            message = f"The input `{path}` is there already, in line {first}"
            self.report.error(Code.DUPLICATE_ID, message, taken["id"])
        self.found.setdefault(path, one)
        self.at.setdefault(path, taken["id"])
        self.wanted.setdefault(path, depends_on.inputs)
        for node in (taken.get("defaults"), definition.rest.get("expression")):
            self.expressions.check(node, part="inputs", name=path)
