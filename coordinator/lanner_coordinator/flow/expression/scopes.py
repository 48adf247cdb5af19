"""The variables a template itself makes."""

from __future__ import annotations


class Scope:
    """Names set by `set`, loops and macros, in front of those of the scope around it.

    Attributes:
        names: The variables of this scope.
        parent: The scope around it; None for that of the template.
        closed: Whether nothing outside can be seen, as in a macro.
    """

    __slots__ = ("closed", "names", "parent")

    def __init__(
        self, names: dict[str, object], parent: Scope | None, *, closed: bool = False
    ) -> None:
        self.names = names
        self.parent = parent
        self.closed = closed

    def holder(self, name: str) -> Scope | None:
        """Return the nearest scope that has the name; None if none that can be seen has it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope
            scope = None if scope.closed else scope.parent
        return None

    def sees_variables(self) -> bool:
        """Tell whether the variables given to the rendering can be seen from here."""
        scope: Scope | None = self
        while scope is not None:
            if scope.closed:
                return False
            scope = scope.parent
        return True

    def outermost(self) -> Scope:
        """Return the scope of the template."""
        scope = self
        while scope.parent is not None and not scope.closed:
            scope = scope.parent
        return scope
