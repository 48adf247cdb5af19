"""Builds `jinja2.nodes` for what the parser reads.

Every expression becomes a call of a method of the render context, with the offset in the source as
the first argument: `context.attribute(12, context.variable(3, 'inputs'), 'name')`. Nothing a flow
author writes becomes a Python name, so nothing of Python can be reached.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache

from jinja2 import nodes

LAZY_METHODS = frozenset({"coalesce", "coalesce_undefined", "optional", "every", "some", "preset"})
"""Methods whose arguments the compiler passes as functions, to be called when needed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Macro:
    """A macro of a template."""

    block: str
    """Name of the compiled block with the body."""
    parameters: tuple[str, ...]
    """Names of the parameters."""
    without_default: tuple[str, ...]
    """Names of those that are null unless an argument is given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A filter, function or test that a template names."""

    kind: str
    """`filter`, `function` or `test`."""
    name: str
    """The name as written."""
    offset: int
    """Where it stands in the template."""
    positional: Sequence[nodes.Expr] = ()
    """Arguments without a name."""
    named: Mapping[str, nodes.Expr] = field(default_factory=dict)
    """Arguments with a name."""


@dataclass(slots=True, kw_only=True)
class Syntax:
    """A parsed template."""

    tree: nodes.Template
    """What Jinja2 compiles."""
    blocks: dict[str, str] = field(default_factory=dict)
    """Compiled block by the name of the `{% block %}`."""
    macros: dict[str, Macro] = field(default_factory=dict)
    """Macros by name."""
    mentions: list[Mention] = field(default_factory=list)
    """Every filter, function and test named, in order."""


# Nodes are made without the constructors of Jinja2, which take five times as long: a flow has
# thousands of them. Nothing changes a node of a literal, so that equal ones are one.


def constant(value: object) -> nodes.Expr:
    """Return the node of a literal."""
    node = nodes.Const.__new__(nodes.Const)
    node.value = value
    node.lineno = 1
    node.environment = None
    return node


@lru_cache(maxsize=4096)
def word(text: str) -> nodes.Expr:
    """Return the node of a name."""
    return constant(text)


@lru_cache(maxsize=4096)
def _place(offset: int) -> nodes.Expr:
    return constant(offset)


def call(method: str, offset: int, *arguments: nodes.Expr) -> nodes.Call:
    """Return the call of a method of the render context."""
    node = nodes.Call.__new__(nodes.Call)
    node.node = _target(method)
    node.args = [_place(offset), *arguments]
    node.kwargs = []
    node.dyn_args = None
    node.dyn_kwargs = None
    node.lineno = 1
    node.environment = None
    return node


def data(text: str) -> nodes.Expr:
    """Return the node of text between expressions and tags."""
    node = nodes.TemplateData.__new__(nodes.TemplateData)
    node.data = text
    node.lineno = 1
    node.environment = None
    return node


def output(value: nodes.Expr) -> nodes.Output:
    """Return the statement that prints a value."""
    node = nodes.Output.__new__(nodes.Output)
    node.nodes = [value]
    node.lineno = 1
    node.environment = None
    return node


def method_of(node: nodes.Node) -> str | None:
    """Return the method a node calls; None if it is no such call."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Getattr):
        return node.node.attr
    return None


def sequence(items: Iterable[nodes.Expr]) -> nodes.Expr:
    """Return the node of a tuple of arguments."""
    found = list(items)
    return nodes.Tuple(found, "load", lineno=1) if found else _NO_ITEMS


def keywords(items: Mapping[str, nodes.Expr]) -> nodes.Expr:
    """Return the node of named arguments: None where there are none."""
    if not items:
        return _NOTHING
    pairs = [nodes.Pair(constant(name), value, lineno=1) for name, value in items.items()]
    return nodes.Dict(pairs, lineno=1)


def depth(root: nodes.Node, limit: int) -> int:
    """Return how deep a tree is, without recursion; stops counting beyond `limit`."""
    level = 1
    row: list[nodes.Node] = [root]
    while row and level <= limit:
        below: list[nodes.Node] = []
        while row:
            node = row.pop()
            kind = type(node)
            (below if kind is nodes.Call or kind is nodes.CondExpr else row).extend(children(node))
        row = below
        level += bool(below)
    return level


def children(node: nodes.Node) -> Sequence[nodes.Node]:
    """Return the nodes right below one, in order; of a call, its arguments."""
    kind = type(node)
    if kind is nodes.Const or kind is nodes.TemplateData:
        return ()
    if isinstance(node, nodes.Call):
        return node.args
    if isinstance(node, nodes.Output):
        return node.nodes
    if isinstance(node, nodes.Tuple):
        return node.items
    if isinstance(node, nodes.Template):
        return node.body
    return tuple(node.iter_child_nodes())


@cache
def _target(method: str) -> nodes.Expr:
    return nodes.Getattr(nodes.ContextReference(lineno=1), method, "load", lineno=1)


_NOTHING = constant(None)
_NO_ITEMS = nodes.Tuple([], "load", lineno=1)
