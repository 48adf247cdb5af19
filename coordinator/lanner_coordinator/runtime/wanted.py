"""What is somewhere else and must be read there before a text can be rendered: secrets, files."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

_Result = TypeVar("_Result")

_MOST_READINGS = 1000
"""Readings that one piece of work may wait for, one after the other."""


class Wanted(Exception):
    """Rendering goes no further without something that is elsewhere.

    No error of the text: whoever renders lets it be read, which takes a while, and does it all
    again. Nothing of what was rendered may have had an effect.

    Attributes:
        begin: Has it read without waiting, for those who cannot; any thread may call it.
        is_slow: Whether it may take minutes, as what is elsewhere is tried again.
    """

    def __init__(
        self,
        what: str,
        *,
        begin: Callable[[], object],
        read: Callable[[], Awaitable[None]],
        is_slow: bool = False,
    ) -> None:
        super().__init__(f"{what}: try again")
        self.begin = begin
        self.is_slow = is_slow
        self._read = read

    async def read(self) -> None:
        """Have it read; that it cannot be is known then, too."""
        await self._read()


async def when_read(work: Callable[[], _Result]) -> _Result:
    """What some work gives that renders, once all is there that it asks for."""

    async def at_once() -> _Result:
        return work()

    return await when_all_is_read(at_once)


async def when_all_is_read(work: Callable[[], Awaitable[_Result]]) -> _Result:
    """As `when_read`, of work that waits itself."""
    for _ in range(_MOST_READINGS):
        try:
            return await work()
        except Wanted as wanted:
            await wanted.read()
    return await work()
