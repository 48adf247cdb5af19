"""Operators and conditions."""

from __future__ import annotations

from collections.abc import Callable

from lanner_coordinator.flow.expression import operators
from lanner_coordinator.flow.expression.errors import ExpressionError, UndefinedError
from lanner_coordinator.flow.expression.printing import java_text
from lanner_coordinator.flow.expression.runtime.variables import Variables
from lanner_coordinator.flow.expression.truth import as_condition
from lanner_coordinator.flow.expression.values import MINIMUM

Lazy = Callable[[], object]
"""An operand that is only evaluated when it is needed."""

_UNDEFINED = object()


class Operations(Variables):
    """Adds operators, conditions, lists and maps."""

    __slots__ = ()

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
            raise self.failed(offset, error) from error

    def negate(self, offset: int, value: object) -> bool:
        """Do `not a`."""
        return not self._truth(offset, value, "the `not` operator")

    def condition(self, offset: int, value: object) -> bool:
        """Tell whether `{% if value %}` holds."""
        return self._truth(offset, value, "the `if` tag")

    def is_chosen(self, offset: int, value: object) -> bool:
        """Tell whether `value ? a : b` gives a; null gives b."""
        return value is not None and self._truth(offset, value, "the `? :` operator")

    def _operate(self, offset: int, work: Callable[..., object], *operands: object) -> object:
        try:
            result = work(*operands)
        except ExpressionError as error:
            raise self.failed(offset, error) from error
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
            parts: list[str] = []
            characters = 0
            for one in operands:
                if one is not None:
                    parts.append(java_text(one, self.budget))
                    characters += len(parts[-1])
                    self.budget.check_text(characters)
            self.budget.spend_text(characters)
        except ExpressionError as error:
            raise self.failed(offset, error) from error
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

    def make_list(self, offset: int, *items: object) -> list[object]:
        """Make a list."""
        self.budget.spend(len(items))
        return [*items]

    def make_map(self, offset: int, *items: object) -> dict[object, object]:
        """Make a map out of keys and values in turn; keys are texts and numbers, as in JSON."""
        result: dict[object, object] = {}
        for key, value in zip(items[::2], items[1::2], strict=True):
            plain = isinstance(key, str | int | float) and not isinstance(key, bool)
            result[key if plain else self._key_text(offset, key)] = value
        return result

    def _key_text(self, offset: int, key: object) -> str:
        try:
            return "null" if key is None else java_text(key, self.budget)
        except ExpressionError as error:
            raise self.failed(offset, error) from error
