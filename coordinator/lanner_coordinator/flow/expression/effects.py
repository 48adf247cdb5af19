"""The one door through which an expression reaches the world.

Rendering is pure but for the functions that ask for the time, random bytes, secrets, stored keys
or files. They all go through one `Effects`, which whoever renders has to give.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn, Protocol

from lanner_coordinator.flow.expression.errors import EffectError

ENCRYPTED_TYPE = "io.kestra.datatype:aes_encrypted"
"""What `type` says of a map that stands for a secret text, encrypted as its `value`."""


SEALED_TYPE = "io.lanner.datatype:sealed"
"""What `type` says of a map that stands for a value in which there are secrets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedValue:
    """What a map of the type `SEALED_TYPE` stands for.

    Attributes:
        value: The value.
        secrets: The texts in it that are secrets.
    """

    value: object = field(repr=False)
    secrets: Sequence[str] = field(repr=False)


class Effects(Protocol):
    """What functions with an effect may ask for.

    Every method may raise EffectError with a sentence; other errors are bugs of the implementation.
    The calls are made one after another, in the order of the text, from the thread that renders.
    """

    def now(self) -> datetime:
        """Return the current time, aware."""
        ...

    def random_bytes(self, count: int) -> bytes:
        """Return `count` random bytes: what uuid(), id(), randomInt() ... are made of."""
        ...

    def secret(self, key: str, namespace: str | None, subkey: str | None) -> str:
        """Return the value of a secret; None as namespace means the one of the flow."""
        ...

    def stored_secret(self, stored: Mapping[str, object]) -> str | None:
        """Return the text of a value that is stored as a secret; None: leave it as it is."""
        return None

    @property
    def has_sealed(self) -> bool:
        """Whether values may have parts that are stored as secrets, however deep."""
        return False

    def sealed_value(self, stored: Mapping[str, object]) -> SealedValue | None:
        """Return a value that is stored encrypted because of the secrets in it; None: leave it."""
        return None

    def kv(self, key: str, namespace: str | None, error_on_missing: bool) -> object:
        """Return the value stored under a key; None as namespace means the one of the flow.

        A key that is not there is null or, with `error_on_missing`, a MissingKeyError.
        """
        ...

    def read(self, uri: str) -> str:
        """Return the text of a file: a storage URI or the path of a namespace file."""
        ...

    def secrets_in(self, text: str) -> Sequence[str]:
        """Return the known secrets that a text from elsewhere has in it."""
        return ()

    def file_size(self, uri: str) -> int:
        """Return the size of a file in bytes."""
        ...

    def file_exists(self, uri: str) -> bool:
        """Tell whether a file is there."""
        ...

    def call(
        self, name: str, arguments: tuple[object, ...], keywords: Mapping[str, object]
    ) -> object:
        """Call any other function with an effect; an unknown one raises ExpressionError."""
        ...


class NoEffects(Effects):
    """Refuses every effect with a sentence: for validation and previews."""

    def now(self) -> datetime:
        """Refuse to tell the time."""
        self._refuse("now")

    def random_bytes(self, count: int) -> bytes:
        """Refuse to give random bytes."""
        self._refuse("random values")

    def secret(self, key: str, namespace: str | None, subkey: str | None) -> str:
        """Refuse to look up a secret."""
        self._refuse("secret")

    def kv(self, key: str, namespace: str | None, error_on_missing: bool) -> object:
        """Refuse to look up a key."""
        self._refuse("kv")

    def read(self, uri: str) -> str:
        """Refuse to read a file."""
        self._refuse("read")

    def file_size(self, uri: str) -> int:
        """Refuse to look at a file."""
        self._refuse("fileSize")

    def file_exists(self, uri: str) -> bool:
        """Refuse to look for a file."""
        self._refuse("fileExists")

    def call(
        self, name: str, arguments: tuple[object, ...], keywords: Mapping[str, object]
    ) -> object:
        """Refuse any other function."""
        self._refuse(name)

    def _refuse(self, what: str) -> NoReturn:
        raise EffectError(f"The function '{what}' is not available here: nothing is running yet")
