"""What a provider of secrets can do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol


class ProviderFailed(Exception):
    """A provider did not answer, or refused; the text is a sentence without any value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderRules:
    """How a provider is used.

    Attributes:
        name: For people and for `--provider`.
        namespace: Flows of this namespace and below see it; empty: all.
        is_writable: Whether people may set and delete through the coordinator.
        timeout: For one question.
        lasts: How long an answer counts.
    """

    name: str
    namespace: str = ""
    is_writable: bool = False
    timeout: timedelta = timedelta(seconds=5)
    lasts: timedelta = timedelta(minutes=1)

    def sees(self, namespace: str) -> bool:
        """Whether flows of a namespace are given its secrets."""
        own = self.namespace
        return not own or namespace == own or namespace.startswith(f"{own}.")


class SecretProvider(Protocol):
    """Keeps secrets by namespace and key.

    All methods block, at most for about the provider's timeout, and may be called from several
    threads at once. They raise ProviderFailed.
    """

    def read(self, namespace: str, key: str) -> str | None:
        """The value of a secret of this very namespace; absent: there is none."""
        ...

    def write(self, namespace: str, key: str, value: str) -> None:
        """Set a secret."""
        ...

    def remove(self, namespace: str, key: str) -> bool:
        """Remove a secret; whether there was one."""
        ...

    def keys(self, namespace: str) -> Sequence[str]:
        """Keys of the secrets of this very namespace, in order."""
        ...
