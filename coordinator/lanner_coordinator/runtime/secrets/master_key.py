"""Where the master key comes from, and how another one takes its place.

Of the environment (`LANNER_ENCRYPTION_KEY`, base 64), else of a file that the coordinator makes at
its first start. A change of the key has three steps, each of which a crash may follow:

1. the new key is there beside the old one (`encryption.key.next`, or the old one is given as
   `LANNER_ENCRYPTION_KEY_PREVIOUS`);
2. the data keys are wrapped with the new one, in one commit of the store;
3. the old one goes.

At a start whichever opens the data keys tells which step was done last, and the rest is done.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lanner_coordinator.errors import StartError
from lanner_coordinator.keys import load_or_make_key, make_key, replace_key
from lanner_coordinator.runtime.encryption import KEY_SIZES, BadKey, parse_key

logger = logging.getLogger(__name__)

KEY_VARIABLE = "LANNER_ENCRYPTION_KEY"
"""Variable of the environment with the master key, in base 64."""

PREVIOUS_VARIABLE = "LANNER_ENCRYPTION_KEY_PREVIOUS"
"""Variable with the master key of before, while it is changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenKeys:
    """The master keys that are there.

    Attributes:
        wanted: The one to wrap with.
        others: Those that the data keys may still be wrapped with.
    """

    wanted: bytes = field(repr=False)
    others: Sequence[bytes] = field(default=(), repr=False)


class MasterKey:
    """Reads the master key and changes it. Methods block: they belong to a thread."""

    def __init__(self, environment: Mapping[str, str], path: Path) -> None:
        self._given = environment.get(KEY_VARIABLE)
        self._previous = environment.get(PREVIOUS_VARIABLE)
        self._path = path
        self._next_path = path.with_name(path.name + ".next")

    @property
    def origin(self) -> str:
        """Where it comes from, for people."""
        return str(self._path) if self._given is None else KEY_VARIABLE

    @property
    def is_of_environment(self) -> bool:
        """Whoever sets the environment changes the key, not the coordinator."""
        return self._given is not None

    def read(self, *, is_needed: bool) -> GivenKeys:
        """The keys that are there; one is made when there is none.

        Args:
            is_needed: Something is wrapped already: a key that is missing must be found again.

        Raises:
            StartError: It is no key, or missing; says what to do.
        """
        previous = [_parsed(PREVIOUS_VARIABLE, self._previous)] if self._previous else []
        if self._given is not None:
            return GivenKeys(wanted=_parsed(KEY_VARIABLE, self._given), others=previous)
        try:
            if self._next_path.exists():
                old = [_read(self._path)] if self._path.exists() else []
                return GivenKeys(wanted=_read(self._next_path), others=[*old, *previous])
            if is_needed and not previous and not self._path.exists():
                raise StartError(
                    f"{self._path} is missing, and the secrets of this data folder cannot be read "
                    f"without it: put it back from your backup, or give its base 64 as "
                    f"{KEY_VARIABLE}. Nothing was changed, and no new key was made"
                )
            load_or_make_key(self._path)
            return GivenKeys(wanted=_read(self._path), others=previous)
        except OSError as error:
            raise StartError(
                f"the key file {self._path} cannot be read or made: {error.strerror}"
            ) from error

    def prepare(self) -> bytes:
        """Step 1: a new key beside the old one.

        Raises:
            OSError: It cannot be written.
        """
        return make_key(self._next_path)

    def settle(self) -> None:
        """Step 3: the new key in the place of the old one, if there is one.

        Raises:
            OSError: It cannot be moved.
        """
        if not self.is_of_environment and self._next_path.exists():
            replace_key(self._next_path, self._path)

    def abandon(self) -> None:
        """Take step 1 back: nothing is wrapped with the new key."""
        self._next_path.unlink(missing_ok=True)


def _read(path: Path) -> bytes:
    key = path.read_bytes()
    if path.stat().st_mode & 0o077:
        logger.warning(
            "the key file %s can be read by other users of this host: chmod 600 changes that", path
        )
    if len(key) not in KEY_SIZES:
        raise StartError(
            f"{path} is no key: it must hold 16, 24 or 32 bytes; put it back from your backup"
        )
    return key


def _parsed(name: str, text: str) -> bytes:
    try:
        return parse_key(text)
    except BadKey as error:
        raise StartError(f"{name} is no key: {error}") from error
