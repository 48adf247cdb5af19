"""Calls of filters, functions, tests, macros and methods."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.expression import methods, registry, suggestions
from lanner_coordinator.flow.expression.compiler import Body
from lanner_coordinator.flow.expression.errors import (
    ExpressionError,
    ExpressionLimitError,
    ExpressionValueError,
)
from lanner_coordinator.flow.expression.printing import java_text
from lanner_coordinator.flow.expression.runtime.operations import Lazy, Operations
from lanner_coordinator.flow.expression.scopes import Scope
from lanner_coordinator.flow.expression.values import type_name

MISUSE = (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, RecursionError)
"""What the work of a filter or function raises for values it was not made for."""


class Invocations(Operations):
    """Adds everything that is called by name."""

    __slots__ = ()

    def filter(
        self,
        offset: int,
        name: str,
        value: object,
        positional: tuple[object, ...],
        named: Mapping[str, object] | None,
    ) -> object:
        """Apply a filter."""
        entry = registry.FILTERS.get(name)
        if entry is None:
            raise self._unknown(offset, f"Filter [{name}] does not exist.", name, registry.FILTERS)
        if value is None and entry.null_gives is not registry.CALL_WITH_NULL:
            return entry.null_gives
        leading = (self, value) if entry.wants_context else (value,)
        result = self._invoke(offset, entry, leading, positional, named)
        if self.secrets.texts:
            self.secrets.taint((value, positional, named), result, self.budget)
        return result

    def function(
        self,
        offset: int,
        name: str,
        positional: tuple[object, ...],
        named: Mapping[str, object] | None,
    ) -> object:
        """Call a function or a macro."""
        entry = registry.FUNCTIONS.get(name)
        if entry is None or (self.recursive and name in ("render", "renderOnce")):
            if name in self.template.macros:
                return self._macro(offset, name, positional, named)
            known = [*registry.FUNCTIONS, *self.template.macros]
            message = f"Function or Macro [{name}] does not exist."
            raise self._unknown(offset, message, name, known)
        leading = (self,) if entry.wants_context else ()
        result = self._invoke(offset, entry, leading, positional, named)
        if self.secrets.texts:
            self.secrets.taint((positional, named), result, self.budget)
        return result

    def span(self, offset: int, start: object, end: object) -> object:
        """Do `a..b`."""
        return self.function(offset, "range", (start, end), None)

    def passes(
        self,
        offset: int,
        name: str,
        value: object,
        positional: tuple[object, ...],
        named: Mapping[str, object] | None,
    ) -> object:
        """Do `value is name`."""
        entry = registry.TESTS.get(name)
        if entry is None:
            raise self._unknown(offset, f"Test [{name}] does not exist.", name, registry.TESTS)
        return self._invoke(offset, entry, (value,), positional, named)

    def fails(
        self,
        offset: int,
        name: str,
        value: object,
        positional: tuple[object, ...],
        named: Mapping[str, object] | None,
    ) -> bool:
        """Do `value is not name`."""
        return not self.passes(offset, name, value, positional, named)

    def _unknown(
        self, offset: int, message: str, name: str, known: Mapping[str, object] | list[str]
    ) -> ExpressionError:
        hint = suggestions.hint(name, known)
        return self.failed(offset, ExpressionValueError(message, hint=hint))

    def _invoke(
        self,
        offset: int,
        entry: registry.Entry,
        leading: tuple[object, ...],
        positional: tuple[object, ...],
        named: Mapping[str, object] | None,
    ) -> object:
        try:
            self.budget.spend()
            result = registry.invoke(entry, leading, positional, named)
            if type(result) is str:
                self.budget.spend_text(len(result))
            return result
        except ExpressionError as error:
            raise self.failed(offset, error) from error
        except MISUSE as error:
            kinds = ", ".join(type_name(one) for one in (*leading[-1:], *positional))
            kinds = kinds if entry.kind == "filter" else ", ".join(map(type_name, positional))
            misused = ExpressionValueError(
                f"The '{entry.name}' {entry.kind} cannot work with ({kinds})"
            )
            raise self.failed(offset, misused) from error

    def method(
        self, offset: int, value: object, name: str, positional: tuple[object, ...]
    ) -> object:
        """Call one of the methods that texts, lists, maps and dates have in Java."""
        try:
            self.budget.spend()
            result = methods.call_method(value, name, positional, self.budget)
        except ExpressionError as error:
            raise self.failed(offset, error) from error
        except MISUSE as error:
            misused = ExpressionValueError(f"The method '{name}' cannot work with these values")
            raise self.failed(offset, misused) from error
        if self.secrets.texts:
            self.secrets.taint((value, positional), result, self.budget)
        return result

    def capture(self, offset: int, compiled_name: str) -> str:
        """Return what a body prints, as text."""
        return self._captured(offset, self.template.bodies[compiled_name])

    def _captured(self, offset: int, body: Body) -> str:
        parts: list[str] = []
        characters = 0
        self.depth += 1
        if self.depth > self.budget.limits.calls:
            error = ExpressionLimitError(
                f"Macros and blocks call each other deeper than {self.budget.limits.calls} levels"
            )
            raise self.failed(offset, error)
        for part in body(self):
            if part is not None:
                parts.append(part if type(part) is str else java_text(part, self.budget))
                characters += len(parts[-1])
                self.budget.check_text(characters)
        self.depth -= 1
        return "".join(parts)

    def _macro(
        self,
        offset: int,
        name: str,
        positional: tuple[object, ...],
        named: Mapping[str, object] | None,
    ) -> str:
        macro = self.template.macros[name]
        given = dict(zip(macro.parameters, positional, strict=False))
        given.update(named or {})
        unknown = [keyword for keyword in given if keyword not in macro.parameters]
        if len(positional) > len(macro.parameters) or unknown:
            error = ExpressionValueError(
                f"The macro '{name}' takes the arguments ({', '.join(macro.parameters)})"
            )
            raise self.failed(offset, error)
        outer = self.scope
        names = {**dict.fromkeys(macro.without_default), **given}
        self.scope = Scope(names, outer, closed=True)
        text = self.capture(offset, macro.block)
        self.scope = outer
        return text

    def preset(self, offset: int, name: Lazy, value: Lazy) -> None:
        """Give a parameter of a macro its default, unless an argument was given."""
        parameter = str(name())
        if self.scope is not None and parameter not in self.scope.names:
            self.scope.names[parameter] = value()
