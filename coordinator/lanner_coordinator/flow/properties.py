"""Checks and converts the properties of a type by its JSON Schema.

It knows the part of JSON Schema that types use, and is lenient where Kestra is: a text with an
expression stands for any value, `"3"` for a number, a JSON text for a list or a map.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, ScalarNode, describe, plain
from lanner_coordinator.flow.reading import formats, values
from lanner_coordinator.flow.reading.fields import is_null
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.suggest import did_you_mean

Schema = Mapping[str, object]

_NAMES = {
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "`true` or `false`",
    "array": "a list",
    "object": "a map",
    "null": "nothing",
}

_DEEPEST_ALTERNATIVES = 12
"""Alternatives in one another; a schema that refers to itself ends here."""


def read_properties(
    node: MapNode,
    schema: Schema,
    report: Report,
    *,
    owner: str,
    also_known: Iterable[str] = (),
) -> dict[str, object]:
    """The properties as plain values; everything wrong with them is reported.

    Args:
        node: The properties, defaults merged.
        schema: Of the properties as a whole.
        report: Takes the problems.
        owner: What messages call the type.
        also_known: Further keys, for suggestions.
    """
    checker = _Checker(schema, report)
    return checker.record(node, schema, owner, also_known)


class _Checker:
    def __init__(self, root: Schema, report: Report, alternatives: int = 0) -> None:
        self._root = root
        self._report = report
        self._alternatives = alternatives
        self._readers: Mapping[str, Callable[[Node, Schema, str], object]] = {
            "string": self._string,
            "integer": self._integer,
            "number": self._number,
            "boolean": self._boolean,
            "array": self._array,
            "object": self._object,
        }

    def record(
        self, node: MapNode, schema: Schema, owner: str, also_known: Iterable[str] = ()
    ) -> dict[str, object]:
        """A map with known keys."""
        known = _schemas(schema, "properties")
        extra = schema.get("additionalProperties", True)
        found: dict[str, object] = {}
        for key, value in node.entries.items():
            own = known.get(key)
            if own is None and extra is False:
                self._unknown_key(key, node, owner, (*known, *also_known))
                continue
            if own is None:
                own = extra if isinstance(extra, Mapping) else {}
            self._deprecated(key, own, node)
            if not is_null(value) or key not in known:
                found[key] = self.value(value, own, f"`{key}`")
        self._require(node, schema, owner)
        return found

    def _unknown_key(self, key: str, node: MapNode, owner: str, known: Iterable[str]) -> None:
        if not self._report.is_full:
            message = f"{owner} has no property `{key}`"
            hint = did_you_mean(key, known)
            self._report.error(Code.UNKNOWN_KEY, message, node.keys[key], hint=hint)

    def value(self, node: Node, schema: Schema, what: str) -> object:
        """Any value."""
        schema = self._resolved(schema)
        if not schema:
            return plain(node)
        if is_null(node) or values.is_expression(node):
            return plain(node)
        alternatives = _alternatives(schema)
        if alternatives and self._alternatives < _DEEPEST_ALTERNATIVES:
            return self._any(node, alternatives, what)
        options = schema.get("enum")
        if isinstance(options, Sequence):
            return self._choice(node, options, what)
        read = self._readers.get(str(schema.get("type", "")))
        return read(node, schema, what) if read else plain(node)

    def _require(self, node: MapNode, schema: Schema, owner: str) -> None:
        required = schema.get("required", ())
        if not isinstance(required, Sequence):
            return
        for key in required:
            value = node.entries.get(str(key))
            if value is None or is_null(value):
                at = node.keys.get(str(key), node)
                self._report.error(Code.MISSING_KEY, f"{owner} needs the property `{key}`", at)

    def _deprecated(self, key: str, schema: Schema, node: MapNode) -> None:
        if self._resolved(schema).get("deprecated") is True:
            hint = str(schema.get("description", ""))
            message = f"The property `{key}` is deprecated"
            self._report.warn(Code.DEPRECATED, message, node.keys[key], hint=hint)

    def _resolved(self, schema: Schema) -> Schema:
        for _ in range(20):
            reference = schema.get("$ref")
            if not isinstance(reference, str):
                return schema
            target: object = self._root
            for part in reference.removeprefix("#").strip("/").split("/"):
                target = target.get(part) if isinstance(target, Mapping) else None
            schema = target if isinstance(target, Mapping) else {}
        return {}

    def _any(self, node: Node, alternatives: Sequence[Schema], what: str) -> object:
        fitting: list[tuple[int, Report]] = []
        for schema in alternatives:
            attempt = Report()
            found = _Checker(self._root, attempt, self._alternatives + 1).value(node, schema, what)
            if not attempt.has_errors:
                self._report.extend(attempt)
                return found
            if _fits(node, self._resolved(schema)):
                fitting.append((len(attempt), attempt))
        if fitting:
            self._report.extend(min(fitting, key=lambda pair: pair[0])[1])
            return plain(node)
        kinds = [_kind(self._resolved(schema)) for schema in alternatives]
        expected = " or ".join(dict.fromkeys(kind for kind in kinds if kind))
        self._wrong(node, expected or "something else", what)
        return plain(node)

    def _choice(self, node: Node, options: Sequence[object], what: str) -> object:
        if isinstance(node, ScalarNode):
            for option in options:
                if option == node.value or option == node.text:
                    return option
            names = [str(option) for option in options]
            values.refuse_choice(node.text, what, names, node, self._report)
        else:
            self._wrong(node, "a text", what)
        return plain(node)

    def _string(self, node: Node, schema: Schema, what: str) -> object:
        if not isinstance(node, ScalarNode):
            self._wrong(node, "a text", what)
            return plain(node)
        formats.check(str(schema.get("format", "")), node, what, self._report)
        pattern = schema.get("pattern")
        if isinstance(pattern, str) and re.search(pattern, node.text) is None:
            message = f"{what} must match `{pattern}`, which `{node.text}` does not"
            self._report.error(Code.BAD_PATTERN, message, node)
        self._length(len(node.text), schema, "characters", what, node)
        return node.text

    def _integer(self, node: Node, schema: Schema, what: str) -> object:
        number = values.integer(node, what, self._report)
        self._range(number, schema, what, node)
        return number

    def _number(self, node: Node, schema: Schema, what: str) -> object:
        number = values.number(node, what, self._report)
        self._range(number, schema, what, node)
        return number

    def _boolean(self, node: Node, schema: Schema, what: str) -> object:
        return values.boolean(node, what, self._report)

    def _array(self, node: Node, schema: Schema, what: str) -> object:
        if isinstance(node, ListNode):
            items = schema.get("items")
            own = items if isinstance(items, Mapping) else {}
            self._length(len(node.items), schema, "items", what, node)
            return [
                self.value(item, own, f"{what} item {number}")
                for number, item in enumerate(node.items, start=1)
            ]
        if not _is_json(node, "["):
            self._wrong(node, "a list", what)
        return plain(node)

    def _object(self, node: Node, schema: Schema, what: str) -> object:
        if isinstance(node, MapNode):
            return self.record(node, schema, what)
        if not _is_json(node, "{"):
            self._wrong(node, "a map", what)
        return plain(node)

    def _wrong(self, node: Node, expected: str, what: str) -> None:
        message = f"{what} must be {expected}, not {describe(node)}"
        self._report.error(Code.WRONG_TYPE, message, node)

    def _range(self, number: float | None, schema: Schema, what: str, node: Node) -> None:
        low, high = schema.get("minimum"), schema.get("maximum")
        above = schema.get("exclusiveMinimum")
        if number is None:
            return
        if isinstance(above, int | float) and number <= above:
            message = f"{what} must be more than {above}, not {number}"
            self._report.error(Code.OUT_OF_RANGE, message, node)
        if isinstance(low, int | float) and number < low:
            message = f"{what} must be at least {low}, not {number}"
            self._report.error(Code.OUT_OF_RANGE, message, node)
        if isinstance(high, int | float) and number > high:
            message = f"{what} must be at most {high}, not {number}"
            self._report.error(Code.OUT_OF_RANGE, message, node)

    def _length(self, length: int, schema: Schema, unit: str, what: str, node: Node) -> None:
        prefix = "Items" if unit == "items" else "Length"
        low, high = schema.get(f"min{prefix}"), schema.get(f"max{prefix}")
        if isinstance(low, int) and length < low:
            empty = length == 0
            message = f"{what} must not be empty" if empty else f"{what} needs {low} {unit}"
            self._report.error(Code.EMPTY if empty else Code.OUT_OF_RANGE, message, node)
        if isinstance(high, int) and length > high:
            message = f"{what} has {length} {unit}, {high} at most are allowed"
            self._report.error(Code.OUT_OF_RANGE, message, node)


def _schemas(schema: Schema, key: str) -> Mapping[str, Schema]:
    found = schema.get(key, {})
    return found if isinstance(found, Mapping) else {}


def _alternatives(schema: Schema) -> Sequence[Schema]:
    for key in ("anyOf", "oneOf"):
        found = schema.get(key)
        if isinstance(found, Sequence):
            return [one for one in found if isinstance(one, Mapping)]
    kinds = schema.get("type")
    if isinstance(kinds, Sequence) and not isinstance(kinds, str):
        return [{**schema, "type": kind} for kind in kinds]
    return ()


def _fits(node: Node, schema: Schema) -> bool:
    """Whether the node is at least of the right kind, so that its problems say what to mend."""
    kind = schema.get("type")
    if isinstance(node, ListNode):
        return kind == "array"
    if isinstance(node, MapNode):
        return kind == "object"
    return "enum" in schema or kind == "string"


def _kind(schema: Schema) -> str:
    if "enum" in schema:
        return "a text"
    return _NAMES.get(str(schema.get("type", "")), "")


def _is_json(node: Node, opening: str) -> bool:
    return isinstance(node, ScalarNode) and node.text.lstrip().startswith(opening)
