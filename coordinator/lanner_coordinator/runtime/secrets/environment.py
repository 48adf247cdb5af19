"""Secrets of the environment, as Kestra's open edition has them: `SECRET_<NAME>`, base64."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping, Sequence

from lanner_coordinator.runtime.secrets.values import SecretMissing, SecretUnreadable, SecretValues

_PREFIX = "SECRET_"


class EnvironmentSecrets(SecretValues):
    """Secrets that the coordinator's environment holds. The repr says how many, not which."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._encoded = {
            name.removeprefix(_PREFIX).upper(): value
            for name, value in environment.items()
            if name.startswith(_PREFIX)
        }

    def __repr__(self) -> str:
        return f"<{len(self._encoded)} secrets of the environment>"

    def names(self) -> Sequence[str]:
        """Names of all, in order."""
        return sorted(self._encoded)

    def get(self, key: str, namespace: str) -> str:
        """The value of a secret; the same for all namespaces."""
        encoded = self._encoded.get(key.upper())
        if encoded is None:
            raise SecretMissing(key, namespace)
        try:
            return base64.b64decode(encoded, validate=False).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise SecretUnreadable(
                f"Cannot read secret '{key}': {_PREFIX}{key.upper()} in the coordinator's "
                "environment is no base64 of a text"
            ) from error
