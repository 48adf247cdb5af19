"""What all calls share: the typed client under them."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from lanner_proto.client import Client


class Asker:
    """Holds the typed client, and closes it."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @property
    def address(self) -> str:
        """Of the coordinator."""
        return self._client.address

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._client.close()
