"""The fake KeyValueService."""

from __future__ import annotations

from typing import Any

import grpc
import grpc.aio

from lanner_proto.v1 import key_value_pb2, key_value_pb2_grpc
from tests.support.fake_coordinator.state import FakeState

Context = grpc.aio.ServicerContext[Any, Any]


class FakeKeyValueService(key_value_pb2_grpc.KeyValueServiceServicer):
    """Serves the values of the state, of one namespace at a time; nothing expires."""

    def __init__(self, state: FakeState) -> None:
        self._state = state

    async def SetKeyValue(
        self, request: key_value_pb2.SetKeyValueRequest, context: Context
    ) -> key_value_pb2.SetKeyValueResponse:
        await self._state.enter("SetKeyValue", request, context)
        before = self._state.key_values.get((request.namespace, request.key))
        if before is not None and request.keep:
            await context.abort(grpc.StatusCode.ALREADY_EXISTS, "the key exists already")
        value = key_value_pb2.KeyValue(
            namespace=request.namespace,
            key=request.key,
            type=request.type or key_value_pb2.KEY_VALUE_TYPE_STRING,
            value=request.value,
            description=request.description,
            version=before.version + 1 if before else 1,
        )
        self._state.key_values[request.namespace, request.key] = value
        return key_value_pb2.SetKeyValueResponse(key_value=value)

    async def GetKeyValue(
        self, request: key_value_pb2.GetKeyValueRequest, context: Context
    ) -> key_value_pb2.GetKeyValueResponse:
        await self._state.enter("GetKeyValue", request, context)
        value = await self._find(request.namespace, request.key, context)
        return key_value_pb2.GetKeyValueResponse(key_value=value)

    async def ListKeyValues(
        self, request: key_value_pb2.ListKeyValuesRequest, context: Context
    ) -> key_value_pb2.ListKeyValuesResponse:
        await self._state.enter("ListKeyValues", request, context)
        matching = [
            value
            for (namespace, key), value in sorted(self._state.key_values.items())
            if namespace == request.namespace and key.startswith(request.prefix)
        ]
        end = request.offset + (request.limit or 100)
        return key_value_pb2.ListKeyValuesResponse(
            key_values=matching[request.offset : end], total_count=len(matching)
        )

    async def DeleteKeyValue(
        self, request: key_value_pb2.DeleteKeyValueRequest, context: Context
    ) -> key_value_pb2.DeleteKeyValueResponse:
        await self._state.enter("DeleteKeyValue", request, context)
        await self._find(request.namespace, request.key, context)
        del self._state.key_values[request.namespace, request.key]
        return key_value_pb2.DeleteKeyValueResponse()

    async def _find(self, namespace: str, key: str, context: Context) -> key_value_pb2.KeyValue:
        value = self._state.key_values.get((namespace, key))
        if value is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"The key '{key}' does not exist")
            raise AssertionError("abort raises")
        return value
