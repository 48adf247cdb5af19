"""Secrets for people: set, listed without values, removed; and the master key changed."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Sequence

from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import AlreadyThere, InvalidRequest, NotAllowed, NotFound
from lanner_coordinator.runtime.namespace_names import check_place
from lanner_coordinator.runtime.secrets.book import SecretBook
from lanner_coordinator.runtime.secrets.values import MAX_VALUE_BYTES
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit
from lanner_coordinator.store.secret_records import SecretRecord

logger = logging.getLogger(__name__)

_KEY = re.compile(r"[A-Z0-9][A-Z0-9._-]{0,255}")


class SecretEditor:
    """Changes the book, and makes changes durable before it answers."""

    def __init__(self, *, book: SecretBook | None, store: Store, clock: Clock) -> None:
        """Begin.

        Args:
            book: Absent: nothing can be encrypted, and no secret is kept.
            store: Where they are durable.
            clock: For their dates.
        """
        self._book = book
        self._store = store
        self._clock = clock
        self._turn = asyncio.Lock()

    async def set(
        self,
        namespace: str,
        key: str,
        value: str,
        *,
        by: str,
        description: str | None = None,
        keep: bool = False,
    ) -> SecretRecord:
        """Set a secret; absent description: the one it had.

        Raises:
            InvalidRequest: The namespace, the key or the value is wrong.
            AlreadyThere: There is one, and it is to be kept.
            NotAllowed: Nothing can be encrypted.
        """
        book = self._given()
        key = key.upper()
        check_secret(namespace, key, value)
        # A caller that goes away must not part what is durable from what is in memory.
        return await asyncio.shield(
            self._set(book, namespace, key, value, by=by, description=description, keep=keep)
        )

    async def _set(
        self,
        book: SecretBook,
        namespace: str,
        key: str,
        value: str,
        *,
        by: str,
        description: str | None,
        keep: bool,
    ) -> SecretRecord:
        async with self._turn:
            before = book.record(namespace, key)
            if before is not None and keep:
                raise AlreadyThere(f"The secret '{key}' exists already in '{namespace}'")
            now = self._clock.now()
            record = SecretRecord(
                namespace=namespace,
                key=key,
                value=book.sealed(namespace, key, value),
                description=_text(description, before),
                created_at=before.created_at if before else now,
                updated_at=now,
                updated_by=by,
                version=before.version + 1 if before else 1,
            )
            await self._store.commit(Commit(secrets=[record]))
            book.put(namespace, key, record)
        logger.info("%s set secret %s of %s, version %d", by, key, namespace, record.version)
        return record

    def page(
        self, namespace: str, prefix: str, *, is_inherited: bool, limit: int, offset: int
    ) -> tuple[Sequence[SecretRecord], int]:
        """Secrets of a namespace in order of key, and how many there are.

        With `is_inherited` those of the namespaces above follow, the nearest first, unless a nearer
        one has the key.
        """
        book = self._given()
        found: dict[str, SecretRecord] = {}
        level = namespace
        while level:
            for record in book.list(level, prefix):
                found.setdefault(record.key, record)
            level = level.rpartition(".")[0] if is_inherited else ""
        return list(found.values())[offset : offset + limit], len(found)

    async def delete(self, namespace: str, key: str, *, by: str) -> None:
        """Remove a secret.

        Raises:
            NotFound: There is none.
        """
        await asyncio.shield(self._delete(self._given(), namespace, key.upper(), by=by))

    async def _delete(self, book: SecretBook, namespace: str, key: str, *, by: str) -> None:
        async with self._turn:
            if book.record(namespace, key) is None:
                raise NotFound(f"The secret '{key}' does not exist in the namespace '{namespace}'.")
            await self._store.commit(Commit(removed_secrets=[(namespace, key)]))
            book.put(namespace, key, None)
        logger.info("%s removed secret %s of %s", by, key, namespace)

    def _given(self) -> SecretBook:
        if self._book is None:
            raise NotAllowed(
                "no secrets are kept: encryption is switched off in the coordinator's configuration"
            )
        return self._book


def check_secret(namespace: str, key: str, value: str) -> None:
    """Refuse what cannot be a secret.

    Raises:
        InvalidRequest: The namespace, the key or the value is wrong; without the value.
    """
    check_place(namespace)
    if _KEY.fullmatch(key) is None:
        raise InvalidRequest(
            f"`{key}` is no key of a secret: letters, digits, dots, dashes and underscores, at "
            "most 256, a letter or digit first"
        )
    if not value:
        raise InvalidRequest(f"the value of the secret '{key}' is empty")
    if len(value.encode()) > MAX_VALUE_BYTES:
        raise InvalidRequest(
            f"the value of the secret '{key}' is longer than {MAX_VALUE_BYTES} bytes"
        )


def _text(description: str | None, before: SecretRecord | None) -> str:
    if description is not None:
        return description
    return before.description if before else ""
