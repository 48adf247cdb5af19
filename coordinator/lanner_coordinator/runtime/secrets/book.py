"""All secrets of namespaces in memory, encrypted, where expressions find them without waiting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lanner_coordinator.runtime.encryption import TextCipher, Undecipherable
from lanner_coordinator.runtime.secrets.values import SecretMissing, SecretUnreadable, SecretValues
from lanner_coordinator.store.secret_records import SecretRecord


class SecretBook(SecretValues):
    """The secrets by namespace and key. Methods belong to the event loop's thread."""

    def __init__(self, cipher: TextCipher) -> None:
        self._cipher = cipher
        self._secrets: dict[tuple[str, str], SecretRecord] = {}

    def load(self, records: Iterable[SecretRecord]) -> None:
        """Take what the store holds; before anything else."""
        self._secrets.update({(one.namespace, one.key): one for one in records})

    def sealed(self, namespace: str, key: str, value: str) -> str:
        """A value as the store keeps it: it can be opened for this namespace and key only."""
        return self._cipher.encrypt(value, _bound(namespace, key))

    def record(self, namespace: str, key: str) -> SecretRecord | None:
        """The secret of this very namespace."""
        return self._secrets.get((namespace, key.upper()))

    def get(self, key: str, namespace: str) -> str:
        """The value of this namespace or of the nearest one above it that has the key."""
        level = namespace
        while level:
            record = self._secrets.get((level, key.upper()))
            if record is not None:
                return self._opened(record)
            level = level.rpartition(".")[0]
        raise SecretMissing(key, namespace)

    def list(self, namespace: str, prefix: str) -> Sequence[SecretRecord]:
        """Secrets of this very namespace whose keys start with a text, in order of key."""
        wanted = prefix.upper()
        return sorted(
            (
                one
                for one in self._secrets.values()
                if one.namespace == namespace and one.key.startswith(wanted)
            ),
            key=lambda one: one.key,
        )

    def put(self, namespace: str, key: str, record: SecretRecord | None) -> None:
        """Replace a secret; absent: forget it."""
        if record is None:
            self._secrets.pop((namespace, key), None)
        else:
            self._secrets[namespace, key] = record

    def _opened(self, record: SecretRecord) -> str:
        try:
            return self._cipher.decrypt(record.value, _bound(record.namespace, record.key))
        except Undecipherable as error:
            raise SecretUnreadable(
                f"Cannot read secret '{record.key}' of the namespace '{record.namespace}': what is "
                "stored was changed, or belongs to another secret; set it again"
            ) from error


def _bound(namespace: str, key: str) -> bytes:
    return f"lanner secret\0{namespace}\0{key}".encode()
