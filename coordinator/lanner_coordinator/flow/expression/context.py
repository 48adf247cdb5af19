"""What compiled templates call while they are rendered.

The compiler writes `context.<method>(offset, ...)` for everything an expression does; the offset
says where in the text it stands, for the message of an error.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from lanner_coordinator.flow.expression import lookup, operators, registry, suggestions
from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.compiler import Body, Template
from lanner_coordinator.flow.expression.effects import Effects
from lanner_coordinator.flow.expression.errors import (
    ExpressionError,
    ExpressionLimitError,
    ExpressionValueError,
    UndefinedError,
)
from lanner_coordinator.flow.expression.places import locate
from lanner_coordinator.flow.expression.printing import java_text
from lanner_coordinator.flow.expression.scopes import Scope
from lanner_coordinator.flow.expression.secrets import SecretTexts
from lanner_coordinator.flow.expression.truth import as_condition
from lanner_coordinator.flow.expression.values import MINIMUM, type_name

Lazy = Callable[[], object]
"""An operand that is only evaluated when it is needed."""

MISUSE = (TypeError, ValueError, LookupError, ArithmeticError, AttributeError, RecursionError)
"""What the work of a filter or function raises for values it was not made for."""


class RenderContext:
    """The state of one rendering.

    Attributes:
        template: The template being rendered.
        variables: What the template can see.
        effects: The way to the world.
        budget: What is left of the limits.
        secrets: The secret texts met so far.
        scope: The innermost scope of variables the template made.
        depth: How many macros and renderings are going on in one another.
        recursive: Whether the whole text is rendered again and again, so that `render` is not
            needed and does not exist.
        marks_raw: Whether braces of raw tags are replaced by `RAW_BRACE`, as the result is
            rendered again.
    """

    __slots__ = (
        "_empty",
        "budget",
        "depth",
        "effects",
        "marks_raw",
        "recursive",
        "scope",
        "secrets",
        "template",
        "variables",
    )

    # Jinja2's preamble of a compiled body asks for it; no compiled code of ours calls it.
    resolve_or_missing = None

    def __init__(
        self,
        template: Template,
        variables: Mapping[str, object],
        effects: Effects,
        budget: Budget,
        secrets: SecretTexts,
    ) -> None:
        self.template = template
        self.variables = variables
        self.effects = effects
        self.budget = budget
        self.secrets = secrets
        self.scope: Scope | None = None
        self.depth = 0
        self.recursive = False
        self.marks_raw = False
        self._empty = False

    def _fail(self, offset: int, error: ExpressionError) -> ExpressionError:
        locate(error, self.template.source, offset)
        return error

    # Variables

    def variable(self, offset: int, name: str) -> object:
        """Return a variable."""
        scope = self.scope
        if scope is None:
            if name in self.variables:
                return self.variables[name]
        else:
            holder = scope.holder(name)
            if holder is not None:
                return holder.names[name]
            if name in self.variables and scope.sees_variables():
                return self.variables[name]
        raise self._fail(offset, UndefinedError(name, hint=self._variable_hint(name)))

    def find(self, name: str) -> object:
        """Return a variable, or null where it is not defined."""
        holder = self.scope.holder(name) if self.scope is not None else None
        return holder.names[name] if holder is not None else self.variables.get(name)

    def visible(self) -> dict[str, object]:
        """Return everything an expression can see here."""
        names = dict(self.variables)
        chain = []
        scope = self.scope
        while scope is not None:
            chain.append(scope.names)
            scope = scope.parent
        for own in reversed(chain):
            names.update(own)
        return names

    def _variable_hint(self, name: str) -> str:
        scope, known = self.scope, list(self.variables)
        if scope is not None:
            known = [] if not scope.sees_variables() else known
            known.extend(scope.names)
        return suggestions.hint(name, known)

    def attribute(self, offset: int, container: object, key: object) -> object:
        """Return what `container.key` or `container[key]` stands for."""
        if type(container) is dict and type(key) is str and key in container:
            return container[key]
        try:
            return lookup.look_up(container, key)
        except ExpressionError as error:
            raise self._fail(offset, error) from error

    def assign(self, offset: int, name: str, value: object) -> None:
        """Do `{% set name = value %}`: where the name is known already, else right here."""
        self._weigh(offset, value)
        if self.scope is None:
            self.scope = Scope({}, None)
        holder = self.scope.holder(name)
        if holder is None:
            seen = name in self.variables and self.scope.sees_variables()
            holder = self.scope.outermost() if seen else self.scope
        holder.names[name] = value

    def _weigh(self, offset: int, value: object) -> None:
        """Refuse values that grow without end, as `set x = [x, x]` in a loop would."""
        pending = [value]
        try:
            while pending:
                item = pending.pop()
                self.budget.spend()
                if isinstance(item, Mapping):
                    pending.extend(item.values())
                elif isinstance(item, list | tuple):
                    pending.extend(item)
                self.budget.check_items(len(pending))
        except ExpressionError as error:
            raise self._fail(offset, error) from error

    # Laziness

    def optional(self, offset: int, value: Lazy) -> object:
        """Return a value, or null where it is undefined."""
        return self._defined(value, None)

    def coalesce(self, offset: int, *operands: Lazy) -> object:
        """Do `a ?? b`: the first that is neither null nor undefined."""
        for operand in operands[:-1]:
            value = self._defined(operand, None)
            if value is not None:
                return value
        return operands[-1]()

    def coalesce_undefined(self, offset: int, value: Lazy, otherwise: Lazy) -> object:
        """Do `a ??? b`: null is fine, undefined is not."""
        found = self._defined(value, _UNDEFINED)
        return otherwise() if found is _UNDEFINED else found

    def _defined(self, value: Lazy, otherwise: object) -> object:
        scope, depth, template = self.scope, self.depth, self.template
        try:
            return value()
        except UndefinedError:
            self.scope, self.depth, self.template = scope, depth, template
            return otherwise

    def every(self, offset: int, *operands: Lazy) -> bool:
        """Do `a and b`."""
        return all(self._truth(offset, operand(), "the `and` operator") for operand in operands)

    def some(self, offset: int, *operands: Lazy) -> bool:
        """Do `a or b`."""
        return any(self._truth(offset, operand(), "the `or` operator") for operand in operands)

    def _truth(self, offset: int, value: object, where: str) -> bool:
        try:
            return as_condition(value, where)
        except ExpressionError as error:
            raise self._fail(offset, error) from error

    def negate(self, offset: int, value: object) -> bool:
        """Do `not a`."""
        return not self._truth(offset, value, "the `not` operator")

    def condition(self, offset: int, value: object) -> bool:
        """Tell whether `{% if value %}` holds."""
        return self._truth(offset, value, "the `if` tag")

    def is_chosen(self, offset: int, value: object) -> bool:
        """Tell whether `value ? a : b` gives a; null gives b."""
        return value is not None and self._truth(offset, value, "the `? :` operator")

    # Operators

    def _operate(self, offset: int, work: Callable[..., object], *operands: object) -> object:
        try:
            result = work(*operands)
        except ExpressionError as error:
            raise self._fail(offset, error) from error
        if self.secrets.texts:
            self.secrets.taint(operands[:2], result, self.budget)
        return result

    def add(self, offset: int, *operands: object) -> object:
        """Do `a + b + c`, from the left."""
        total = operands[0]
        for operand in operands[1:]:
            total = self._operate(offset, operators.add, total, operand, self.budget)
        return total

    def subtract(self, offset: int, left: object, right: object) -> object:
        """Do `a - b`."""
        return self._operate(offset, operators.subtract, left, right, self.budget)

    def multiply(self, offset: int, left: object, right: object) -> object:
        """Do `a * b`."""
        return self._operate(offset, operators.arithmetic, "*", left, right)

    def divide(self, offset: int, left: object, right: object) -> object:
        """Do `a / b`."""
        return self._operate(offset, operators.arithmetic, "/", left, right)

    def remainder(self, offset: int, left: object, right: object) -> object:
        """Do `a % b`."""
        return self._operate(offset, operators.arithmetic, "%", left, right)

    def minus(self, offset: int, value: object) -> object:
        """Do `-a`."""
        return self.multiply(offset, -1, value) if value != MINIMUM else MINIMUM

    def plus(self, offset: int, value: object) -> object:
        """Do `+a`."""
        return self.multiply(offset, 1, value)

    def concatenate(self, offset: int, *operands: object) -> str:
        """Do `a ~ b ~ c`; null is nothing."""
        try:
            parts = [java_text(one, self.budget) for one in operands if one is not None]
            self.budget.check_text(sum(map(len, parts)))
        except ExpressionError as error:
            raise self._fail(offset, error) from error
        return "".join(parts)

    def equals(self, offset: int, left: object, right: object) -> object:
        """Do `a == b`."""
        return self._operate(offset, operators.equals, left, right, self.budget)

    def differs(self, offset: int, left: object, right: object) -> bool:
        """Do `a != b`."""
        return not self.equals(offset, left, right)

    def _compare(self, offset: int, left: object, right: object, *accepted: int) -> bool:
        return self._operate(offset, operators.compare, left, right) in accepted

    def less(self, offset: int, left: object, right: object) -> bool:
        """Do `a < b`."""
        return self._compare(offset, left, right, -1)

    def greater(self, offset: int, left: object, right: object) -> bool:
        """Do `a > b`."""
        return self._compare(offset, left, right, 1)

    def less_or_equal(self, offset: int, left: object, right: object) -> bool:
        """Do `a <= b`."""
        return self._compare(offset, left, right, -1, 0)

    def greater_or_equal(self, offset: int, left: object, right: object) -> bool:
        """Do `a >= b`."""
        return self._compare(offset, left, right, 1, 0)

    def contains(self, offset: int, container: object, wanted: object) -> object:
        """Do `a contains b`."""
        return self._operate(offset, operators.contains, container, wanted, self.budget)

    def is_in(self, offset: int, wanted: object, container: object) -> object:
        """Do `a isIn b`."""
        return self._operate(offset, operators.is_in, wanted, container, self.budget)

    def is_not_in(self, offset: int, wanted: object, container: object) -> bool:
        """Do `a not in b`."""
        return not self.is_in(offset, wanted, container)

    def span(self, offset: int, start: object, end: object) -> object:
        """Do `a..b`."""
        return self.function(offset, "range", (start, end), None)

    def list(self, offset: int, *items: object) -> list[object]:
        """Make a list."""
        self.budget.spend(len(items))
        return [*items]

    def map(self, offset: int, *items: object) -> dict[object, object]:
        """Make a map out of keys and values in turn."""
        result: dict[object, object] = {}
        for key, value in zip(items[::2], items[1::2], strict=True):
            if key is not None and not isinstance(key, str | int | float):
                error = ExpressionValueError(f"A {type_name(key)} cannot be the key of a map")
                raise self._fail(offset, error)
            result[key] = value
        return result

    # Filters, functions, tests

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
        return self._fail(offset, ExpressionValueError(message, hint=hint))

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
                self.budget.check_text(len(result))
            return result
        except ExpressionError as error:
            raise self._fail(offset, error) from error
        except MISUSE as error:
            kinds = ", ".join(type_name(one) for one in (*leading[-1:], *positional))
            kinds = kinds if entry.kind == "filter" else ", ".join(map(type_name, positional))
            misused = ExpressionValueError(
                f"The '{entry.name}' {entry.kind} cannot work with ({kinds})"
            )
            raise self._fail(offset, misused) from error

    # Tags

    def iterate(self, offset: int, name: str, value: object) -> Iterator[None]:
        """Go through a list or map: one variable for the item, one called `loop`."""
        items = operators.items_of(value)
        self._empty = False
        if value is None:
            return
        if items is None:
            error = ExpressionValueError(f"Not an iterable object: {type_name(value)}")
            raise self._fail(offset, error)
        scope = self.scope if self.scope is not None else Scope({}, None)
        inner = Scope({}, scope)
        self.scope = inner
        length = len(items)
        for index, item in enumerate(items):
            self._pass(offset)
            inner.names[name] = item
            inner.names["loop"] = {
                "index": index,
                "length": length,
                "first": index == 0,
                "last": index == length - 1,
                "revindex": length - index - 1,
            }
            yield
        self.scope = scope
        self._empty = length == 0

    def _pass(self, offset: int) -> None:
        try:
            self.budget.iterate()
        except ExpressionError as error:
            raise self._fail(offset, error) from error

    def was_empty(self, offset: int) -> bool:
        """Tell whether the loop that just ended had nothing to go through."""
        return self._empty

    def verbatim(self, offset: int, text: str) -> str:
        """Return the text of a raw or verbatim tag, safe from being rendered again."""
        return text.replace("{", RAW_BRACE) if self.marks_raw else text

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
            raise self._fail(offset, error)
        for part in body(self):
            if part is not None:
                parts.append(part if type(part) is str else java_text(part, self.budget))
                characters += len(parts[-1])
                self.budget.check_text(characters)
        self.depth -= 1
        return "".join(parts)

    def block(self, offset: int, positional: tuple[object, ...]) -> str:
        """Return what a block prints."""
        name = positional[0] if positional else None
        compiled_name = self.template.blocks.get(name) if isinstance(name, str) else None
        if compiled_name is None:
            wanted = name if isinstance(name, str) else type_name(name)
            raise self._unknown(
                offset, f"Block [{wanted}] does not exist.", wanted, [*self.template.blocks]
            )
        return self.capture(offset, compiled_name)

    def _macro(
        self,
        offset: int,
        name: str,
        positional: tuple[object, ...],
        named: Mapping[str, object] | None,
    ) -> str:
        macro = self.template.macros[name]
        given = dict(zip(macro.parameters, positional, strict=False))
        for keyword, value in (named or {}).items():
            given[keyword] = value
        unknown = [keyword for keyword in given if keyword not in macro.parameters]
        if len(positional) > len(macro.parameters) or unknown:
            error = ExpressionValueError(
                f"The macro '{name}' takes the arguments ({', '.join(macro.parameters)})"
            )
            raise self._fail(offset, error)
        outer = self.scope
        self.scope = Scope(given, outer, closed=True)
        text = self.capture(offset, macro.block)
        self.scope = outer
        return text

    def preset(self, offset: int, name: Lazy, value: Lazy) -> None:
        """Give a parameter of a macro its default, unless an argument was given."""
        parameter = str(name())
        if self.scope is not None and parameter not in self.scope.names:
            self.scope.names[parameter] = value()


RAW_BRACE = "\ue000"
"""Stands for a brace of a raw tag while a text is rendered several times."""

_UNDEFINED = object()
