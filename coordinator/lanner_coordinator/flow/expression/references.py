"""Finds what a text reads: for validation, completion and the graph of a flow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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
    paths: set[Path] = set()
    secrets: set[str] = set()
    functions: set[str] = set()
    for parsed in _parsed(source):
        own = _own_names(parsed.tree)
        inner = _containers(parsed.tree)
        for node in syntax.walk(parsed.tree):
            if id(node) not in inner:
                paths.update(path for path in _path(node) if path[0] not in own)
            name = _function(node)
            if name:
                functions.add(name)
                secrets.update(_secret(node) if name == "secret" else ())
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


def _own_names(tree: nodes.Template) -> set[str]:
    """Return the names that the template itself gives values to."""
    own = {"loop"}
    for node in syntax.walk(tree):
        if syntax.method_of(node) in ("assign", "iterate", "preset"):
            own.update(_constants(node)[1:2])
    return own


def _constants(node: nodes.Node) -> list[str]:
    if not isinstance(node, nodes.Call):
        return []
    return [str(one.value) for one in node.args if isinstance(one, nodes.Const)]


def _containers(tree: nodes.Template) -> set[int]:
    """Return the ids of the nodes that only lead to a key behind them."""
    return {
        id(node.args[1])
        for node in syntax.walk(tree)
        if isinstance(node, nodes.Call) and syntax.method_of(node) == "attribute"
    }


def _path(node: nodes.Node) -> Iterator[Path]:
    """Return the whole path if the node is the end of one or a variable alone."""
    if syntax.method_of(node) not in ("variable", "attribute"):
        return
    keys: list[str] = []
    current: nodes.Node = node
    while syntax.method_of(current) == "attribute" and isinstance(current, nodes.Call):
        key = current.args[2]
        if not isinstance(key, nodes.Const):
            keys.clear()
        else:
            keys.append(str(key.value))
        current = current.args[1]
    if syntax.method_of(current) == "variable":
        yield (_constants(current)[1], *reversed(keys))


def _function(node: nodes.Node) -> str:
    if syntax.method_of(node) != "function" or not isinstance(node, nodes.Call):
        return ""
    return _constants(node)[1]


def _secret(node: nodes.Node) -> list[str]:
    if not isinstance(node, nodes.Call):
        return []
    positional, named = node.args[2], node.args[3]
    first: nodes.Node | None = None
    if isinstance(positional, nodes.Tuple) and positional.items:
        first = positional.items[0]
    elif isinstance(named, nodes.Dict):
        pairs = {str(pair.key.as_const()): pair.value for pair in named.items}
        first = pairs.get("key")
    return [str(first.value)] if isinstance(first, nodes.Const) else []
