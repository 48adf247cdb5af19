"""The key-value store: set, read and remove values."""

from __future__ import annotations

from lanner_proto.connection import Connection
from lanner_proto.v1 import key_value_pb2
from lanner_proto.v1.key_value_pb2_grpc import KeyValueServiceStub
from lanner_proto.values import to_duration, to_value


class KeyValueCalls(Connection):
    """Calls of `lanner.v1.KeyValueService`."""

    async def set_key_value(
        self,
        namespace: str,
        key: str,
        value: object,
        *,
        type_: key_value_pb2.KeyValueType.ValueType = key_value_pb2.KEY_VALUE_TYPE_UNSPECIFIED,
        ttl_seconds: float | None = None,
        description: str | None = None,
        keep: bool = False,
    ) -> key_value_pb2.KeyValue:
        """Set a value.

        Args:
            namespace: Where it lives.
            key: Which.
            value: JSON-like, or a date, time or timedelta.
            type_: What it must be; a text is converted. Unspecified: what it is by itself.
            ttl_seconds: How long it is there; absent: for ever.
            description: For people; absent: what it had.
            keep: Leave a value that is there alone.

        Raises:
            InvalidInput: The namespace, the key or the value is wrong.
            AlreadyExists: There is one, with `keep`.
        """
        request = key_value_pb2.SetKeyValueRequest(
            namespace=namespace,
            key=key,
            value=to_value(value),
            type=type_,
            ttl=None if ttl_seconds is None else to_duration(ttl_seconds),
            description=description,
            keep=keep,
        )
        response = await self._unary(
            lambda channel: KeyValueServiceStub(channel).SetKeyValue, request, may_repeat=not keep
        )
        return response.key_value

    async def get_key_value(
        self, namespace: str, key: str, *, inherited: bool = False
    ) -> key_value_pb2.KeyValue:
        """A value; with `inherited` also of the namespaces above.

        Raises:
            NotFound: No such key.
        """
        request = key_value_pb2.GetKeyValueRequest(
            namespace=namespace, key=key, inherited=inherited
        )
        response = await self._unary(
            lambda channel: KeyValueServiceStub(channel).GetKeyValue, request, may_repeat=True
        )
        return response.key_value

    async def list_key_values(
        self, namespace: str, *, prefix: str = "", limit: int = 0, offset: int = 0
    ) -> key_value_pb2.ListKeyValuesResponse:
        """Values of a namespace in order of key, and how many match."""
        request = key_value_pb2.ListKeyValuesRequest(
            namespace=namespace, prefix=prefix, limit=limit, offset=offset
        )
        return await self._unary(
            lambda channel: KeyValueServiceStub(channel).ListKeyValues, request, may_repeat=True
        )

    async def delete_key_value(self, namespace: str, key: str) -> None:
        """Remove a value.

        Raises:
            NotFound: No such key.
        """
        request = key_value_pb2.DeleteKeyValueRequest(namespace=namespace, key=key)
        await self._unary(
            lambda channel: KeyValueServiceStub(channel).DeleteKeyValue, request, may_repeat=False
        )
