"""Tables of the keys that a map of the flow may have, and the one function that applies them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, ScalarNode, describe
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.suggest import did_you_mean


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """A key that a map may have.

    Attributes:
        name: The key.
        is_required: Whether it must be there.
        also: Other spellings of the same.
        formerly: Spellings that are deprecated.
        not_supported: Why this version refuses it; empty: it does not.
        deprecated: What to use instead; empty: it is not deprecated.
        no_effect: Why it is accepted and changes nothing; empty: it has an effect.
    """

    name: str
    is_required: bool = False
    also: Sequence[str] = ()
    formerly: Sequence[str] = ()
    not_supported: str = ""
    deprecated: str = ""
    no_effect: str = ""


class FieldTable:
    """All keys that one kind of map may have."""

    def __init__(self, owner: str, fields: Iterable[Field]) -> None:
        self.owner = owner
        """What messages call the map."""
        self.fields: Sequence[Field] = tuple(fields)
        """All of them, in order."""
        self._by_spelling: dict[str, Field] = {}
        self.names: Sequence[str] = tuple(field.name for field in self.fields)
        """The keys in their present spelling."""
        for field in self.fields:
            for spelling in (field.name, *field.also, *field.formerly):
                self._by_spelling[spelling] = field

    def take(self, node: MapNode, report: Report) -> Mapping[str, Node]:
        """The values by the key's present spelling, without those that are null.

        Every key that is unknown, missing, doubled, deprecated or not supported is reported.
        """
        taken, rest = self.split(node, report)
        for key in rest:
            if report.is_full:
                break
            report.error(
                Code.UNKNOWN_KEY,
                f"{self.owner} has no key `{key}`",
                node.keys[key],
                hint=did_you_mean(key, self._by_spelling),
            )
        self.require(taken, node, report)
        return taken

    def split(self, node: MapNode, report: Report) -> tuple[Mapping[str, Node], Mapping[str, Node]]:
        """The values of the table's keys, as `take`, and those of all other keys."""
        taken: dict[str, Node] = {}
        rest: dict[str, Node] = {}
        for key, value in node.entries.items():
            field = self._by_spelling.get(key)
            if field is None:
                rest[key] = value
            elif self._is_usable(field, key, value, node, report):
                if field.name in taken:
                    self._report_twice(field, node.keys[key], report)
                taken.setdefault(field.name, value)
        return taken, rest

    def require(self, taken: Mapping[str, Node], node: MapNode, report: Report) -> None:
        """Report the keys that must be there and are not."""
        for field in self.fields:
            if field.is_required and field.name not in taken:
                at = node.keys.get(field.name, node)
                report.error(Code.MISSING_KEY, f"{self.owner} needs the key `{field.name}`", at)

    def _is_usable(
        self, field: Field, key: str, value: Node, node: MapNode, report: Report
    ) -> bool:
        at = node.keys[key]
        if field.not_supported:
            report.error(
                Code.NOT_SUPPORTED,
                f"`{key}` is not supported yet by this version: {field.not_supported}",
                at,
            )
            return False
        if key in field.formerly:
            report.warn(
                Code.DEPRECATED, f"`{key}` is deprecated", at, hint=f"Write `{field.name}`."
            )
        elif field.deprecated:
            report.warn(Code.DEPRECATED, f"`{key}` is deprecated", at, hint=field.deprecated)
        elif field.no_effect:
            report.warn(Code.NO_EFFECT, f"`{key}` has no effect: {field.no_effect}", at)
        return not is_null(value)

    def _report_twice(self, field: Field, at: Node, report: Report) -> None:
        spellings = ", ".join(f"`{name}`" for name in (field.name, *field.also, *field.formerly))
        report.error(
            Code.CONFLICT, f"{spellings} are one key of {self.owner.lower()}; keep one", at
        )


def is_null(node: Node) -> bool:
    """Whether a value stands for nothing."""
    return isinstance(node, ScalarNode) and node.value is None


def as_map(node: Node, what: str, report: Report) -> MapNode | None:
    """The node if it is a map; otherwise it is reported."""
    if isinstance(node, MapNode):
        return node
    report.error(Code.WRONG_TYPE, f"{what} must be a map, not {describe(node)}", node)
    return None


def as_items(node: Node, what: str, report: Report) -> Sequence[Node]:
    """The items of a list; anything else is reported and has none."""
    if isinstance(node, ListNode):
        return node.items
    is_item = isinstance(node, MapNode) and {"id", "type"} & node.entries.keys()
    hint = "Put `- ` before its first key, and indent the others alike." if is_item else ""
    report.error(Code.WRONG_TYPE, f"{what} must be a list, not {describe(node)}", node, hint=hint)
    return ()
