"""Removes keys of the key-value store: `core.kv.PurgeKV`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.upkeep.selection import texts
from lanner_coordinator.store.filter.glob import parse_glob


class KeyRemover(Protocol):
    """Removes keys."""

    def namespaces(self) -> Sequence[str]:
        """Those that have keys."""

    async def purge(
        self, namespace: str, is_asked: Callable[[str], bool], *, expired_only: bool
    ) -> int:
        """Remove keys of a namespace, durable; how many."""


class PurgeKeys:
    """Goes through the namespaces."""

    def __init__(self, keys: KeyRemover) -> None:
        self._keys = keys

    async def run(self, request: Request) -> NativeResult:
        """Remove what the task asks for."""
        asked = request.properties
        pattern = parse_glob(shown(asked.get("keyPattern")).strip() or "*")
        is_expired_only = _expired_only(asked)
        size = 0
        for namespace in self._keys.namespaces():
            if _is_asked(namespace, asked):
                size += await self._keys.purge(
                    namespace, pattern.matches, expired_only=is_expired_only
                )
        return NativeResult(outputs={"size": size})


def _expired_only(asked: Mapping[str, object]) -> bool:
    behavior = asked.get("behavior")
    given = behavior.get("expiredOnly", True) if isinstance(behavior, Mapping) else True
    return is_truthy(asked.get("expiredOnly", given))


def _is_asked(namespace: str, asked: Mapping[str, object]) -> bool:
    names = texts(asked.get("namespaces"))
    pattern = shown(asked.get("namespacePattern")).strip()
    if names and pattern:
        raise ValueError("`namespaces` and `namespacePattern` exclude each other")
    if pattern:
        return parse_glob(pattern).matches(namespace)
    if not names:
        return True
    with_below = is_truthy(asked.get("includeChildNamespaces", True))
    return any(
        namespace == name or (with_below and namespace.startswith(f"{name}.")) for name in names
    )
