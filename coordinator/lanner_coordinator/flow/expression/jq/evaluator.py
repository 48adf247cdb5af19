"""Evaluates operators, bindings and calls of jq programs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NoReturn

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.errors import ExpressionLimitError
from lanner_coordinator.flow.expression.jq import syntax, values
from lanner_coordinator.flow.expression.jq.scopes import BreakOut, Closure, Scope, define, find
from lanner_coordinator.flow.expression.jq.syntax import Node, Pattern
from lanner_coordinator.flow.expression.jq.terms import Located, Terms
from lanner_coordinator.flow.expression.jq.values import JqError, Json, Path

_DEEPEST = 60

Special = Callable[
    ["Evaluator", tuple[Node, ...], Scope | None, Path | None, Json], Iterator[Located]
]
"""A builtin that decides itself how its arguments are evaluated."""

_ARITHMETIC: dict[str, Callable[[Json, Json, Budget], Json]] = {
    "+": values.add,
    "-": values.subtract,
    "*": values.multiply,
    "/": values.divide,
    "%": values.remainder,
}
_COMPARISONS: dict[str, Callable[[Json, Json], bool]] = {
    "==": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "<": lambda left, right: left < right,
    "<=": lambda left, right: left <= right,
    ">": lambda left, right: left > right,
    ">=": lambda left, right: left >= right,
}


class Evaluator(Terms):
    """Runs one program.

    Args:
        budget: What is left of the limits of the rendering.
        functions: Builtins with plain values as arguments, by `name/arity`.
        specials: Builtins that take their arguments unevaluated, by `name/arity`.
        prelude: Builtins written in jq.
    """

    def __init__(
        self,
        budget: Budget,
        functions: dict[str, Callable[..., Json]],
        specials: dict[str, Special],
        prelude: Scope | None,
    ) -> None:
        super().__init__(budget)
        self._functions = functions
        self._specials = specials
        self._prelude = prelude
        self._depth = 0
        self.evaluators |= {
            syntax.Call: self._call,
            syntax.Binary: self._binary,
            syntax.If: self._if,
            syntax.Bind: self._bind,
            syntax.Fold: self._fold,
            syntax.Define: self._define,
            syntax.Label: self._label,
            syntax.Break: self._break,
        }

    def _binary(
        self, node: syntax.Binary, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        operator = node.operator
        if operator == "|":
            return self._pipe(node, scope, path, value)
        if operator == ",":
            return self._both(node, scope, path, value)
        if operator == "//":
            return self._alternative(node, scope, path, value)
        if operator in ("and", "or"):
            return self._logic(node, scope, value)
        if operator in _ARITHMETIC or operator in _COMPARISONS:
            return self._calculation(node, scope, value)
        return self._assign(node, scope, value)

    def _both(
        self, node: syntax.Binary, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        yield from self.run(node.left, scope, path, value)
        yield from self.run(node.right, scope, path, value)

    def _pipe(
        self, node: syntax.Binary, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        for at, inner in self.run(node.left, scope, path, value):
            yield from self.run(node.right, scope, at, inner)

    def _logic(self, node: syntax.Binary, scope: Scope | None, value: Json) -> Iterator[Located]:
        decides = node.operator == "or"
        for left in self.results(node.left, scope, value):
            if values.is_true(left) is decides:
                yield None, decides
            else:
                for right in self.results(node.right, scope, value):
                    yield None, values.is_true(right)

    def _calculation(
        self, node: syntax.Binary, scope: Scope | None, value: Json
    ) -> Iterator[Located]:
        for right in self.results(node.right, scope, value):
            for left in self.results(node.left, scope, value):
                yield None, self.calculate(node.operator, left, right)

    def calculate(self, operator: str, left: Json, right: Json) -> Json:
        """Do arithmetic or a comparison."""
        work = _ARITHMETIC.get(operator)
        if work is not None:
            return work(left, right, self.budget)
        order = values.sort_key
        return _COMPARISONS[operator](order(left, self.budget), order(right, self.budget))

    def _alternative(
        self, node: syntax.Binary, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        found = False
        try:
            for at, result in self.run(node.left, scope, path, value):
                if values.is_true(result):
                    found = True
                    yield at, result
        except JqError:
            # An error on the left counts as nothing found.
            pass
        if not found:
            yield from self.run(node.right, scope, path, value)

    def _assign(self, node: syntax.Binary, scope: Scope | None, value: Json) -> Iterator[Located]:
        if node.operator == "|=":
            yield None, self.update(node.left, node.right, scope, value)
            return
        for new in self.results(node.right, scope, value):
            result = value
            for path, _ in self.paths(node.left, scope, value):
                old = values.get_path(result, path)
                if node.operator == "=":
                    made = new
                elif node.operator == "//=":
                    made = old if values.is_true(old) else new
                else:
                    made = self.calculate(node.operator[:-1], old, new)
                result = values.set_path(result, path, made, self.budget)
            yield None, result

    def update(self, target: Node, change: Node, scope: Scope | None, value: Json) -> Json:
        """Do `target |= change`: the first result replaces what is there, none deletes it."""
        gone: list[Path] = []
        result = value
        for path, _ in list(self.paths(target, scope, value)):
            new = next(self.results(change, scope, values.get_path(result, path)), _NOTHING)
            if new is _NOTHING:
                gone.append(path)
            else:
                result = values.set_path(result, path, new, self.budget)
        return values.delete_paths(result, gone, self.budget)

    def _if(
        self, node: syntax.If, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        for test in self.results(node.test, scope, value):
            branch = node.body if values.is_true(test) else node.otherwise
            yield from self.run(branch, scope, path, value)

    def _bind(
        self, node: syntax.Bind, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        names = sorted(set().union(*(pattern.names() for pattern in node.patterns)))
        for source in self.results(node.source, scope, value):
            for number, pattern in enumerate(node.patterns):
                inner = scope
                for name in names if len(node.patterns) > 1 else ():
                    inner = Scope(name, None, inner)
                try:
                    for bound in self._destructure(pattern, inner, source):
                        yield from self.run(node.body, bound, path, value)
                    break
                except JqError:
                    if number == len(node.patterns) - 1:
                        raise

    def _destructure(
        self, pattern: Pattern, scope: Scope | None, value: Json
    ) -> Iterator[Scope | None]:
        if pattern.name:
            scope = Scope(pattern.name, value, scope)
        parts: list[tuple[Node, Pattern]] = [
            (syntax.Literal(place), item) for place, item in enumerate(pattern.items)
        ]
        yield from self._destructure_parts([*parts, *pattern.fields], scope, value)

    def _destructure_parts(
        self, parts: list[tuple[Node, Pattern]], scope: Scope | None, value: Json
    ) -> Iterator[Scope | None]:
        if not parts:
            yield scope
            return
        key_node, inner = parts[0]
        for key in self.results(key_node, scope, value):
            for bound in self._destructure(inner, scope, values.index(value, key)):
                yield from self._destructure_parts(parts[1:], bound, value)

    def _fold(
        self, node: syntax.Fold, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        for initial in self.results(node.initial, scope, value):
            state = initial
            for source in self.results(node.source, scope, value):
                self.budget.spend()
                for bound in self._destructure(node.pattern, scope, source):
                    states = self.results(node.update, bound, state)
                    if node.extract is None:
                        state = _last(states)
                        continue
                    for state in states:
                        yield from self.run(node.extract, bound, None, state)
            if node.extract is None:
                yield None, state

    def _define(
        self, node: syntax.Define, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        return self.run(node.rest, define(node, scope), path, value)

    def _label(
        self, node: syntax.Label, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        label = object()
        try:
            yield from self.run(node.body, Scope("*" + node.name, label, scope), path, value)
        except BreakOut as out:
            if out.label is not label:
                raise

    def _break(
        self, node: syntax.Break, scope: Scope | None, path: Path | None, value: Json
    ) -> NoReturn:
        found = find(scope, "*" + node.name)
        if found is None:
            raise JqError(f"$*label-{node.name[1:]} is not defined")
        raise BreakOut(found.value)

    def _call(
        self, node: syntax.Call, scope: Scope | None, path: Path | None, value: Json
    ) -> Iterator[Located]:
        name = f"{node.name}/{len(node.arguments)}"
        found = find(scope, name)
        if found is None and name in self._specials:
            return self._specials[name](self, node.arguments, scope, path, value)
        if found is None and name in self._functions:
            return self._plain(name, node.arguments, scope, value)
        found = found or find(self._prelude, name)
        if found is None:
            raise JqError(f"{name} is not defined")
        return self._closure(found, node.arguments, scope, path, value)

    def _plain(
        self, name: str, arguments: tuple[Node, ...], scope: Scope | None, value: Json
    ) -> Iterator[Located]:
        for given in self.product(arguments, scope, value):
            yield None, self._functions[name](self.budget, value, *given)

    def _closure(
        self,
        found: Scope,
        arguments: tuple[Node, ...],
        scope: Scope | None,
        path: Path | None,
        value: Json,
    ) -> Iterator[Located]:
        closure: Closure = found.value
        self._depth += 1
        if self._depth > _DEEPEST:
            raise ExpressionLimitError(
                f"jq functions call each other deeper than {_DEEPEST} levels"
            )
        # A defined function sees itself; an argument sees what its caller saw.
        inner = Scope(closure.name, closure, closure.scope) if closure.name else closure.scope
        try:
            yield from self._with_arguments(closure, arguments, scope, inner, path, value)
        finally:
            self._depth -= 1

    def _with_arguments(
        self,
        closure: Closure,
        arguments: tuple[Node, ...],
        scope: Scope | None,
        inner: Scope | None,
        path: Path | None,
        value: Json,
    ) -> Iterator[Located]:
        if not arguments:
            yield from self.run(closure.body, inner, path, value)
            return
        place = len(closure.parameters) - len(arguments)
        parameter, rest = closure.parameters[place], arguments[1:]
        given = Closure((), arguments[0], scope)
        if not parameter.startswith("$"):
            bound = Scope(f"{parameter}/0", given, inner)
            yield from self._with_arguments(closure, rest, scope, bound, path, value)
            return
        for one in self.results(arguments[0], scope, value):
            bound = Scope(f"{parameter[1:]}/0", Closure((), syntax.Literal(one), None), inner)
            bound = Scope(parameter, one, bound)
            yield from self._with_arguments(closure, rest, scope, bound, path, value)


_NOTHING = object()


def _last(states: Iterator[Json]) -> Json:
    state: Json = None
    for one in states:
        state = one
    return state
