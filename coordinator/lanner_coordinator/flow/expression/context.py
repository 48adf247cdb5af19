"""What compiled templates call while they are rendered.

The compiler writes `context.<method>(offset, ...)` for everything an expression does; the offset
says where in the text it stands, for the message of an error.
"""

from __future__ import annotations

from collections.abc import Iterator

from lanner_coordinator.flow.expression import operators
from lanner_coordinator.flow.expression.errors import ExpressionError, ExpressionValueError
from lanner_coordinator.flow.expression.runtime.invocations import Invocations
from lanner_coordinator.flow.expression.scopes import Scope
from lanner_coordinator.flow.expression.values import type_name

RAW_BRACE = "\ue000"
"""Stands for a brace of a raw tag while a text is rendered several times."""


class RenderContext(Invocations):
    """Adds tags: all that compiled templates call is here."""

    __slots__ = ()

    def iterate(self, offset: int, name: str, value: object) -> Iterator[None]:
        """Go through a list or map: one variable for the item, one called `loop`."""
        items = operators.items_of(value)
        self.loop_was_empty = False
        if value is None:
            return
        if items is None:
            error = ExpressionValueError(f"Not an iterable object: {type_name(value)}")
            raise self.failed(offset, error)
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
        self.loop_was_empty = length == 0

    def _pass(self, offset: int) -> None:
        try:
            self.budget.iterate()
        except ExpressionError as error:
            raise self.failed(offset, error) from error

    def was_empty(self, offset: int) -> bool:
        """Tell whether the loop that just ended had nothing to go through."""
        return self.loop_was_empty

    def verbatim(self, offset: int, text: str) -> str:
        """Return the text of a raw or verbatim tag, safe from being rendered again."""
        return text.replace("{", RAW_BRACE) if self.marks_raw else text

    def block(self, offset: int, positional: tuple[object, ...]) -> str:
        """Return what a block prints: nothing for one that is not there."""
        name = positional[0] if positional else None
        compiled_name = self.template.blocks.get(name) if isinstance(name, str) else None
        return "" if compiled_name is None else self.capture(offset, compiled_name)
