"""Secrets of providers for people: set, listed and removed where a provider allows it."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from lanner_coordinator.runtime.errors import NotAllowed, NotFound
from lanner_coordinator.runtime.secrets.editing import check_secret
from lanner_coordinator.runtime.secrets.providers.provided import ProvidedSecrets

logger = logging.getLogger(__name__)


class SecretsElsewhere:
    """All providers, by name. Whatever it asks may raise ProviderFailed."""

    def __init__(self, providers: Sequence[ProvidedSecrets]) -> None:
        self._providers = {one.rules.name: one for one in providers}

    async def set(self, provider: str, namespace: str, key: str, value: str, *, by: str) -> None:
        """Set a secret.

        Raises:
            NotFound: No such provider.
            NotAllowed: It is read-only, or not for this namespace.
            InvalidRequest: The namespace, the key or the value is wrong.
        """
        check_secret(namespace, key.upper(), value)
        await self._writable(provider, namespace).set(namespace, key, value)
        logger.info("%s set secret %s of %s in %s", by, key, namespace, provider)

    async def list(self, provider: str, namespace: str, prefix: str) -> Sequence[str]:
        """Keys of a namespace that start with a text.

        Raises:
            NotFound: No such provider.
        """
        keys = await self._named(provider).list(namespace)
        return [key for key in keys if key.startswith(prefix)]

    async def delete(self, provider: str, namespace: str, key: str, *, by: str) -> None:
        """Remove a secret.

        Raises:
            NotFound: No such provider, or no such secret.
            NotAllowed: It is read-only, or not for this namespace.
        """
        check_secret(namespace, key.upper(), "unused")
        if not await self._writable(provider, namespace).delete(namespace, key):
            raise NotFound(f"{provider} has no secret '{key}' in the namespace '{namespace}'.")
        logger.info("%s removed secret %s of %s in %s", by, key, namespace, provider)

    def close(self) -> None:
        """Ask nothing more."""
        for provider in self._providers.values():
            provider.close()

    def _writable(self, name: str, namespace: str) -> ProvidedSecrets:
        provider = self._named(name)
        if not provider.rules.is_writable:
            raise NotAllowed(
                f'the secret provider "{name}" is read-only: `writable = true` in the '
                "coordinator's configuration changes that"
            )
        if not provider.rules.sees(namespace):
            raise NotAllowed(
                f'the secret provider "{name}" is for the namespace {provider.rules.namespace}'
            )
        return provider

    def _named(self, name: str) -> ProvidedSecrets:
        if name not in self._providers:
            known = ", ".join(self._providers) or "none"
            raise NotFound(f'there is no secret provider "{name}"; there are: {known}')
        return self._providers[name]
