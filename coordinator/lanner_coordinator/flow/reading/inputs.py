"""`inputs`: the typed parameters of a flow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.input_rules import SCHEMA_KEYS
from lanner_coordinator.flow.json_schemas import complaint_about_schema
from lanner_coordinator.flow.model import Input, InputType
from lanner_coordinator.flow.names import INPUT_ID
from lanner_coordinator.flow.nodes import MapNode, Node, plain
from lanner_coordinator.flow.properties import read_properties
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.dependencies import check_dependencies
from lanner_coordinator.flow.reading.expressions import Expressions
from lanner_coordinator.flow.reading.fields import (
    Field,
    FieldTable,
    as_items,
    as_map,
    is_null,
)
from lanner_coordinator.flow.reading.input_defaults import check_values
from lanner_coordinator.flow.reading.input_schemas import (
    CHOICE_KEYS,
    CHOICES,
    ITEM_TYPES,
    SCHEMAS,
    TYPE_ALIASES,
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

_DEPENDS_ON = FieldTable("`dependsOn`", (Field(name="inputs"), Field(name="condition")))

_LONGEST_DISPLAY_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class _DependsOn:
    inputs: Sequence[tuple[str, Node]] = ()
    condition: str | None = None


def read_inputs(
    node: Node | None, report: Report, expressions: Expressions, *, what: str = "`inputs`"
) -> Sequence[Input]:
    """The inputs in order of the source."""
    if node is None:
        return ()
    found: dict[str, Input] = {}
    wanted: dict[str, Sequence[tuple[str, Node]]] = {}
    for item in as_items(node, what, report):
        holder = as_map(item, "An input", report)
        if holder is None:
            continue
        taken, rest = FIELDS.split(holder, report)
        FIELDS.require(taken, holder, report)
        depends_on = _read_depends_on(taken.get("dependsOn"), report, expressions)
        one = _read_input(taken, rest, holder, depends_on, report)
        if one is None:
            continue
        if one.id in found:
            first = found[one.id].position.line
            message = f"The input `{one.id}` is there already, in line {first}"
            report.error(Code.DUPLICATE_ID, message, taken["id"])
        found.setdefault(one.id, one)
        wanted.setdefault(one.id, depends_on.inputs)
        for node in (taken.get("defaults"), rest.get("expression")):
            expressions.check(node, part="inputs", name=one.id)
    check_dependencies(wanted, "input", report)
    return tuple(found.values())


def _read_input(
    taken: Mapping[str, Node],
    rest: Mapping[str, Node],
    holder: MapNode,
    depends_on: _DependsOn,
    report: Report,
) -> Input | None:
    input_id = values.name(taken.get("id"), "The input id", INPUT_ID, report)
    kind = _read_type(taken.get("type"), report)
    required = values.boolean(taken.get("required"), "`required`", report)
    if input_id is None or kind is None:
        return None
    own = MapNode(holder.line, holder.column, dict(rest), holder.keys)
    properties = read_properties(
        own, SCHEMAS[kind], report, owner=f"An input of type {kind}", also_known=FIELDS.names
    )
    _check_type_properties(kind, properties, own, report)
    _check_default(kind, taken, required is False, report)
    found = Input(
        id=input_id,
        type=kind,
        display_name=_display_name(taken.get("displayName"), report),
        description=values.text(taken.get("description"), "`description`", report) or "",
        is_required=required is not False,
        default=plain(taken["defaults"]) if "defaults" in taken else None,
        has_default="defaults" in taken,
        properties=_with_prefill(properties, taken),
        depends_on=tuple(name for name, _ in depends_on.inputs),
        condition=depends_on.condition,
        position=holder.position,
    )
    check_values(found, own, taken.get("defaults"), report)
    return found


def _read_type(node: Node | None, report: Report) -> InputType | None:
    kind = values.choice(node, "The `type` of an input", report, InputType, aliases=TYPE_ALIASES)
    if node is not None and values.text(node, "`type`", Report()) == "ENUM":
        report.warn(Code.DEPRECATED, "The type `ENUM` has a new name", node, hint="Write `SELECT`.")
    return kind


def _display_name(node: Node | None, report: Report) -> str:
    written = values.text(node, "`displayName`", report) or ""
    if node is not None and len(written) > _LONGEST_DISPLAY_NAME:
        message = (
            f"`displayName` has {len(written)} characters, "
            f"{_LONGEST_DISPLAY_NAME} at most are allowed"
        )
        report.error(Code.OUT_OF_RANGE, message, node)
    return written


def _with_prefill(
    properties: Mapping[str, object], taken: Mapping[str, Node]
) -> Mapping[str, object]:
    if "prefill" not in taken:
        return properties
    return {**properties, "prefill": plain(taken["prefill"])}


def _check_default(
    kind: InputType, taken: Mapping[str, Node], is_optional: bool, report: Report
) -> None:
    if "prefill" in taken and ("defaults" in taken or not is_optional):
        message = "`prefill` goes with `required: false` and without `defaults` only"
        report.error(Code.CONFLICT, message, taken["prefill"])
    default = taken.get("defaults")
    if kind is InputType.FILE and default is not None:
        written = str(plain(default))
        if not written.startswith(("nsfile://", "file://", "{{", "kestra://", "lanner://")):
            report.error(
                Code.CONFLICT,
                "No `defaults` can be set for an input of type FILE but the URI of a file",
                default,
                hint="Write a URI such as `nsfile:///folder/name.csv`.",
            )


def _check_type_properties(
    kind: InputType, properties: Mapping[str, object], own: MapNode, report: Report
) -> None:
    item_type = properties.get("itemType")
    if item_type is not None and item_type not in ITEM_TYPES:
        at = own.entries["itemType"]
        values.refuse_choice(str(item_type), "`itemType`", ITEM_TYPES, at, report)
    _check_schemas(properties, own, report)
    if kind in CHOICES:
        given = [key for key in CHOICE_KEYS if properties.get(key)]
        if len(given) != 1:
            what = " and ".join(f"`{key}`" for key in given) or "neither"
            message = f"An input of type {kind} needs either `values` or `expression`, not {what}"
            at = own.keys[given[0]] if given else own
            report.error(Code.CONFLICT if given else Code.MISSING_KEY, message, at)


def _check_schemas(properties: Mapping[str, object], own: MapNode, report: Report) -> None:
    given = [key for key in SCHEMA_KEYS if properties.get(key) is not None]
    for key in given:
        complaint = complaint_about_schema(properties[key])
        if complaint:
            message = f"`{key}` is no JSON Schema: {complaint}"
            report.error(Code.WRONG_TYPE, message, own.entries[key])
    if len(given) > 1:
        message = "`jsonSchema` and `schema` say the same"
        report.error(Code.CONFLICT, message, own.keys["schema"])


def _read_depends_on(node: Node | None, report: Report, expressions: Expressions) -> _DependsOn:
    holder = as_map(node, "`dependsOn`", report) if node is not None else None
    if holder is None:
        return _DependsOn()
    taken = _DEPENDS_ON.take(holder, report)
    found = []
    items = as_items(taken["inputs"], "`inputs`", report) if "inputs" in taken else ()
    for item in items:
        name = values.text(item, "An input id", report)
        if name is not None and not is_null(item):
            found.append((name, item))
    expressions.check(taken.get("condition"))
    condition = values.text(taken.get("condition"), "`condition`", report)
    return _DependsOn(inputs=found, condition=condition)
