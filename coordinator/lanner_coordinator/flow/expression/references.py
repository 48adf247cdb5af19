"""Finds what a text reads: for validation, completion and the graph of a flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
        found.collect(tree)
        paths.update(path for path in found.paths if path[0] not in found.own)
        secrets.update(found.secrets)
        functions.update(found.functions)
    below: dict[str, set[Path]] = {"outputs": set(), "inputs": set(), "vars": set(), "tasks": set()}
    for path in paths:
        if len(path) > 1 and path[0] in below:
            below[path[0]].add(path[1:])
    return References(
        paths=frozenset(paths),
        secrets=frozenset(secrets),
        roots=frozenset(path[0] for path in paths),
        functions=frozenset(functions),
        **{root: frozenset(keys) for root, keys in below.items()},
    )


def combined(found: Sequence[References]) -> References:
    """Return what several texts read together."""
    if len(found) == 1:
        return found[0]
    return References(
        **{
            name: frozenset().union(*(getattr(one, name) for one in found))
            for name in References.__slots__
        }
    )


class _Found:
    """What one text reads.

    Attributes:
        paths: Variables with the keys behind them.
        own: Names that the text itself gives values to.
        secrets: Keys of secrets.
        functions: Names of functions.
    """

    __slots__ = ("functions", "own", "paths", "secrets")

    def __init__(self) -> None:
        self.paths: list[Path] = []
        self.own = {"loop"}
        self.secrets: list[str] = []
        self.functions: list[str] = []

    def collect(self, tree: nodes.Template) -> None:
        """Go through a tree, without recursion."""
        pending: list[nodes.Node] = [tree]
        while pending:
            node = pending.pop()
            if type(node) is nodes.Call:
                pending.extend(self._add(node))
            else:
                pending.extend(syntax.children(node))

    def _add(self, node: nodes.Call) -> Sequence[nodes.Node]:
        """Take one call; what is to be looked at below it."""
        method = syntax.method_of(node)
        if method in ("variable", "attribute"):
            return self._add_path(node)
        if method == "function":
            name = _constants(node)[1]
            self.functions.append(name)
            if name == "secret":
                self.secrets.extend(_secret(node))
        elif method in ("assign", "iterate", "preset"):
            self.own.update(_constants(node)[1:2])
        return node.args

    def _add_path(self, node: nodes.Call) -> Sequence[nodes.Node]:
        """Take a variable with the keys behind it as one path, up to a key that is computed."""
        keys: list[str] = []
        below: list[nodes.Node] = []
        current: nodes.Node = node
        while type(current) is nodes.Call and syntax.method_of(current) == "attribute":
            key = current.args[2]
            if isinstance(key, nodes.Const):
                keys.append(str(key.value))
            else:
                keys.clear()
                below.append(key)
            current = current.args[1]
        if type(current) is nodes.Call and syntax.method_of(current) == "variable":
            keys.append(_constants(current)[1])
            self.paths.append(tuple(reversed(keys)))
        else:
            below.append(current)
        return below


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


def _constants(node: nodes.Call) -> list[str]:
    return [str(one.value) for one in node.args if isinstance(one, nodes.Const)]


def _secret(node: nodes.Call) -> list[str]:
    positional, named = node.args[2], node.args[3]
    first: nodes.Node | None = None
    if isinstance(positional, nodes.Tuple) and positional.items:
        first = positional.items[0]
    elif isinstance(named, nodes.Dict):
        pairs = {str(pair.key.as_const()): pair.value for pair in named.items}
        first = pairs.get("key")
    return [str(first.value)] if isinstance(first, nodes.Const) else []
