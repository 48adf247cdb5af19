"""Remembers which texts give a secret away.

A secret is tracked by its value: whatever an operator, filter or function makes out of a value that
contains the secret is a secret too, in every form. What only passes through (another item of the
same list) is not.
"""

from __future__ import annotations

from collections.abc import Iterator
from json.encoder import encode_basestring

from lanner_coordinator.flow.expression.budget import Budget
from lanner_coordinator.flow.expression.errors import ExpressionError
from lanner_coordinator.flow.expression.printing import scalar_text
from lanner_coordinator.flow.expression.values import is_mapping, is_number, is_sequence

HIDDEN = "********"
"""What stands in place of a secret."""

_SHORTEST_DERIVED = 3
_SHORTEST_NUMBER = 4


class SecretTexts:
    """The secret texts of one rendering.

    Attributes:
        texts: The secrets and everything made of them.
    """

    __slots__ = ("_pieces", "texts")

    def __init__(self, known: frozenset[str]) -> None:
        self.texts: set[str] = set()
        self._pieces: set[str] = set()
        for text in known:
            self.add(text)

    def add(self, text: str) -> None:
        """Remember a secret."""
        if text:
            self.texts.add(text)
            self.texts.add(encode_basestring(text)[1:-1])

    def taint(self, sources: object, result: object, budget: Budget) -> None:
        """Remember what was made out of `sources`, if one of them has a secret in it."""
        if not self.texts:
            return
        leaves = set(_leaves(sources, budget, with_keys=True))
        if self._pieces.isdisjoint(leaves) and not any(self.contains(leaf) for leaf in leaves):
            return
        for text in _leaves(result, budget, with_keys=False):
            if text in leaves:
                continue
            if len(text) >= _SHORTEST_DERIVED:
                self.add(text)
            elif text:
                # Found everywhere, so that it is no secret by itself; what is made of it is one.
                self._pieces.add(text)

    def hide_in(self, error: ExpressionError) -> None:
        """Take the secrets out of what an error says."""
        error.message = self._hidden(error.message)
        error.hint = self._hidden(error.hint)
        error.excerpt = self._hidden(error.excerpt)
        error.args = (error.message,)

    def _hidden(self, text: str) -> str:
        for secret in sorted(self.texts, key=len, reverse=True):
            if len(secret) >= _SHORTEST_DERIVED:
                # Names are told in capital letters too.
                text = text.replace(secret, HIDDEN).replace(secret.upper(), HIDDEN)
        return text

    def contains(self, text: str) -> bool:
        """Tell whether a text has a secret in it."""
        return any(secret in text for secret in self.texts)


def _leaves(value: object, budget: Budget, *, with_keys: bool) -> Iterator[str]:
    """Return the texts in a value, and the numbers that are long enough to tell something."""
    pending = [value]
    while pending:
        item = pending.pop()
        budget.spend()
        if isinstance(item, str):
            yield item
        elif is_mapping(item):
            pending.extend(item.values())
            pending.extend(item if with_keys else ())
        elif is_sequence(item):
            pending.extend(item)
        elif is_number(item):
            text = scalar_text(item)
            if len(text) >= _SHORTEST_NUMBER:
                yield text
