"""The key-value store: asked over gRPC, answered in view models."""

from __future__ import annotations

from lanner_console.calls.asker import Asker
from lanner_console.models import KeyValueRow, Page
from lanner_console.wire import key_value as wire


class KeyValueCalls(Asker):
    """The part of `ConsoleClient` about the key-value store."""

    async def set_key_value(
        self,
        namespace: str,
        key: str,
        value: object,
        *,
        type_: str = "",
        ttl_seconds: float | None = None,
        description: str | None = None,
        keep: bool = False,
    ) -> KeyValueRow:
        """Set a value."""
        return wire.row(
            await self._client.set_key_value(
                namespace,
                key,
                value,
                type_=wire.type_number(type_),
                ttl_seconds=ttl_seconds,
                description=description,
                keep=keep,
            )
        )

    async def get_key_value(
        self, namespace: str, key: str, *, inherited: bool = False
    ) -> KeyValueRow:
        """A value."""
        return wire.row(await self._client.get_key_value(namespace, key, inherited=inherited))

    async def list_key_values(
        self, namespace: str, *, prefix: str = "", limit: int = 100, offset: int = 0
    ) -> Page[KeyValueRow]:
        """A page of the values of a namespace."""
        return wire.page(
            await self._client.list_key_values(namespace, prefix=prefix, limit=limit, offset=offset)
        )

    async def delete_key_value(self, namespace: str, key: str) -> None:
        """Remove a value."""
        await self._client.delete_key_value(namespace, key)
