"""Finds what a text reads: for validation, completion and the graph of a flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from jinja2 import nodes

from lanner_coordinator.flow.expression import syntax
from lanner_coordinator.flow.expression.errors import ExpressionSyntaxError
from lanner_coordinator.flow.expression.limits import DEFAULT_LIMITS
from lanner_coordinator.flow.expression.parser import parse

Path = tuple[str, ...]
"""Keys from the outside in, as far as they are written out in the text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class References:
    """What a text reads."""

    paths: frozenset[Path] = frozenset()
    """Every variable with the keys behind it: `('outputs', 'load', 'uri')`."""
    outputs: frozenset[Path] = frozenset()
    """Of `outputs`: task id and the keys behind it."""
    inputs: frozenset[Path] = frozenset()
    """Of `inputs`: the id of the input and the keys behind it."""
    vars: frozenset[Path] = frozenset()
    """Of `vars`: the name of the variable and the keys behind it."""
    tasks: frozenset[Path] = frozenset()
    """Of `tasks`: task id and the keys behind it."""
    secrets: frozenset[str] = frozenset()
    """Keys of `secret('KEY')` that are written out."""
    roots: frozenset[str] = frozenset()
    """Names of the variables that come from outside."""
    functions: frozenset[str] = frozenset()
    """Names of the functions called."""


def references(source: object) -> References:
    """Return what the texts in a value read; a text with bad syntax reads nothing."""
    return references_of(parsed.tree for parsed in _parsed(source))


def references_of(trees: Iterable[nodes.Template]) -> References:
    """Return what parsed texts read."""
    paths: set[Path] = set()
    secrets: set[str] = set()
    functions: set[str] = set()
    for tree in trees:
        found = _Found()
        for node in syntax.walk(tree):
            if type(node) is nodes.Call:
                found.add(node)
        paths.update(path for path in found.paths if path[0] not in found.own)
        secrets.update(found.secrets)
        functions.update(found.functions)
    return References(
        paths=frozenset(paths),
        outputs=_below(paths, "outputs"),
        inputs=_below(paths, "inputs"),
        vars=_below(paths, "vars"),
        tasks=_below(paths, "tasks"),
        secrets=frozenset(secrets),
        roots=frozenset(path[0] for path in paths),
        functions=frozenset(functions),
    )


class _Found:
    """What one text reads, collected node by node, parents first.

    Attributes:
        paths: Variables with the keys behind them.
        own: Names that the text itself gives values to.
        secrets: Keys of secrets.
        functions: Names of functions.
    """

    __slots__ = ("_inner", "functions", "own", "paths", "secrets")

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.own = {"loop"}
        self.secrets: list[str] = []
        self.functions: list[str] = []
        self._inner: set[int] = set()

    def add(self, node: nodes.Call) -> None:
        method = syntax.method_of(node)
        if method in ("variable", "attribute"):
            if method == "attribute":
                # What only leads to a key behind it is no path of its own.
                self._inner.add(id(node.args[1]))
            if id(node) not in self._inner:
                self.paths.extend(_path(node))
        elif method == "function":
            name = _constants(node)[1]
            self.functions.append(name)
            if name == "secret":
                self.secrets.extend(_secret(node))
        elif method in ("assign", "iterate", "preset"):
            self.own.update(_constants(node)[1:2])


def _parsed(source: object) -> Iterator[syntax.Syntax]:
    pending = [source]
    while pending:
        item = pending.pop()
        if isinstance(item, Mapping):
            pending.extend(item.keys())
            pending.extend(item.values())
        elif isinstance(item, list | tuple):
            pending.extend(item)
        elif isinstance(item, str) and "{" in item:
            try:
                yield parse(item, DEFAULT_LIMITS)
            except (ExpressionSyntaxError, RecursionError):
                continue


def _below(paths: set[Path], root: str) -> frozenset[Path]:
    return frozenset(path[1:] for path in paths if path[0] == root and len(path) > 1)


def _constants(node: nodes.Call) -> list[str]:
    return [str(one.value) for one in node.args if isinstance(one, nodes.Const)]


def _path(node: nodes.Call) -> Iterator[Path]:
    """Return the whole path that ends with the node; none where it starts with no variable."""
    keys: list[str] = []
    current: nodes.Node = node
    while syntax.method_of(current) == "attribute" and isinstance(current, nodes.Call):
        key = current.args[2]
        if not isinstance(key, nodes.Const):
            keys.clear()
        else:
            keys.append(str(key.value))
        current = current.args[1]
    if isinstance(current, nodes.Call) and syntax.method_of(current) == "variable":
        yield (_constants(current)[1], *reversed(keys))


def _secret(node: nodes.Call) -> list[str]:
    positional, named = node.args[2], node.args[3]
    first: nodes.Node | None = None
    if isinstance(positional, nodes.Tuple) and positional.items:
        first = positional.items[0]
    elif isinstance(named, nodes.Dict):
        pairs = {str(pair.key.as_const()): pair.value for pair in named.items}
        first = pairs.get("key")
    return [str(first.value)] if isinstance(first, nodes.Const) else []
