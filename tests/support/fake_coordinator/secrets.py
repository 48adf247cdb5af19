"""The fake SecretService."""

from __future__ import annotations

from typing import Any

import grpc
import grpc.aio

from lanner_proto.v1 import secret_pb2, secret_pb2_grpc
from tests.support.fake_coordinator.state import FakeState

Context = grpc.aio.ServicerContext[Any, Any]


class FakeSecretService(secret_pb2_grpc.SecretServiceServicer):
    """Serves the secrets of the state, of one namespace at a time."""

    def __init__(self, state: FakeState) -> None:
        self._state = state

    async def SetSecret(
        self, request: secret_pb2.SetSecretRequest, context: Context
    ) -> secret_pb2.SetSecretResponse:
        await self._state.enter("SetSecret", request, context)
        name = (request.namespace, request.key.upper())
        before = self._state.secrets.get(name)
        secret = secret_pb2.Secret(
            namespace=request.namespace,
            key=name[1],
            description=request.description,
            updated_by="uid 1000",
            version=before.version + 1 if before else 1,
        )
        self._state.secrets[name] = secret
        return secret_pb2.SetSecretResponse(secret=secret)

    async def ListSecrets(
        self, request: secret_pb2.ListSecretsRequest, context: Context
    ) -> secret_pb2.ListSecretsResponse:
        await self._state.enter("ListSecrets", request, context)
        matching = [
            secret
            for (namespace, key), secret in sorted(self._state.secrets.items())
            if namespace == request.namespace and key.startswith(request.prefix)
        ]
        end = request.offset + (request.limit or 100)
        return secret_pb2.ListSecretsResponse(
            secrets=matching[request.offset : end], total_count=len(matching)
        )

    async def DeleteSecret(
        self, request: secret_pb2.DeleteSecretRequest, context: Context
    ) -> secret_pb2.DeleteSecretResponse:
        await self._state.enter("DeleteSecret", request, context)
        if self._state.secrets.pop((request.namespace, request.key.upper()), None) is None:
            await context.abort(grpc.StatusCode.NOT_FOUND, f"no secret '{request.key}'")
        return secret_pb2.DeleteSecretResponse()

    async def RotateKey(
        self, request: secret_pb2.RotateKeyRequest, context: Context
    ) -> secret_pb2.RotateKeyResponse:
        await self._state.enter("RotateKey", request, context)
        return secret_pb2.RotateKeyResponse(data_key_count=2)
