"""The key-value store as one task run, or one expression, sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from lanner_coordinator.flow.key_values import KeyValueType, read_value
from lanner_coordinator.flow.types.keeping import MISSING, KeyValues, Setting
from lanner_coordinator.runtime.key_values.book import Change, KeyValueBook
from lanner_coordinator.runtime.secrets.sealing import sealed_in


class TaskKeyValues(KeyValues):
    """Reads from the book and changes it; see `KeyValues`.

    Attributes:
        changes: What it changed, to be made durable, in order.
    """

    def __init__(
        self,
        book: KeyValueBook,
        *,
        namespace: str,
        flow_id: str,
        now: datetime,
        iteration_value: str = "",
        seal: Callable[[str], str] = str,
    ) -> None:
        self._book = book
        self._namespace = namespace
        self._flow_id = flow_id
        self._now = now
        self._iteration_value = iteration_value
        self._seal = seal
        self.changes: list[Change] = []

    @property
    def namespace(self) -> str:
        """Of the flow."""
        return self._namespace

    @property
    def flow_id(self) -> str:
        """Of the flow."""
        return self._flow_id

    @property
    def iteration_value(self) -> str:
        """Value of the iteration that the task run is in; empty: none."""
        return self._iteration_value

    def get(self, key: str, namespace: str | None = None) -> object:
        """A value, or `MISSING`."""
        look = self._book.get if namespace else self._book.find
        record = look(namespace or self._namespace, key, self._now)
        if record is None:
            return MISSING
        return sealed_in(record.value) or read_value(KeyValueType(record.type), record.value)

    def set(self, key: str, setting: Setting, namespace: str | None = None) -> None:
        """Set a value."""
        self.changes.append(
            self._book.set(
                namespace or self._namespace,
                key,
                setting,
                self._now,
                self._namespace,
                self._seal,
            )
        )

    def delete(self, key: str, namespace: str | None = None) -> bool:
        """Remove a value; whether there was one."""
        change = self._book.delete(namespace or self._namespace, key, self._now)
        if change is None:
            return False
        self.changes.append(change)
        return True

    def keys(self, prefix: str, namespace: str | None = None) -> Sequence[str]:
        """Keys of a namespace that start with a text, in order."""
        records = self._book.list(namespace or self._namespace, prefix, self._now)
        return [record.key for record in records]
