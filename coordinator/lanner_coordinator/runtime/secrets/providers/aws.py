"""Secrets in AWS Secrets Manager.

A secret of the namespace `company.team` has the name `<prefix>/company/team/<KEY>`.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import boto3
from botocore.config import Config as BotoConfig
from botocore.exceptions import BotoCoreError, ClientError

from lanner_coordinator.runtime.secrets.providers.contract import (
    ProviderFailed,
    ProviderRules,
    SecretProvider,
)
from lanner_coordinator.runtime.secrets.providers.places import AwsPlace

_MISSING = "ResourceNotFoundException"
_UNFIT = "InvalidRequestException"
"""Code that a secret gets which was deleted and is still kept, among others."""

_PASSES = frozenset(
    {
        "InternalFailure",
        "InternalServiceError",
        "RequestLimitExceeded",
        "ServiceUnavailable",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
"""Codes of what passes by itself."""

_Result = TypeVar("_Result")


class AwsSecrets(SecretProvider):
    """Asks AWS Secrets Manager."""

    def __init__(self, place: AwsPlace, rules: ProviderRules) -> None:
        self._place = place
        self._rules = rules
        self._made: Any = None

    def read(self, namespace: str, key: str) -> str | None:
        """The value of a secret of this very namespace; absent: there is none."""

        def ask(client: Any) -> str | None:
            answer = client.get_secret_value(SecretId=self._name(namespace, key))
            text = answer.get("SecretString")
            if isinstance(text, str):
                return text
            return base64.b64encode(answer["SecretBinary"]).decode()

        return self._ask(f"read {key}", ask, missing=None)

    def write(self, namespace: str, key: str, value: str) -> None:
        """Set a secret."""
        name = self._name(namespace, key)

        def put(client: Any) -> bool:
            # One that was deleted is kept by AWS for a while, and its name with it.
            if client.describe_secret(SecretId=name).get("DeletedDate") is not None:
                client.restore_secret(SecretId=name)
            client.put_secret_value(SecretId=name, SecretString=value)
            return True

        def create(client: Any) -> bool:
            client.create_secret(Name=name, SecretString=value)
            return True

        what = f"set {key}"
        if not self._ask(what, put, missing=False):
            self._ask(what, create, missing=False)

    def remove(self, namespace: str, key: str) -> bool:
        """Remove a secret, which AWS keeps for a while; whether there was one."""
        if self.read(namespace, key) is None:
            return False

        def ask(client: Any) -> bool:
            client.delete_secret(SecretId=self._name(namespace, key))
            return True

        return self._ask(f"delete {key}", ask, missing=False)

    def keys(self, namespace: str) -> Sequence[str]:
        """Keys of the secrets of this very namespace, in order."""
        start = self._name(namespace, "")

        def ask(client: Any) -> Sequence[str]:
            pages = client.get_paginator("list_secrets").paginate(
                Filters=[{"Key": "name", "Values": [start]}]
            )
            names = [one["Name"] for page in pages for one in page["SecretList"]]
            own = [name.removeprefix(start) for name in names if name.startswith(start)]
            return sorted(key for key in own if "/" not in key)

        return self._ask(f"list the secrets of {namespace}", ask, missing=())

    def _name(self, namespace: str, key: str) -> str:
        parts = [self._place.prefix.strip("/"), *namespace.split("."), key]
        return "/".join(parts).lstrip("/")

    def _ask(self, what: str, ask: Callable[[Any], _Result], missing: _Result) -> _Result:
        name = self._rules.name
        try:
            return ask(self._client())
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code == _MISSING or (code == _UNFIT and "delet" in str(error)):
                return missing
            way_out = (
                "it is asked again by the next attempt"
                if code in _PASSES
                else "see whether its account may do that"
            )
            raise ProviderFailed(
                f'the secret provider "{name}" refused to {what}: {code}; {way_out}'
            ) from None
        except (BotoCoreError, OSError) as error:
            raise ProviderFailed(
                f'the secret provider "{name}" did not answer ({type(error).__name__}): it is '
                "asked again by the next attempt"
            ) from None

    def _client(self) -> Any:
        """Made once: boto3's clients serve several threads."""
        if self._made is None:
            seconds = self._rules.timeout.total_seconds()
            session = boto3.session.Session(profile_name=self._place.profile)
            self._made = session.client(
                "secretsmanager",
                region_name=self._place.region or None,
                endpoint_url=self._place.endpoint_url,
                config=BotoConfig(
                    connect_timeout=seconds,
                    read_timeout=seconds,
                    retries={"total_max_attempts": 1},
                ),
            )
        return self._made
