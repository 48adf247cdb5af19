"""All key-values in memory, where tasks and expressions read and change them without waiting.

A change counts at once; it becomes durable with the commit that its maker puts it in, and is taken
back if that commit fails.
"""

from __future__ import annotations

import re
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from lanner_coordinator.flow.key_values import typed_value
from lanner_coordinator.flow.types.keeping import Setting
from lanner_coordinator.store.records import KeyValueRecord

MAX_VALUE_BYTES = 1024 * 1024
"""Longest value, as JSON: all values are held in memory. Files are for more."""

_KEY = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{0,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What became of one key.

    Attributes:
        namespace: Of the key.
        key: Which.
        before: What was there; absent: nothing.
        after: What is there; absent: nothing.
    """

    namespace: str
    key: str
    before: KeyValueRecord | None
    after: KeyValueRecord | None


class KeyValueBook:
    """The values by namespace and key. Methods belong to the event loop's thread."""

    def __init__(self) -> None:
        self._values: dict[str, dict[str, KeyValueRecord]] = {}
        self._keys: dict[str, list[str]] = {}
        self._namespaces: Callable[[], Iterable[str]] = tuple

    def load(self, records: Iterable[KeyValueRecord]) -> None:
        """Take what the store holds; before anything else."""
        for record in records:
            self._put(record)

    def know_namespaces(self, namespaces: Callable[[], Iterable[str]]) -> None:
        """Values may be set in these namespaces and in those above them."""
        self._namespaces = namespaces

    def counts(self) -> Mapping[str, int]:
        """How many values each namespace has, those that have just expired too."""
        return {namespace: len(keys) for namespace, keys in self._keys.items() if keys}

    def get(self, namespace: str, key: str, now: datetime) -> KeyValueRecord | None:
        """A value of this very namespace that has not expired."""
        record = self._values.get(namespace, {}).get(key)
        if record is None or (record.expires_at is not None and record.expires_at <= now):
            return None
        return record

    def find(self, namespace: str, key: str, now: datetime) -> KeyValueRecord | None:
        """A value of this namespace or of the nearest one above it that has the key."""
        while namespace:
            record = self.get(namespace, key, now)
            if record is not None:
                return record
            namespace = namespace.rpartition(".")[0]
        return None

    def list(self, namespace: str, prefix: str, now: datetime) -> Sequence[KeyValueRecord]:
        """Values of this very namespace whose keys start with a text, in order of key."""
        keys = self._keys.get(namespace, [])
        found = []
        for index in range(bisect_left(keys, prefix), len(keys)):
            if not keys[index].startswith(prefix):
                break
            record = self.get(namespace, keys[index], now)
            if record is not None:
                found.append(record)
        return found

    def set(
        self,
        namespace: str,
        key: str,
        setting: Setting,
        now: datetime,
        flow_namespace: str = "",
        seal: Callable[[str], str] = str,
    ) -> Change:
        """Set a value, also in a namespace above the flow's own.

        `seal` takes the secrets out of its JSON.

        Raises:
            ValueError: The key or the value is wrong, the namespace unknown, or one is there that
                may not be overwritten; a sentence.
        """
        if _KEY.fullmatch(key) is None:
            raise ValueError(
                f"`{key}` is no key: letters, digits, dots, dashes and underscores, at most 256, "
                "a letter or digit first"
            )
        if not self._is_known(namespace, flow_namespace):
            raise ValueError(f"There is no namespace '{namespace}': no flow is in it or below it")
        before = self.get(namespace, key, now)
        if before is not None and not setting.may_overwrite:
            raise ValueError(
                f"Cannot set value for key '{key}'. Key already exists and `overwrite` is set to "
                "`false`."
            )
        return self._change(namespace, key, _record(namespace, key, setting, before, now, seal))

    def delete(self, namespace: str, key: str, now: datetime) -> Change | None:
        """Remove a value; absent: there was none."""
        if self.get(namespace, key, now) is None:
            return None
        return self._change(namespace, key, None)

    def purge(
        self, namespace: str, is_asked: Callable[[str], bool], now: datetime, *, expired_only: bool
    ) -> Sequence[Change]:
        """Remove values of this very namespace whose keys are asked for, expired ones too."""
        gone = [
            record.key
            for record in self._values.get(namespace, {}).values()
            if is_asked(record.key)
            and not (expired_only and self.get(namespace, record.key, now) is not None)
        ]
        return [self._change(namespace, key, None) for key in gone]

    def revert(self, changes: Sequence[Change]) -> None:
        """Take changes back that did not become durable, unless newer ones stand on them."""
        for change in reversed(changes):
            current = self._values.get(change.namespace, {}).get(change.key)
            if current is change.after:
                self._change(change.namespace, change.key, change.before)

    def _is_known(self, namespace: str, flow_namespace: str) -> bool:
        known = [flow_namespace] if flow_namespace else []
        return any(
            one == namespace or one.startswith(f"{namespace}.")
            for one in (*known, *self._namespaces())
        )

    def _change(self, namespace: str, key: str, after: KeyValueRecord | None) -> Change:
        before = self._values.get(namespace, {}).get(key)
        if after is not None:
            self._put(after)
        elif before is not None:
            del self._values[namespace][key]
            self._keys[namespace].remove(key)
        return Change(namespace=namespace, key=key, before=before, after=after)

    def _put(self, record: KeyValueRecord) -> None:
        values = self._values.setdefault(record.namespace, {})
        if record.key not in values:
            insort(self._keys.setdefault(record.namespace, []), record.key)
        values[record.key] = record


def last_values(changes: Iterable[Change]) -> dict[tuple[str, str], KeyValueRecord | None]:
    """What is there after some changes, by namespace and key; absent: nothing."""
    return {(change.namespace, change.key): change.after for change in changes}


def _record(
    namespace: str,
    key: str,
    setting: Setting,
    before: KeyValueRecord | None,
    now: datetime,
    seal: Callable[[str], str],
) -> KeyValueRecord:
    kind, value = typed_value(setting.value, setting.type)
    if len(value) > MAX_VALUE_BYTES:
        raise ValueError(
            f"The value of key '{key}' is longer than {MAX_VALUE_BYTES} bytes: keep a file and "
            "store its URI"
        )
    description = setting.description
    if description is None:
        description = before.description if before else ""
    return KeyValueRecord(
        namespace=namespace,
        key=key,
        type=kind.value,
        value=seal(value),
        description=description,
        created_at=before.created_at if before else now,
        updated_at=now,
        version=before.version + 1 if before else 1,
        expires_at=now + setting.lasts if setting.lasts is not None else None,
    )
