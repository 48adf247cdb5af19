"""A secret that is somewhere else and must be read there before a text can be rendered."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

_Result = TypeVar("_Result")

_MOST_READINGS = 100
"""Secrets that one piece of work may wait for, one after the other."""


class SecretWanted(Exception):
    """Rendering goes no further without a secret that a provider has.

    No error of the text: whoever renders lets the secret be read, which takes a while, and does it
    all again. Nothing of what was rendered may have had an effect.

    Attributes:
        begin: Has the provider asked without waiting, for those who cannot.
    """

    def __init__(
        self, name: str, *, begin: Callable[[], object], read: Callable[[], Awaitable[None]]
    ) -> None:
        super().__init__(f"the secret '{name}' is being read by its provider: try again")
        self.begin = begin
        self._read = read

    async def read(self) -> None:
        """Have the provider asked; whatever it answers, or does not, is known then."""
        await self._read()


async def when_read(work: Callable[[], _Result]) -> _Result:
    """What some work gives that renders, once all secrets are there that it asks for."""
    for _ in range(_MOST_READINGS):
        try:
            return work()
        except SecretWanted as wanted:
            await wanted.read()
    return work()
