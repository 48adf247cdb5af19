"""The parts of a parsed jq program."""

from __future__ import annotations

from dataclasses import dataclass


class Node:
    """A part of a program."""


@dataclass(frozen=True, slots=True)
class Identity(Node):
    """`.`."""


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """A number, null, true, false or a plain text."""

    value: object
    """The value."""


@dataclass(frozen=True, slots=True)
class Text(Node):
    r"""A text with interpolation or a format: `@json "a \(.b)"`."""

    format: str
    """The format; `@text` where none is given."""
    parts: tuple[Node, ...]
    """Plain parts are literals."""


@dataclass(frozen=True, slots=True)
class Index(Node):
    """`term.name` or `term[key]`."""

    target: Node
    """What is looked into."""
    key: Node
    """The key or index."""


@dataclass(frozen=True, slots=True)
class Slice(Node):
    """`term[from:to]`."""

    target: Node
    """What is cut."""
    start: Node | None
    """The first index."""
    end: Node | None
    """The index behind the last."""


@dataclass(frozen=True, slots=True)
class Each(Node):
    """`term[]`."""

    target: Node
    """What is gone through."""


@dataclass(frozen=True, slots=True)
class Try(Node):
    """`try a catch b`, or `a?`."""

    body: Node
    """What is tried."""
    handler: Node | None
    """What is done with the message of an error."""


@dataclass(frozen=True, slots=True)
class Variable(Node):
    """`$name`."""

    name: str
    """The name with `$`."""


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`name(a; b)`."""

    name: str
    """The name."""
    arguments: tuple[Node, ...]
    """The arguments."""


@dataclass(frozen=True, slots=True)
class ListOf(Node):
    """`[a]`."""

    body: Node | None
    """What gives the items."""


@dataclass(frozen=True, slots=True)
class MapOf(Node):
    """`{a: b}`."""

    fields: tuple[tuple[Node, Node], ...]
    """Keys and values."""


@dataclass(frozen=True, slots=True)
class Negate(Node):
    """`-a`."""

    body: Node
    """The number."""


@dataclass(frozen=True, slots=True)
class Binary(Node):
    """`a operator b`."""

    operator: str
    """The operator."""
    left: Node
    """Left of it."""
    right: Node
    """Right of it."""


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if a then b else c end`."""

    test: Node
    """The condition."""
    body: Node
    """What is done if it holds."""
    otherwise: Node
    """What is done if not."""


@dataclass(frozen=True, slots=True)
class Bind(Node):
    """`a as $x | b`, with several patterns where `?//` gives alternatives."""

    source: Node
    """What gives the values."""
    patterns: tuple[Pattern, ...]
    """How they are taken apart."""
    body: Node
    """Where the variables can be seen."""


@dataclass(frozen=True, slots=True)
class Fold(Node):
    """`reduce` or `foreach`."""

    source: Node
    """What gives the values."""
    pattern: Pattern
    """How they are taken apart."""
    initial: Node
    """The first state."""
    update: Node
    """Makes the next state."""
    extract: Node | None
    """Of `foreach`: what comes out; None for `reduce`."""


@dataclass(frozen=True, slots=True)
class Define(Node):
    """`def name(parameters): body; rest`."""

    name: str
    """The name with the number of parameters."""
    parameters: tuple[str, ...]
    """Their names; those of values with `$`."""
    body: Node
    """What it does."""
    rest: Node
    """Where it can be called."""


@dataclass(frozen=True, slots=True)
class Label(Node):
    """`label $x | body`."""

    name: str
    """The name with `$`."""
    body: Node
    """Where `break $x` ends it."""


@dataclass(frozen=True, slots=True)
class Break(Node):
    """`break $x`."""

    name: str
    """The name with `$`."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a value is taken apart by `as`."""

    name: str = ""
    """The variable that gets the whole value."""
    items: tuple[Pattern, ...] = ()
    """Patterns of the items of a list."""
    fields: tuple[tuple[Node, Pattern], ...] = ()
    """Patterns of the values of a map, by key."""

    def names(self) -> set[str]:
        """Return every variable the pattern gives a value to."""
        found = {self.name} if self.name else set()
        for inner in (*self.items, *(pattern for _, pattern in self.fields)):
            found |= inner.names()
        return found
