"""What was done from this console, each act as the command that does the same."""

from __future__ import annotations

import shlex
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

MAX_ACTS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """Something that was done.

    Attributes:
        at: When it was answered.
        command: The CLI line that does the same.
        result: What came of it, a few words.
        is_ok: Whether it was done.
    """

    at: datetime
    command: str
    result: str
    is_ok: bool = True


class OperationLog:
    """The last acts, newest last."""

    def __init__(self) -> None:
        self._acts: deque[Act] = deque(maxlen=MAX_ACTS)

    def add(self, act: Act) -> None:
        """Note an act."""
        self._acts.append(act)

    @property
    def acts(self) -> tuple[Act, ...]:
        """All that are kept, newest last."""
        return tuple(self._acts)


def command_line(*words: str) -> str:
    """Write a `lanner` command as it is typed into a shell."""
    return shlex.join(["lanner", *words])


def options(name: str, values: Sequence[str]) -> list[str]:
    """Give an option once for each value."""
    return [word for value in values for word in (name, value)]
