"""The secrets of the console's fake client."""

from __future__ import annotations

from typing import Any

from lanner_console.models import Page, SecretRow
from lanner_proto.errors import NotFound


class FakeSecrets:
    """The part of the fake about secrets; `secrets` holds them by namespace and key."""

    secrets: dict[tuple[str, str], SecretRow]

    async def _called(self, name: str, *arguments: Any) -> None:
        """Note a call."""

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
        await self._called("set_secret", namespace, key, keep)
        row = SecretRow(namespace=namespace, key=key.upper(), description=description or "")
        self.secrets[namespace, row.key] = row
        return row

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
        await self._called("list_secrets", namespace, prefix, inherited)
        rows = [
            row
            for row in self.secrets.values()
            if row.namespace == namespace and row.key.startswith(prefix)
        ]
        return Page(rows=tuple(rows[offset : offset + limit]), total_count=len(rows))

    async def delete_secret(self, namespace: str, key: str, *, provider: str = "") -> None:
        await self._called("delete_secret", namespace, key)
        if self.secrets.pop((namespace, key.upper()), None) is None:
            raise NotFound(f"The secret '{key}' does not exist in the namespace '{namespace}'.")

    async def rotate_key(self) -> int:
        await self._called("rotate_key")
        return 2
