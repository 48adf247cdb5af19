"""One input, or one property of an OBJECT, from what its map says."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.input_rules import SCHEMA_KEYS
from lanner_coordinator.flow.json_schemas import complaint_about_schema
from lanner_coordinator.flow.model import Input, InputType
from lanner_coordinator.flow.nodes import MapNode, Node, plain
from lanner_coordinator.flow.properties import read_properties
from lanner_coordinator.flow.reading import values
from lanner_coordinator.flow.reading.input_defaults import check_values
from lanner_coordinator.flow.reading.input_forms import NO_FORM, DependsOn, Form
from lanner_coordinator.flow.reading.input_schemas import (
    CHOICE_KEYS,
    CHOICES,
    ITEM_TYPES,
    NESTED,
    REFUSED_TYPES,
    SCHEMAS,
    TYPE_ALIASES,
)
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.types.schemas import record

_LONGEST_DISPLAY_NAME = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Definition:
    """What a map says of an input.

    Attributes:
        holder: The map.
        taken: The keys that every input may have.
        rest: All others.
        known: Names of the keys that every input may have.
        owner: What messages call the thing.
    """

    holder: MapNode
    taken: Mapping[str, Node]
    rest: Mapping[str, Node]
    known: Collection[str]
    owner: str

    def properties(self, kind: InputType, report: Report) -> Mapping[str, object]:
        """The properties of the type; everything wrong with them is reported."""
        nested = NESTED.get(kind)
        schema = record() if nested is not None else SCHEMAS[kind]
        owner = f"{self.owner} of type {kind}"
        # The inputs or properties that stand in it are read for themselves.
        entries = {key: one for key, one in self.rest.items() if key != nested}
        own = MapNode(self.holder.line, self.holder.column, entries, self.holder.keys)
        found = read_properties(own, schema, report, owner=owner, also_known=self.known)
        if nested is not None and nested not in self.rest:
            message = f"{owner} needs the key `{nested}`"
            report.error(Code.MISSING_KEY, message, self.holder)
        return found


def read_one(
    definition: Definition,
    input_id: str,
    kind: InputType,
    report: Report,
    *,
    depends_on: DependsOn,
    form: Form = NO_FORM,
    fields: Sequence[Input] = (),
) -> Input:
    """The input.

    Args:
        definition: What the source says.
        input_id: With that of its form.
        kind: Its type.
        report: Takes the problems.
        depends_on: With what its form depends on.
        form: The form that it stands in.
        fields: The properties of an OBJECT.
    """
    taken, holder = definition.taken, definition.holder
    required = values.boolean(taken.get("required"), "`required`", report)
    properties = definition.properties(kind, report)
    _check_type_properties(kind, properties, holder, report)
    _check_default(kind, taken, required is False, report)
    found = Input(
        id=input_id,
        type=kind,
        display_name=display_name(taken.get("displayName"), report),
        description=values.text(taken.get("description"), "`description`", report) or "",
        is_required=required is not False,
        default=plain(taken["defaults"]) if "defaults" in taken else None,
        has_default="defaults" in taken,
        properties=_with_prefill(properties, taken),
        depends_on=tuple(name for name, _ in depends_on.inputs),
        conditions=depends_on.conditions,
        form=form.title,
        fields=fields,
        position=holder.position,
    )
    check_values(found, holder, taken.get("defaults"), report)
    return found


def read_type(node: Node | None, report: Report) -> InputType | None:
    """The `type` of an input."""
    written = values.text(node, "The `type` of an input", report)
    if written is None or node is None:
        return None
    if written in REFUSED_TYPES:
        message = f"The type `{written}` is not supported yet by this version"
        report.error(Code.NOT_SUPPORTED, message, node, hint=REFUSED_TYPES[written])
        return None
    if written == "ENUM":
        report.warn(Code.DEPRECATED, "The type `ENUM` has a new name", node, hint="Write `SELECT`.")
    return values.choice(node, "The `type` of an input", report, InputType, aliases=TYPE_ALIASES)


def display_name(node: Node | None, report: Report) -> str:
    """The `displayName` of an input or form; empty: none."""
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
    kind: InputType, properties: Mapping[str, object], holder: MapNode, report: Report
) -> None:
    item_type = properties.get("itemType")
    if item_type is not None and item_type not in ITEM_TYPES:
        at = holder.entries["itemType"]
        values.refuse_choice(str(item_type), "`itemType`", ITEM_TYPES, at, report)
    _check_schemas(properties, holder, report)
    if kind in CHOICES:
        given = [key for key in CHOICE_KEYS if properties.get(key)]
        if len(given) != 1:
            what = " and ".join(f"`{key}`" for key in given) or "neither"
            message = f"An input of type {kind} needs either `values` or `expression`, not {what}"
            at = holder.keys[given[0]] if given else holder
            report.error(Code.CONFLICT if given else Code.MISSING_KEY, message, at)


def _check_schemas(properties: Mapping[str, object], holder: MapNode, report: Report) -> None:
    given = [key for key in SCHEMA_KEYS if properties.get(key) is not None]
    for key in given:
        complaint = complaint_about_schema(properties[key])
        if complaint:
            message = f"`{key}` is no JSON Schema: {complaint}"
            report.error(Code.WRONG_TYPE, message, holder.entries[key])
    if len(given) > 1:
        message = "`jsonSchema` and `schema` say the same"
        report.error(Code.CONFLICT, message, holder.keys["schema"])
