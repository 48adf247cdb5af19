"""A provider of secrets in memory that can be down, or slow."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from lanner_coordinator.runtime.secrets.providers.contract import ProviderFailed, SecretProvider


class FakeProvider(SecretProvider):
    """Keeps secrets by namespace and key.

    Attributes:
        secrets: What it has.
        is_down: It fails.
        asked: Namespaces and keys that were read, in order.
        may_answer: While this is not set, reading waits.
    """

    def __init__(self, secrets: dict[tuple[str, str], str] | None = None) -> None:
        self.secrets = secrets or {}
        self.is_down = False
        self.asked: list[tuple[str, str]] = []
        self.may_answer = threading.Event()
        self.may_answer.set()

    def read(self, namespace: str, key: str) -> str | None:
        """A secret."""
        self.asked.append((namespace, key))
        self.may_answer.wait(5)
        self._check()
        return self.secrets.get((namespace, key))

    def write(self, namespace: str, key: str, value: str) -> None:
        """Set one."""
        self._check()
        self.secrets[namespace, key] = value

    def remove(self, namespace: str, key: str) -> bool:
        """Remove one."""
        self._check()
        return self.secrets.pop((namespace, key), None) is not None

    def keys(self, namespace: str) -> Sequence[str]:
        """Names."""
        self._check()
        return sorted(key for level, key in self.secrets if level == namespace)

    def _check(self) -> None:
        if self.is_down:
            raise ProviderFailed('the secret provider "fake" did not answer')
