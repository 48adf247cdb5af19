"""Where expressions get the values of secrets from."""

from __future__ import annotations

from typing import Protocol

MAX_VALUE_BYTES = 64 * 1024
"""Longest value of a secret."""


class SecretUnreadable(LookupError):
    """A secret cannot be read; the text is a sentence without its value."""


class SecretMissing(SecretUnreadable):
    """There is no such secret."""

    def __init__(self, key: str, namespace: str) -> None:
        super().__init__(
            f"Cannot find secret for key '{key}'. Set it with `lanner secret set {key} "
            f"-n {namespace or 'NAMESPACE'}`, or as SECRET_{key.upper()} (base64) in the "
            "environment of the coordinator"
        )


class SecretValues(Protocol):
    """Gives the values of secrets, at once: nothing here waits."""

    def get(self, key: str, namespace: str) -> str:
        """The value of a secret that a flow of this namespace sees.

        Raises:
            SecretMissing: There is none.
            SecretUnreadable: It cannot be read.
        """
        ...
