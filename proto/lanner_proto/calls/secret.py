"""Secrets: set, listed without values, removed; the master key changed."""

from __future__ import annotations

from lanner_proto.connection import Connection
from lanner_proto.v1 import secret_pb2
from lanner_proto.v1.secret_pb2_grpc import SecretServiceStub


class SecretCalls(Connection):
    """Calls of `lanner.v1.SecretService`."""

    async def set_secret(
        self,
        namespace: str,
        key: str,
        value: str,
        *,
        description: str | None = None,
        keep: bool = False,
        provider: str = "",
    ) -> secret_pb2.Secret:
        """Set a secret.

        Args:
            namespace: Where it lives; namespaces below see it too.
            key: Which; case does not matter.
            value: At most 64 KiB.
            description: For people; absent: what it had.
            keep: Leave a secret that is there alone.
            provider: Set it in this provider; empty: in the coordinator.

        Raises:
            InvalidInput: The namespace, the key or the value is wrong.
            AlreadyExists: There is one, with `keep`.
        """
        request = secret_pb2.SetSecretRequest(
            namespace=namespace,
            key=key,
            value=value,
            description=description,
            keep=keep,
            provider=provider,
        )
        response = await self._unary(
            lambda channel: SecretServiceStub(channel).SetSecret, request, may_repeat=not keep
        )
        return response.secret

    async def list_secrets(
        self,
        namespace: str,
        *,
        prefix: str = "",
        inherited: bool = False,
        limit: int = 0,
        offset: int = 0,
        provider: str = "",
    ) -> secret_pb2.ListSecretsResponse:
        """Names of the secrets of a namespace, and with `inherited` of those above."""
        request = secret_pb2.ListSecretsRequest(
            namespace=namespace,
            prefix=prefix,
            inherited=inherited,
            limit=limit,
            offset=offset,
            provider=provider,
        )
        return await self._unary(
            lambda channel: SecretServiceStub(channel).ListSecrets, request, may_repeat=True
        )

    async def delete_secret(self, namespace: str, key: str, *, provider: str = "") -> None:
        """Remove a secret.

        Raises:
            NotFound: No such secret.
        """
        request = secret_pb2.DeleteSecretRequest(namespace=namespace, key=key, provider=provider)
        await self._unary(
            lambda channel: SecretServiceStub(channel).DeleteSecret, request, may_repeat=False
        )

    async def rotate_key(self) -> int:
        """Change the master key; how many data keys were wrapped anew.

        Raises:
            WrongState: The key is given by the coordinator's environment.
        """
        response = await self._unary(
            lambda channel: SecretServiceStub(channel).RotateKey,
            secret_pb2.RotateKeyRequest(),
            may_repeat=False,
        )
        return response.data_key_count
