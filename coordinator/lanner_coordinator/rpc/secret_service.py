"""The SecretService."""

from __future__ import annotations

from lanner_coordinator.rpc.callers import caller_of
from lanner_coordinator.rpc.convert_secret import provided_out, secret_out
from lanner_coordinator.rpc.interceptor import Context
from lanner_coordinator.rpc.limits import page_limit, page_offset, required
from lanner_coordinator.runtime.secrets.editing import SecretEditor
from lanner_coordinator.runtime.secrets.elsewhere import SecretsElsewhere
from lanner_coordinator.runtime.secrets.rotation import KeyRotation
from lanner_proto.v1 import secret_pb2, secret_pb2_grpc


class SecretService(secret_pb2_grpc.SecretServiceServicer):
    """Serves secrets without their values; what each call means stands in `secret.proto`."""

    def __init__(
        self, *, editor: SecretEditor, rotation: KeyRotation, elsewhere: SecretsElsewhere
    ) -> None:
        self._editor = editor
        self._rotation = rotation
        self._elsewhere = elsewhere

    async def SetSecret(
        self, request: secret_pb2.SetSecretRequest, context: Context
    ) -> secret_pb2.SetSecretResponse:
        """Set a secret."""
        if request.provider:
            await self._elsewhere.set(
                request.provider,
                required("namespace", request.namespace),
                required("key", request.key),
                request.value,
                by=caller_of(context),
            )
            return secret_pb2.SetSecretResponse(
                secret=provided_out(request.provider, request.namespace, request.key)
            )
        record = await self._editor.set(
            required("namespace", request.namespace),
            required("key", request.key),
            request.value,
            by=caller_of(context),
            description=request.description if request.HasField("description") else None,
            keep=request.keep,
        )
        return secret_pb2.SetSecretResponse(secret=secret_out(record))

    async def ListSecrets(
        self, request: secret_pb2.ListSecretsRequest, context: Context
    ) -> secret_pb2.ListSecretsResponse:
        """List the names of a namespace's secrets."""
        if request.provider:
            return await self._list_elsewhere(request)
        records, total_count = self._editor.page(
            required("namespace", request.namespace),
            request.prefix,
            is_inherited=request.inherited,
            limit=page_limit(request.limit, default=100, highest=1_000),
            offset=page_offset(request.offset),
        )
        return secret_pb2.ListSecretsResponse(
            secrets=[secret_out(record) for record in records], total_count=total_count
        )

    async def DeleteSecret(
        self, request: secret_pb2.DeleteSecretRequest, context: Context
    ) -> secret_pb2.DeleteSecretResponse:
        """Remove a secret."""
        if request.provider:
            await self._elsewhere.delete(
                request.provider,
                required("namespace", request.namespace),
                required("key", request.key),
                by=caller_of(context),
            )
            return secret_pb2.DeleteSecretResponse()
        await self._editor.delete(
            required("namespace", request.namespace),
            required("key", request.key),
            by=caller_of(context),
        )
        return secret_pb2.DeleteSecretResponse()

    async def RotateKey(
        self, request: secret_pb2.RotateKeyRequest, context: Context
    ) -> secret_pb2.RotateKeyResponse:
        """Change the master key."""
        count = await self._rotation.rotate(by=caller_of(context))
        return secret_pb2.RotateKeyResponse(data_key_count=count)

    async def _list_elsewhere(
        self, request: secret_pb2.ListSecretsRequest
    ) -> secret_pb2.ListSecretsResponse:
        namespace = required("namespace", request.namespace)
        keys = await self._elsewhere.list(request.provider, namespace, request.prefix)
        limit = page_limit(request.limit, default=100, highest=1_000)
        offset = page_offset(request.offset)
        return secret_pb2.ListSecretsResponse(
            secrets=[
                provided_out(request.provider, namespace, key)
                for key in keys[offset : offset + limit]
            ],
            total_count=len(keys),
        )
