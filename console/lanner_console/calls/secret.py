"""Secrets: asked over gRPC, answered in view models."""

from __future__ import annotations

from lanner_console.calls.asker import Asker
from lanner_console.models import Page, SecretRow
from lanner_console.wire import secret as wire


class SecretCalls(Asker):
    """The part of `ConsoleClient` about secrets."""

    async def set_secret(
        self,
        namespace: str,
        key: str,
        value: str,
        *,
        description: str | None = None,
        keep: bool = False,
        provider: str = "",
    ) -> SecretRow:
        """Set a secret."""
        return wire.row(
            await self._client.set_secret(
                namespace, key, value, description=description, keep=keep, provider=provider
            )
        )

    async def list_secrets(
        self,
        namespace: str,
        *,
        prefix: str = "",
        inherited: bool = False,
        limit: int = 100,
        offset: int = 0,
        provider: str = "",
    ) -> Page[SecretRow]:
        """A page of the secrets of a namespace."""
        return wire.page(
            await self._client.list_secrets(
                namespace,
                prefix=prefix,
                inherited=inherited,
                limit=limit,
                offset=offset,
                provider=provider,
            )
        )

    async def delete_secret(self, namespace: str, key: str, *, provider: str = "") -> None:
        """Remove a secret."""
        await self._client.delete_secret(namespace, key, provider=provider)

    async def rotate_key(self) -> int:
        """Change the master key; how many data keys were wrapped anew."""
        return await self._client.rotate_key()
