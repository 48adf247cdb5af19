"""The part of the coordinator's configuration about secrets."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lanner_coordinator.config import Config, read_config
from lanner_coordinator.errors import ConfigError
from lanner_coordinator.runtime.secrets.providers.contract import ProviderRules
from lanner_coordinator.runtime.secrets.providers.places import AwsPlace, VaultPlace


def read(tmp_path: Path, text: str) -> Config:
    file = tmp_path / "lanner.toml"
    file.write_text(text)
    return read_config(data_dir=Path("data"), file=file)


def test_providers_are_read_in_their_order(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        """
        [[secret_providers]]
        name = "prod"
        type = "vault"
        url = "https://vault:8200"
        namespace = "company"
        writable = true
        timeout_seconds = 2
        cache_seconds = 10
        mount = "kv"
        token_env = "PROD_TOKEN"
        [[secret_providers]]
        type = "aws"
        region = "eu-central-1"
        """,
    )

    vault, aws = config.secret_providers
    assert vault.rules == ProviderRules(
        name="prod",
        namespace="company",
        is_writable=True,
        timeout=timedelta(seconds=2),
        lasts=timedelta(seconds=10),
    )
    assert vault.resolved({"PROD_TOKEN": "hvs.x"}) == VaultPlace(
        url="https://vault:8200", token="hvs.x", mount="kv"
    )
    assert "hvs.x" not in repr(vault.resolved({"PROD_TOKEN": "hvs.x"}))
    assert (aws.rules.name, aws.place) == ("aws", AwsPlace(region="eu-central-1"))


def test_a_token_file_needs_no_variable(tmp_path: Path) -> None:
    config = read(
        tmp_path,
        '[[secret_providers]]\ntype = "vault"\nurl = "http://v"\ntoken_file = "/run/token"\n',
    )

    (vault,) = config.secret_providers
    assert vault.resolved({}) == VaultPlace(url="http://v", token_file=Path("/run/token"))


def test_a_token_that_is_not_set_is_named(tmp_path: Path) -> None:
    config = read(tmp_path, '[[secret_providers]]\ntype = "vault"\nurl = "http://v"\n')

    with pytest.raises(ConfigError, match='"vault": the variable VAULT_TOKEN with its token is'):
        config.secret_providers[0].resolved({})


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('[[secret_providers]]\ntype = "gcp"', '`type` must be "vault" or "aws", not "gcp"'),
        ("[[secret_providers]]\n", '`type` must be "vault" or "aws", not ""'),
        ('[[secret_providers]]\ntype = "vault"', '"vault": `url` is missing'),
        ('[[secret_providers]]\ntype = "aws"\nurl = "x"', "unknown key `url`"),
        ('[[secret_providers]]\ntype = "aws"\nwritable = 1', "`writable` must be true or false"),
        ('[[secret_providers]]\ntype = "aws"\ncache_seconds = 9', "must be 10 or above"),
        ('secret_providers = "vault"', "`secret_providers` must be tables"),
        (
            '[[secret_providers]]\ntype = "aws"\n[[secret_providers]]\ntype = "aws"',
            'the name "aws" is there twice',
        ),
        ("secrets_in_outputs = 1", "`secrets_in_outputs` must be true or false"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, text)

    assert complaint in str(caught.value)


def test_a_key_file_may_be_elsewhere(tmp_path: Path) -> None:
    config = read(tmp_path, 'encryption_key_file = "/etc/lanner/key"')

    assert config.encryption_key_file == Path("/etc/lanner/key")
