"""Secrets in HashiCorp Vault, engine KV version 2.

A secret of the namespace `company.team` lies at `<mount>/<prefix>/company/team/<KEY>`. Its field
`value` is the secret; where there are other fields, all of them as JSON, for `subkey`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import hvac
import requests
from hvac.exceptions import Forbidden, InvalidPath, Unauthorized, VaultDown, VaultError

from lanner_coordinator.runtime.secrets.providers.contract import (
    ProviderFailed,
    ProviderRules,
    SecretProvider,
)
from lanner_coordinator.runtime.secrets.providers.places import VaultPlace

_FIELD = "value"

_Result = TypeVar("_Result")


class VaultSecrets(SecretProvider):
    """Asks a Vault."""

    def __init__(self, place: VaultPlace, rules: ProviderRules) -> None:
        self._place = place
        self._rules = rules

    def read(self, namespace: str, key: str) -> str | None:
        """The value of a secret of this very namespace; absent: there is none."""

        def ask(client: hvac.Client) -> str | None:
            answer = client.secrets.kv.v2.read_secret_version(
                path=self._path(namespace, key),
                mount_point=self._place.mount,
                raise_on_deleted_version=True,
            )
            return _value(answer["data"]["data"])

        return self._ask(f"read {key}", ask, missing=None)

    def write(self, namespace: str, key: str, value: str) -> None:
        """Set a secret."""

        def ask(client: hvac.Client) -> None:
            client.secrets.kv.v2.create_or_update_secret(
                path=self._path(namespace, key),
                secret={_FIELD: value},
                mount_point=self._place.mount,
            )

        self._ask(f"set {key}", ask, missing=None)

    def remove(self, namespace: str, key: str) -> bool:
        """Remove a secret with all its versions; whether there was one."""
        if self.read(namespace, key) is None:
            return False

        def ask(client: hvac.Client) -> bool:
            client.secrets.kv.v2.delete_metadata_and_all_versions(
                path=self._path(namespace, key), mount_point=self._place.mount
            )
            return True

        return self._ask(f"delete {key}", ask, missing=False)

    def keys(self, namespace: str) -> Sequence[str]:
        """Keys of the secrets of this very namespace, in order."""

        def ask(client: hvac.Client) -> Sequence[str]:
            answer = client.secrets.kv.v2.list_secrets(
                path=self._path(namespace), mount_point=self._place.mount
            )
            return sorted(one for one in answer["data"]["keys"] if not one.endswith("/"))

        return self._ask(f"list the secrets of {namespace}", ask, missing=())

    def _path(self, namespace: str, *key: str) -> str:
        return "/".join([self._place.prefix.strip("/"), *namespace.split("."), *key]).lstrip("/")

    def _ask(self, what: str, ask: Callable[[hvac.Client], _Result], missing: _Result) -> _Result:
        name = self._rules.name
        try:
            return ask(self._client())
        except InvalidPath:
            return missing
        except VaultError as error:
            # The sentence of the error may repeat what was sent; its kind says enough.
            kind = type(error).__name__
            raise ProviderFailed(
                f'the secret provider "{name}" refused to {what}: {kind}; {_way_out(error)}'
            ) from None
        except (requests.RequestException, OSError) as error:
            raise ProviderFailed(
                f'the secret provider "{name}" at {self._place.url} did not answer '
                f"({type(error).__name__}): it is asked again by the next attempt"
            ) from None
        except (KeyError, TypeError, ValueError):
            raise ProviderFailed(
                f'the secret provider "{name}" gave an answer that makes no sense when asked to '
                f"{what}: is {self._place.mount} an engine of KV version 2?"
            ) from None

    def _read_token(self, file: Path) -> str:
        try:
            return file.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            why = error.strerror if isinstance(error, OSError) else "it is no text"
            raise ProviderFailed(
                f'the secret provider "{self._rules.name}" cannot be asked: its token file {file} '
                f"cannot be read: {why}"
            ) from None

    def _client(self) -> hvac.Client:
        place = self._place
        token = place.token
        if token is None and place.token_file is not None:
            token = self._read_token(place.token_file)
        return hvac.Client(
            url=place.url,
            token=token,
            timeout=self._rules.timeout.total_seconds(),
            namespace=place.vault_namespace or None,
            verify=place.ca_file or True,
        )


def _way_out(error: VaultError) -> str:
    if isinstance(error, Forbidden | Unauthorized):
        return "see whether its token is valid and may do that"
    if isinstance(error, VaultDown):
        return "see whether it is sealed; it is asked again by the next attempt"
    return "it is asked again by the next attempt"


def _value(fields: dict[str, object]) -> str:
    if fields.keys() == {_FIELD} and isinstance(fields[_FIELD], str):
        return str(fields[_FIELD])
    return json.dumps(fields, ensure_ascii=False)
