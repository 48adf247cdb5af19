"""The part of the configuration about providers of secrets.

```toml
[[secret_providers]]
name = "vault"                   # for people
type = "vault"                   # or aws
namespace = "company"            # flows of it and below; left out: all
writable = false                 # true: `lanner secret set --provider vault`
timeout_seconds = 5
cache_seconds = 60               # 10 or above
prefix = "lanner"                # of all paths; aws: of all names
url = "https://vault:8200"       # vault
token_env = "VAULT_TOKEN"        # vault: variable of the environment with the token
token_file = "/run/vault/token"  # vault: in its place; read for each question
mount = "secret"                 # vault: an engine of KV version 2
vault_namespace = ""             # Vault Enterprise
ca_file = "/etc/ssl/vault.pem"   # vault: certificates to trust
region = "eu-central-1"          # aws
profile = "prod"                 # aws
endpoint_url = "…"               # aws
```
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Protocol

from lanner_coordinator.errors import ConfigError
from lanner_coordinator.runtime.secrets.providers.contract import ProviderRules
from lanner_coordinator.runtime.secrets.providers.places import AwsPlace, Place, VaultPlace

_LEAST_LASTS_SECONDS = 10


class Table(Protocol):
    """A table of the configuration."""

    @property
    def where(self) -> str:
        """Where it stands, for people."""

    def text(self, key: str, default: str = "") -> str:
        """A text."""

    def number(self, key: str, default: int) -> int:
        """A whole number."""

    def flag(self, key: str, *, default: bool = False) -> bool:
        """True or false."""

    def refuse_unknown_keys(self) -> None:
        """Raise ConfigError for what nobody asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderConfig:
    """One provider of secrets.

    Attributes:
        rules: How it is used.
        place: Where it is.
        token_env: Variable of the environment with its token; empty: it needs none.
    """

    rules: ProviderRules
    place: Place
    token_env: str = ""

    def resolved(self, environment: Mapping[str, str]) -> Place:
        """Where it is, with its token.

        Raises:
            ConfigError: The variable is not set.
        """
        if not isinstance(self.place, VaultPlace) or self.place.token_file is not None:
            return self.place
        token = environment.get(self.token_env)
        if not token:
            raise ConfigError(
                f'secret_providers: "{self.rules.name}": the variable {self.token_env} with its '
                "token is not set; `token_env` names another one, `token_file` a file"
            )
        return replace(self.place, token=token)


def read_providers(tables: Sequence[Table]) -> Sequence[ProviderConfig]:
    """The providers of the configuration, in its order.

    Raises:
        ConfigError: Something makes no sense.
    """
    providers = [_provider(table) for table in tables]
    names = [one.rules.name for one in providers]
    for name in names:
        if names.count(name) > 1:
            raise ConfigError(f'secret_providers: the name "{name}" is there twice')
    return providers


def _provider(table: Table) -> ProviderConfig:
    kind = table.text("type")
    lasts_seconds = table.number("cache_seconds", 60)
    if lasts_seconds < _LEAST_LASTS_SECONDS:
        raise ConfigError(
            f"{table.where}: `cache_seconds` must be {_LEAST_LASTS_SECONDS} or above: a task with "
            "several secrets needs the first one still when the last one is there"
        )
    rules = ProviderRules(
        name=table.text("name", kind),
        namespace=table.text("namespace"),
        is_writable=table.flag("writable"),
        timeout=timedelta(seconds=table.number("timeout_seconds", 5) or 5),
        lasts=timedelta(seconds=lasts_seconds),
    )
    prefix = table.text("prefix", "lanner")
    if kind == "vault":
        config = _vault(table, rules, prefix)
    elif kind == "aws":
        place = AwsPlace(
            region=table.text("region"),
            endpoint_url=table.text("endpoint_url") or None,
            profile=table.text("profile") or None,
            prefix=prefix,
        )
        config = ProviderConfig(rules=rules, place=place)
    else:
        raise ConfigError(f'{table.where}: `type` must be "vault" or "aws", not "{kind}"')
    table.refuse_unknown_keys()
    return config


def _vault(table: Table, rules: ProviderRules, prefix: str) -> ProviderConfig:
    token_file = table.text("token_file")
    place = VaultPlace(
        url=table.text("url"),
        token_file=Path(token_file) if token_file else None,
        mount=table.text("mount", "secret"),
        prefix=prefix,
        vault_namespace=table.text("vault_namespace"),
        ca_file=table.text("ca_file") or None,
    )
    if not place.url:
        raise ConfigError(f'{table.where}: "{rules.name}": `url` is missing')
    return ProviderConfig(
        rules=rules, place=place, token_env=table.text("token_env", "VAULT_TOKEN")
    )
