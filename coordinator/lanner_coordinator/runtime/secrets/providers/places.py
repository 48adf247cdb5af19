"""Where providers are; nothing here needs their libraries."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultPlace:
    """Where a Vault is, and how it is asked.

    Attributes:
        url: Its address.
        token: Absent: `token_file` has it.
        token_file: Read for each question, as an agent of Vault renews it.
        mount: Of the engine.
        prefix: Of all paths.
        vault_namespace: Of Vault Enterprise; empty: none.
        ca_file: Certificates to trust; absent: those of the system.
    """

    url: str
    token: str | None = field(default=None, repr=False)
    token_file: Path | None = None
    mount: str = "secret"
    prefix: str = "lanner"
    vault_namespace: str = ""
    ca_file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsPlace:
    """Where AWS Secrets Manager is asked; the account is found as all programs of AWS find it.

    Attributes:
        region: Empty: that of the environment.
        endpoint_url: Absent: the region's own.
        profile: Of the configuration of AWS; absent: the default.
        prefix: Of all names.
    """

    region: str = ""
    endpoint_url: str | None = None
    profile: str | None = None
    prefix: str = "lanner"


Place = VaultPlace | AwsPlace
"""Where a provider is."""
