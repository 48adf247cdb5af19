"""Evaluates the terms of jq programs: paths, texts, lists and maps.

Every part of a program takes a value with its path and gives any number of values with theirs; the
path is None for values that were computed, which therefore cannot be assigned to.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.jq import formats, syntax, values
from lanner_coordinator.flow.expression.jq.scopes import Scope, find
from lanner_coordinator.flow.expression.jq.syntax import Node
from lanner_coordinator.flow.expression.jq.values import JqError, Json, Path

Located = tuple[Path | None, Json]
"""A value with its path."""


class Terms:
    """The part of the evaluator that knows no names of functions.

    Attributes:
        budget: What is left of the limits of the rendering.
        evaluators: What evaluates each kind of part.
    """

    def __init__(self, budget: Budget) -> None:
        self.budget = budget
        self.evaluators: dict[type[Node], Callable[..., Iterator[Located]]] = {
            syntax.Identity: self._identity,
            syntax.Literal: self._literal,
            syntax.Text: self._text,
            syntax.Index: self._index,
            syntax.Slice: self._slice,
            syntax.Each: self._each,
            syntax.Try: self._try,
            syntax.Variable: self._variable,
            syntax.ListOf: self._list,
            syntax.MapOf: self._map,
            syntax.Negate: self._negate,
        }

    def run(
        self, node: Node, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        """Evaluate a part of the program on a value."""
        self.budget.spend()
        return self.evaluators[type(node)](node, scope, path, value)

    def results(self, node: Node, scope: Scope | None, value: Json) -> Iterator[Json]:
        """Evaluate a part and give the values without paths."""
        for _, result in self.run(node, scope, None, value):
            yield result

    def paths(self, node: Node, scope: Scope | None, value: Json) -> Iterator[tuple[Path, Json]]:
        """Evaluate a part for the paths it leads to."""
        for path, result in self.run(node, scope, (), value):
            if path is None:
                raise JqError(
                    f"Invalid path expression with result of type {values.type_of(result)}"
                )
            yield path, result

    def _identity(
        self, node: syntax.Identity, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        yield path, value

    def _literal(
        self, node: syntax.Literal, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        # `empty` and null lead nowhere, so that `path(null)` is no error in jq either.
        yield (() if node.value is None and path is not None else None), node.value

    def _text(
        self, node: syntax.Text, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        if not node.parts:
            yield None, formats.apply(node.format, value, self.budget)
            return
        for parts in self.product(node.parts, scope, value):
            texts = [
                str(one)
                if isinstance(part, syntax.Literal)
                else formats.apply(node.format, one, self.budget)
                for part, one in zip(node.parts, parts, strict=True)
            ]
            self.budget.check_text(sum(map(len, texts)))
            yield None, "".join(texts)

    def product(
        self, nodes: tuple[Node, ...], scope: Scope | None, value: Json
    ) -> Iterator[tuple[Json, ...]]:
        """Evaluate several parts and give every combination; the last varies slowest."""
        if not nodes:
            yield ()
            return
        for last in self.results(nodes[-1], scope, value):
            for rest in self.product(nodes[:-1], scope, value):
                yield (*rest, last)

    def _index(
        self, node: syntax.Index, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        for at, target in self.run(node.target, scope, path, value):
            for key in self.results(node.key, scope, value):
                yield _below(at, key), values.index(target, key)

    def _slice(
        self, node: syntax.Slice, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        nothing = syntax.Literal(None)
        for at, target in self.run(node.target, scope, path, value):
            for start, end in self.product(
                (node.start or nothing, node.end or nothing), scope, value
            ):
                yield _below(at, {"start": start, "end": end}), values.cut(target, start, end)

    def _each(
        self, node: syntax.Each, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        for at, target in self.run(node.target, scope, path, value):
            yield from self.each(at, target)

    def each(self, path: Path | None, value: Json) -> Iterator[Located]:
        """Go through the items of a list or the values of a map."""
        if isinstance(value, dict):
            pairs: Iterable[tuple[Json, Json]] = value.items()
        elif isinstance(value, list):
            pairs = enumerate(value)
        else:
            raise JqError(f"Cannot iterate over {values.type_of(value)}")
        for key, item in pairs:
            self.budget.spend()
            yield _below(path, key), item

    def _try(
        self, node: syntax.Try, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        try:
            yield from self.run(node.body, scope, path, value)
        except JqError as error:
            if node.handler is not None:
                yield from self.run(node.handler, scope, None, error.value)

    def _variable(
        self, node: syntax.Variable, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        found = find(scope, node.name)
        if found is None:
            raise JqError(f"{node.name} is not defined")
        yield None, found.value

    def _list(
        self, node: syntax.ListOf, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        items: list[Json] = []
        if node.body is not None:
            for item in self.results(node.body, scope, value):
                items.append(item)
                self.budget.spend()
        yield None, items

    def _map(
        self, node: syntax.MapOf, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        parts = tuple(part for field in node.fields for part in field)
        for made in self.product(parts, scope, value):
            keys = made[::2]
            wrong = [key for key in keys if not isinstance(key, str)]
            if wrong:
                raise JqError(f"Object keys must be strings, not {values.type_of(wrong[0])}")
            yield None, dict(zip(keys, made[1::2], strict=True))

    def _negate(
        self, node: syntax.Negate, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        for result in self.results(node.body, scope, value):
            if not values.is_number(result):
                raise JqError(f"{values.type_of(result)} cannot be negated")
            yield None, -result


def _below(path: Path | None, key: Json) -> Path | None:
    return None if path is None else (*path, key)
