"""The KeyValueService."""

from __future__ import annotations

from lanner_coordinator.rpc.convert_key_value import key_value_out, setting_in
from lanner_coordinator.rpc.interceptor import Context
from lanner_coordinator.rpc.limits import page_limit, page_offset, required
from lanner_coordinator.runtime.key_values.editing import KeyValueEditor
from lanner_proto.v1 import key_value_pb2, key_value_pb2_grpc


class KeyValueService(key_value_pb2_grpc.KeyValueServiceServicer):
    """Serves the key-value store; what each call means stands in `key_value.proto`."""

    def __init__(self, *, editor: KeyValueEditor) -> None:
        self._editor = editor

    async def SetKeyValue(
        self, request: key_value_pb2.SetKeyValueRequest, context: Context
    ) -> key_value_pb2.SetKeyValueResponse:
        """Set a value."""
        record = await self._editor.set(
            required("namespace", request.namespace),
            required("key", request.key),
            setting_in(request),
        )
        return key_value_pb2.SetKeyValueResponse(key_value=key_value_out(record))

    async def GetKeyValue(
        self, request: key_value_pb2.GetKeyValueRequest, context: Context
    ) -> key_value_pb2.GetKeyValueResponse:
        """Read a value."""
        record = self._editor.get(
            required("namespace", request.namespace),
            required("key", request.key),
            is_inherited=request.inherited,
        )
        return key_value_pb2.GetKeyValueResponse(key_value=key_value_out(record))

    async def ListKeyValues(
        self, request: key_value_pb2.ListKeyValuesRequest, context: Context
    ) -> key_value_pb2.ListKeyValuesResponse:
        """A page of the values of a namespace."""
        page, total_count = self._editor.page(
            required("namespace", request.namespace),
            request.prefix,
            limit=page_limit(request.limit, default=100, highest=1_000),
            offset=page_offset(request.offset),
        )
        return key_value_pb2.ListKeyValuesResponse(
            key_values=[key_value_out(record) for record in page], total_count=total_count
        )

    async def DeleteKeyValue(
        self, request: key_value_pb2.DeleteKeyValueRequest, context: Context
    ) -> key_value_pb2.DeleteKeyValueResponse:
        """Remove a value."""
        await self._editor.delete(
            required("namespace", request.namespace), required("key", request.key)
        )
        return key_value_pb2.DeleteKeyValueResponse()
