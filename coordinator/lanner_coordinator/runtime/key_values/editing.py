"""Key-values for people: read at once, changed durably."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from lanner_coordinator.flow.types.keeping import Setting
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import AlreadyThere, InvalidRequest, NotFound
from lanner_coordinator.runtime.key_values.book import Change, KeyValueBook, last_values
from lanner_coordinator.runtime.namespace_names import check_place
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit, KeyValueRecord


class KeyValueEditor:
    """Reads and changes the book, and makes changes durable before it answers."""

    def __init__(self, *, book: KeyValueBook, store: Store, clock: Clock) -> None:
        self._book = book
        self._store = store
        self._clock = clock

    def get(self, namespace: str, key: str, *, is_inherited: bool) -> KeyValueRecord:
        """A value; with `is_inherited` also of the nearest namespace above that has the key.

        Raises:
            NotFound: There is none.
        """
        look = self._book.find if is_inherited else self._book.get
        record = look(namespace, key, self._clock.now())
        if record is None:
            raise _no_such_key(namespace, key)
        return record

    def page(
        self, namespace: str, prefix: str, *, limit: int, offset: int
    ) -> tuple[Sequence[KeyValueRecord], int]:
        """Values of a namespace in order of key, and how many there are."""
        found = self._book.list(namespace, prefix, self._clock.now())
        return found[offset : offset + limit], len(found)

    async def set(self, namespace: str, key: str, setting: Setting) -> KeyValueRecord:
        """Set a value, in any namespace: a person may prepare what flows will need.

        Raises:
            InvalidRequest: The namespace, the key or the value is wrong.
            AlreadyThere: There is one that may not be overwritten.
        """
        now = self._clock.now()
        check_place(namespace)
        if not setting.may_overwrite and self._book.get(namespace, key, now) is not None:
            raise AlreadyThere(f"The key '{key}' exists already in the namespace '{namespace}'")
        change = self._changed(namespace, key, setting, now)
        await self._make_durable(change)
        return self.get(namespace, key, is_inherited=False)

    async def delete(self, namespace: str, key: str) -> None:
        """Remove a value.

        Raises:
            NotFound: There is none.
        """
        change = self._book.delete(namespace, key, self._clock.now())
        if change is None:
            raise _no_such_key(namespace, key)
        await self._make_durable(change)

    def namespaces(self) -> Sequence[str]:
        """Those that have values, expired ones too."""
        return sorted(self._book.counts())

    async def purge(
        self, namespace: str, is_asked: Callable[[str], bool], *, expired_only: bool
    ) -> int:
        """Remove the values of a namespace whose keys are asked for; how many."""
        changes = self._book.purge(
            namespace, is_asked, self._clock.now(), expired_only=expired_only
        )
        if changes:
            await self._make_durable(*changes)
        return len(changes)

    def _changed(self, namespace: str, key: str, setting: Setting, now: datetime) -> Change:
        try:
            return self._book.set(namespace, key, setting, now, flow_namespace=namespace)
        except ValueError as error:
            raise InvalidRequest(str(error)) from error

    async def _make_durable(self, *changes: Change) -> None:
        # A caller that goes away must not part what is durable from what is in memory.
        await asyncio.shield(self._commit(changes))

    async def _commit(self, changes: Sequence[Change]) -> None:
        values = last_values(changes)
        commit = Commit(
            key_values=[value for value in values.values() if value is not None],
            removed_keys=[name for name, value in values.items() if value is None],
        )
        try:
            await self._store.commit(commit)
        except BaseException:
            self._book.revert(changes)
            raise


def _no_such_key(namespace: str, key: str) -> NotFound:
    return NotFound(f"The key '{key}' does not exist in the namespace '{namespace}'.")
