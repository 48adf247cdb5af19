"""Reads YAML into positioned nodes and says everything that is wrong with it.

One document, no tags, keys are texts and stand once. Aliases and merge keys (`<<`) work; how much
they may blow up a document is limited.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from ruamel.yaml.cyaml import CParser  # type: ignore[attr-defined]  # imported there by name
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.flow.nodes import ListNode, MapNode, Node, ScalarNode
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.yaml_errors import report_syntax, report_unreadable

LARGEST_SOURCE = 1_000_000
"""Most characters of a source."""

MOST_NODES = 200_000
"""Most nodes of a document with its aliases written out."""

DEEPEST_NESTING = 80
"""Most levels of lists and maps in one another."""


def read_yaml(source: str, report: Report) -> Node | None:
    """The only document of a source; absent where nothing can be made of it.

    Problems go to `report`; a document with problems in parts of it is still returned.
    """
    if len(source) > LARGEST_SOURCE:
        message = f"The source has {len(source)} characters, {LARGEST_SOURCE} at most are allowed"
        report.error(Code.TOO_LARGE, message, ListNode(1, 1))
        return None
    if report_unreadable(source, report):
        return None
    builder = _Builder(source, report)
    try:
        builder.build(CParser(source))
    except YAMLError as error:
        report_syntax(source, error, report)
        builder.report_braces()
        return None
    except _HopelessError:
        return None
    builder.report_braces()
    return builder.root


class _HopelessError(Exception):
    """Reading on makes no sense; the problem is reported already."""


@dataclass(slots=True)
class _Open:
    """A list or map whose end has not come yet."""

    node: ListNode | MapNode
    start: int
    is_flow: bool
    anchor: str | None
    key: ScalarNode | None = None
    has_key: bool = False
    has_map_as_key: bool = False
    size: int = 1
    merged: list[Node] = field(default_factory=list)


class _Builder:
    """Makes nodes of the parser's events."""

    def __init__(self, source: str, report: Report) -> None:
        self.root: Node | None = None
        self._source = source
        self._report = report
        self._open: list[_Open] = []
        self._anchors: dict[str, tuple[Node, int]] = {}
        self._documents = 0
        self._nodes = 0
        self._unquoted: list[ScalarNode] = []

    def report_braces(self) -> None:
        """Report expressions that YAML took for maps, where nothing better was said of them."""
        for text in self._unquoted:
            if self._report.has(Code.UNQUOTED_EXPRESSION, text.position):
                continue
            self._report.error(
                Code.UNQUOTED_EXPRESSION,
                f"The expression `{text.text}` is not quoted, so YAML takes its braces for a map",
                text,
                hint=f'Write "{text.text}".' if '"' not in text.text else "Quote the whole text.",
            )

    def build(self, parser: CParser) -> None:
        """Read all events."""
        while True:
            event = parser.get_event()
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._start(event)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._end(event)
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentStartEvent:
                self._document(event)
            elif kind is StreamEndEvent:
                return

    def _document(self, event: Event) -> None:
        self._documents += 1
        if self._documents == 2:
            mark = event.start_mark
            self._report.error(
                Code.SEVERAL_DOCUMENTS,
                "A second document starts here; a source holds one flow",
                ListNode(mark.line + 1, mark.column + 1),
                hint="Put each flow into its own file.",
            )
            raise _HopelessError

    def _scalar(self, event: ScalarEvent) -> None:
        start, end = event.start_mark, event.end_mark
        plain = event.implicit[0] and not event.style
        column = start.column + 1
        node = ScalarNode(event.value, plain, start.line + 1, column, start.index, end.index)
        if not (event.implicit[0] or event.implicit[1]):
            self._tag(event.tag, node)
        if event.anchor:
            self._anchors[event.anchor] = (node, 1)
        self._add(node, 1)

    def _start(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        mark = event.start_mark
        make = MapNode if type(event) is MappingStartEvent else ListNode
        node = make(mark.line + 1, mark.column + 1)
        if not event.implicit:
            self._tag(event.tag, node)
        if len(self._open) >= DEEPEST_NESTING:
            message = f"More than {DEEPEST_NESTING} levels stand in one another here"
            self._report.error(Code.TOO_LARGE, message, node)
            raise _HopelessError
        self._open.append(_Open(node, mark.index, bool(event.flow_style), event.anchor))

    def _end(self, event: Event) -> None:
        closed = self._open.pop()
        node: Node = closed.node
        if closed.has_map_as_key:
            node = self._braces(closed, event.end_mark.index)
        elif isinstance(node, MapNode):
            self._merge(node, closed.merged)
        if closed.anchor:
            self._anchors[closed.anchor] = (node, closed.size)
        self._add(node, closed.size)

    def _alias(self, event: AliasEvent) -> None:
        mark = event.start_mark
        at = ScalarNode(f"*{event.anchor}", False, mark.line + 1, mark.column + 1)
        known = self._anchors.get(event.anchor)
        if known is not None:
            self._add(known[0], known[1])
            return
        inside = any(one.anchor == event.anchor for one in self._open)
        why = "stands inside of what it names" if inside else "names nothing before it"
        self._report.error(
            Code.YAML_ALIAS,
            f"The alias `*{event.anchor}` {why}",
            at,
            hint="Remove it: nothing can hold itself."
            if inside
            else f"Set the anchor `&{event.anchor}` before it, or quote the text.",
        )
        self._add(at, 1)

    def _tag(self, written: object, at: Node) -> None:
        tag = str(written).replace("tag:yaml.org,2002:", "!!")
        self._report.error(
            Code.YAML_TAG,
            f"The tag `{tag}` is not allowed; a flow has no tags",
            at,
            hint="Remove it, or quote the text if it is one.",
        )

    def _add(self, node: Node, size: int) -> None:
        self._nodes += size
        if self._nodes > MOST_NODES:
            message = f"With its aliases the document has more than {MOST_NODES} values"
            self._report.error(Code.TOO_LARGE, message, node)
            raise _HopelessError
        if not self._open:
            self.root = node
            return
        parent = self._open[-1]
        parent.size += size
        if isinstance(parent.node, ListNode):
            parent.node.items.append(node)
        elif not parent.has_key:
            self._key(parent, node)
        else:
            self._value(parent, parent.node, node)

    def _key(self, parent: _Open, node: Node) -> None:
        parent.has_key = True
        parent.key = node if isinstance(node, ScalarNode) else None
        if parent.key is not None:
            return
        if parent.is_flow and isinstance(node, MapNode):
            parent.has_map_as_key = True
            return
        self._report.error(
            Code.KEY_NOT_TEXT, "A list or a map cannot be a key; a key is a text", node
        )

    def _value(self, parent: _Open, holder: MapNode, node: Node) -> None:
        key = parent.key
        parent.has_key, parent.key = False, None
        if key is None:
            return
        if key.text == "<<" and key.is_plain:
            parent.merged.append(node)
        elif key.text in holder.entries:
            first = holder.keys[key.text]
            self._report.error(
                Code.DUPLICATE_KEY,
                f"The key `{key.text}` stands here a second time, after line {first.line}",
                key,
                hint="Remove one of the two.",
            )
        else:
            holder.entries[key.text] = node
            holder.keys[key.text] = key

    def _braces(self, closed: _Open, end: int) -> Node:
        """A text for what YAML takes for a map in a map."""
        node = closed.node
        written = self._source[closed.start : end]
        text = ScalarNode(written, False, node.line, node.column, closed.start, end)
        if written.startswith("{{"):
            self._unquoted.append(text)
        else:
            self._report.error(Code.KEY_NOT_TEXT, "A map cannot be a key; a key is a text", text)
        return text

    def _merge(self, node: MapNode, merged: list[Node]) -> None:
        for source in merged:
            maps = source.items if isinstance(source, ListNode) else [source]
            for other in maps:
                if not isinstance(other, MapNode):
                    self._report.error(
                        Code.YAML_ALIAS, "`<<` takes a map or a list of maps to merge", other
                    )
                    continue
                for key, value in other.entries.items():
                    if key not in node.entries:
                        node.entries[key] = value
                        node.keys[key] = other.keys[key]
