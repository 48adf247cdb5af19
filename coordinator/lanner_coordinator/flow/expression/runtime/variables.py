"""The state of one rendering, and how names are looked up in it."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.expression import lookup, suggestions
from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.compiler import Template
from lanner_coordinator.flow.expression.effects import ENCRYPTED_TYPE, SEALED_TYPE, Effects
from lanner_coordinator.flow.expression.errors import ExpressionError, UndefinedError
from lanner_coordinator.flow.expression.places import locate
from lanner_coordinator.flow.expression.printing import check_size
from lanner_coordinator.flow.expression.scopes import Scope
from lanner_coordinator.flow.expression.sealed_names import is_sealed_name, value_of
from lanner_coordinator.flow.expression.secrets import SecretTexts


class Variables:
    """The state of one rendering, and the names in it.

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
        loop_was_empty: Whether the loop that just ended had nothing to go through.
        marks_raw: Whether braces of raw tags are replaced by `RAW_BRACE`, as the result is
            rendered again.
    """

    __slots__ = (
        "budget",
        "depth",
        "effects",
        "loop_was_empty",
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
        self.loop_was_empty = False

    def failed(self, offset: int, error: ExpressionError) -> ExpressionError:
        """Return an error with its place in the text, to be raised."""
        locate(error, self.template.source, offset)
        return error

    def variable(self, offset: int, name: str) -> object:
        """Return a variable, with all in it opened that is stored as a secret."""
        value = self.variable_on_the_way(offset, name)
        kind = type(value)
        return self._whole(offset, value) if kind is dict or kind is list else value

    def variable_on_the_way(self, offset: int, name: str) -> object:
        """Return a variable, to look into it."""
        scope = self.scope
        if scope is None:
            if name in self.variables:
                value = self.variables[name]
                return self._opened(offset, value) if type(value) is dict else value
        else:
            holder = scope.holder(name)
            if holder is not None:
                return holder.names[name]
            if name in self.variables and scope.sees_variables():
                value = self.variables[name]
                return self._opened(offset, value) if type(value) is dict else value
        raise self.failed(offset, UndefinedError(name, hint=self._variable_hint(name)))

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
        """Return what `container.key` or `container[key]` stands for, as `variable` does."""
        if type(container) is dict and type(key) is str and key in container:
            value = container[key]
        else:
            value = self._looked_up(offset, container, key)
        kind = type(value)
        return self._whole(offset, value) if kind is dict or kind is list else value

    def attribute_on_the_way(self, offset: int, container: object, key: object) -> object:
        """Return what `container.key` stands for, to look into it."""
        if type(container) is dict and type(key) is str and key in container:
            value = container[key]
        else:
            value = self._looked_up(offset, container, key)
        return self._opened(offset, value) if type(value) is dict else value

    def _looked_up(self, offset: int, container: object, key: object) -> object:
        try:
            return lookup.look_up(container, key)
        except ExpressionError as error:
            if self.effects.has_sealed and type(container) is dict and type(key) is str:
                for name in container:
                    if type(name) is str and is_sealed_name(name) and self.opened_name(name) == key:
                        return container[name]
            raise self.failed(offset, error) from error

    def opened_name(self, name: str) -> object:
        """Return the name of an iteration, in clear where it is a secret.

        Raises:
            ExpressionError: It cannot be opened.
        """
        return self.opened(value_of(name)) if is_sealed_name(name) else name

    def _whole(self, offset: int, value: object) -> object:
        """Return a value with all in it opened that is stored as a secret."""
        try:
            if self.effects.has_sealed:
                return self.opened(value)
            return self._opened_map(value) if type(value) is dict else value
        except ExpressionError as error:
            raise self.failed(offset, error) from error

    def opened(self, value: object) -> object:
        """Return a value with all in it opened that is stored as a secret, however deep.

        Raises:
            ExpressionError: Something in it cannot be opened.
        """
        if type(value) is dict:
            self.budget.spend()
            found = self._opened_map(value)
            if found is not value:
                return found
            return {
                self.opened_name(key) if type(key) is str else key: self.opened(one)
                for key, one in value.items()
            }
        if type(value) is list:
            self.budget.spend(len(value))
            return [self.opened(one) for one in value]
        return value

    def _opened(self, offset: int, value: dict[str, object]) -> object:
        try:
            return self._opened_map(value)
        except ExpressionError as error:
            raise self.failed(offset, error) from error

    def _opened_map(self, value: dict[str, object]) -> object:
        """Return a map; one that stands for what is stored as a secret gives that."""
        kind = value.get("type")
        if kind == SEALED_TYPE:
            return self._unsealed(value)
        text = self.effects.stored_secret(value) if kind == ENCRYPTED_TYPE else None
        if text is None:
            return value
        self.secrets.add(text)
        return text

    def _unsealed(self, stored: dict[str, object]) -> object:
        sealed = self.effects.sealed_value(stored)
        if sealed is None:
            return stored
        for secret in sealed.secrets:
            self.secrets.add(secret)
        return sealed.value

    def assign(self, offset: int, name: str, value: object) -> None:
        """Do `{% set name = value %}`: where the name is known already, else right here."""
        try:
            # Refuses values that grow without end, as `set x = [x, x]` in a loop would.
            check_size(value, self.budget)
        except ExpressionError as error:
            raise self.failed(offset, error) from error
        if self.scope is None:
            self.scope = Scope({}, None)
        holder = self.scope.holder(name)
        if holder is None:
            seen = name in self.variables and self.scope.sees_variables()
            holder = self.scope.outermost() if seen else self.scope
        holder.names[name] = value
