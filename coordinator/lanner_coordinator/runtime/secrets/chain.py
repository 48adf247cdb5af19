"""Secrets of several places: the first that has one gives it."""

from __future__ import annotations

from collections.abc import Sequence

from lanner_coordinator.runtime.secrets.values import SecretMissing, SecretValues


class SecretChain(SecretValues):
    """Asks one place after the other."""

    def __init__(self, places: Sequence[SecretValues]) -> None:
        self._places = tuple(places)

    def get(self, key: str, namespace: str) -> str:
        """The value of the first place that has the secret."""
        for place in self._places:
            try:
                return place.get(key, namespace)
            except SecretMissing:
                continue
        raise SecretMissing(key, namespace)
