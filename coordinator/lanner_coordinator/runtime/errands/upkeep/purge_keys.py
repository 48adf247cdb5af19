"""Removes keys of the key-value store: `core.kv.PurgeKV`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import Protocol

from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.instants import parse_instant
from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.upkeep.selection import texts
from lanner_coordinator.store.filter.glob import parse_glob


class Which(Enum):
    """Which of the keys that match go."""

    EXPIRED = "expired"
    ALL = "all"
    NONE = "none"


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
        which = _which(asked)
        if which is Which.NONE:
            return NativeResult(outputs={"size": 0})
        size = 0
        for namespace in self._keys.namespaces():
            if _is_asked(namespace, asked):
                expired_only = which is Which.EXPIRED
                size += await self._keys.purge(
                    namespace, pattern.matches, expired_only=expired_only
                )
        return NativeResult(outputs={"size": size})


def _which(asked: Mapping[str, object]) -> Which:
    """What `behavior` asks for; `expiredOnly`, its older form, goes before it."""
    if "expiredOnly" in asked:
        return _by_key(asked)
    behavior = asked.get("behavior") or {}
    if not isinstance(behavior, Mapping):
        raise ValueError("`behavior` must be a map, such as `{type: key, expiredOnly: true}`")
    kind = shown(behavior.get("type", "key"))
    if kind == "key":
        return _by_key(behavior)
    if kind == "version":
        return _by_version(behavior)
    raise ValueError(f"`behavior.type` is `{kind}`; it must be `key` or `version`")


def _by_key(asked: Mapping[str, object]) -> Which:
    return Which.EXPIRED if is_truthy(asked.get("expiredOnly", True)) else Which.ALL


def _by_version(behavior: Mapping[str, object]) -> Which:
    """Of a key only the newest version is kept, which no limit but `keepAmount: 0` asks for."""
    before, keep = behavior.get("before"), shown(behavior.get("keepAmount"))
    if before is not None and keep:
        raise ValueError("`behavior` cannot have both `before` and `keepAmount`")
    if keep and not keep.isdecimal():
        raise ValueError(f"`behavior.keepAmount` is `{keep}`; it must be a whole number")
    if before is not None:
        parse_instant(shown(before))
        return Which.NONE
    return Which.NONE if int(keep or 0) else Which.ALL


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
