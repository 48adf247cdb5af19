"""The key-value store of the console's fake client."""

from __future__ import annotations

from typing import Any

from lanner_console.models import KeyValueRow, Page
from lanner_proto.errors import NotFound


class FakeKeyValues:
    """The part of the fake about key-values; `key_values` holds them by namespace and key."""

    key_values: dict[tuple[str, str], KeyValueRow]

    async def _called(self, name: str, *arguments: Any) -> None:
        """Note a call."""

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
        await self._called("set_key_value", namespace, key, value, type_, ttl_seconds, keep)
        row = KeyValueRow(
            namespace=namespace, key=key, type=type_, value=value, description=description or ""
        )
        self.key_values[namespace, key] = row
        return row

    async def get_key_value(
        self, namespace: str, key: str, *, inherited: bool = False
    ) -> KeyValueRow:
        await self._called("get_key_value", namespace, key, inherited)
        row = self.key_values.get((namespace, key))
        if row is None:
            raise NotFound(f"The key '{key}' does not exist in the namespace '{namespace}'.")
        return row

    async def list_key_values(
        self, namespace: str, *, prefix: str = "", limit: int = 100, offset: int = 0
    ) -> Page[KeyValueRow]:
        await self._called("list_key_values", namespace, prefix)
        rows = [
            row
            for row in self.key_values.values()
            if row.namespace == namespace and row.key.startswith(prefix)
        ]
        return Page(rows=tuple(rows[offset : offset + limit]), total_count=len(rows))

    async def delete_key_value(self, namespace: str, key: str) -> None:
        await self._called("delete_key_value", namespace, key)
        del self.key_values[namespace, key]
