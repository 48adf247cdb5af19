"""HashiCorp Vault and AWS Secrets Manager, over HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

import boto3
import pytest
from moto.server import ThreadedMotoServer

from lanner_coordinator.errors import StartError
from lanner_coordinator.runtime.secrets.providers.aws import AwsSecrets
from lanner_coordinator.runtime.secrets.providers.contract import (
    ProviderFailed,
    ProviderRules,
    SecretProvider,
)
from lanner_coordinator.runtime.secrets.providers.making import make_provider
from lanner_coordinator.runtime.secrets.providers.places import AwsPlace, VaultPlace
from lanner_coordinator.runtime.secrets.providers.vault import VaultSecrets
from tests.support.vault_server import TOKEN, VaultServer, vault_server
from tests.support.web_server import Answer, web_server

RULES = ProviderRules(name="prod", is_writable=True, timeout=timedelta(seconds=1))
PATIENT = ProviderRules(name="prod", is_writable=True, timeout=timedelta(seconds=30))
"""The server loads a service when it is asked for it first."""


@pytest.fixture
def vault() -> Iterator[VaultServer]:
    with vault_server() as server:
        yield server


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def account(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")


@pytest.fixture(params=["vault", "aws"])
def provider(
    request: pytest.FixtureRequest, vault: VaultServer, moto: str, account: None
) -> SecretProvider:
    if request.param == "vault":
        return VaultSecrets(VaultPlace(url=vault.url, token=TOKEN), RULES)
    # Another prefix each time: the server keeps what other tests made.
    prefix = "".join(letter for letter in request.node.name if letter.isalpha())
    place = AwsPlace(region="eu-central-1", endpoint_url=moto, prefix=prefix)
    return AwsSecrets(place, PATIENT)


def test_a_secret_is_set_read_changed_and_removed(provider: SecretProvider) -> None:
    assert provider.read("company.team", "DB") is None

    provider.write("company.team", "DB", "swordfish")
    assert provider.read("company.team", "DB") == "swordfish"
    assert provider.read("company", "DB") is None

    provider.write("company.team", "DB", "trout\n☃")
    assert provider.read("company.team", "DB") == "trout\n☃"

    assert provider.remove("company.team", "DB")
    assert provider.read("company.team", "DB") is None
    assert not provider.remove("company.team", "DB")

    provider.write("company.team", "DB", "carp")
    assert provider.read("company.team", "DB") == "carp"


def test_names_are_those_of_the_namespace_itself(provider: SecretProvider) -> None:
    for namespace, key in [("company", "B"), ("company", "A"), ("company.team", "C")]:
        provider.write(namespace, key, "x")

    assert provider.keys("company") == ["A", "B"]
    assert provider.keys("company.team") == ["C"]
    assert list(provider.keys("acme")) == []


def test_a_secret_of_vault_with_several_fields_is_json(vault: VaultServer) -> None:
    vault.secrets["lanner/company/DB"] = {"user": "etl", "password": "swordfish"}
    provider = VaultSecrets(VaultPlace(url=vault.url, token=TOKEN), RULES)

    assert provider.read("company", "DB") == '{"user": "etl", "password": "swordfish"}'


def test_a_token_is_read_from_its_file_for_each_question(
    vault: VaultServer, tmp_path: Path
) -> None:
    vault.secrets["own/company/DB"] = {"value": "swordfish"}
    file = tmp_path / "token"
    file.write_text("old\n")
    provider = VaultSecrets(VaultPlace(url=vault.url, token_file=file, prefix="own"), RULES)

    with pytest.raises(ProviderFailed, match=r'"prod" refused to read DB: Forbidden'):
        provider.read("company", "DB")
    file.write_text(f"{TOKEN}\n")
    assert provider.read("company", "DB") == "swordfish"


@pytest.mark.parametrize(
    ("status", "way_out"),
    [
        (400, "asked again by the next attempt"),
        (403, "see whether its token is valid"),
        (429, "asked again by the next attempt"),
        (500, "asked again by the next attempt"),
        (502, "asked again by the next attempt"),
        (503, "see whether it is sealed"),
    ],
)
def test_what_vault_refuses_is_told_without_its_words(
    vault: VaultServer, status: int, way_out: str
) -> None:
    provider = VaultSecrets(VaultPlace(url=vault.url, token=TOKEN), RULES)
    vault.status = status

    with pytest.raises(ProviderFailed) as caught:
        provider.write("company", "DB", "swordfish")

    assert "swordfish" not in str(caught.value)
    assert '"prod" refused to set DB' in str(caught.value)
    assert way_out in str(caught.value)


@pytest.mark.parametrize(
    ("code", "way_out"),
    [
        ("ThrottlingException", "asked again by the next attempt"),
        ("AccessDeniedException", "see whether its account may do that"),
    ],
)
def test_what_aws_refuses_is_told_with_a_way_out(account: None, code: str, way_out: str) -> None:
    body = b'{"__type": "%s", "message": "no: swordfish"}' % code.encode()
    with web_server() as web:
        web.answers["/"] = Answer(code=400, body=body)
        place = AwsPlace(region="eu-central-1", endpoint_url=web.url)
        with pytest.raises(ProviderFailed, match=f'"prod" refused to read DB: {code}') as caught:
            AwsSecrets(place, PATIENT).read("company", "DB")

    assert way_out in str(caught.value)
    assert "swordfish" not in str(caught.value)


def test_a_token_file_that_cannot_be_read_is_told(vault: VaultServer, tmp_path: Path) -> None:
    place = VaultPlace(url=vault.url, token_file=tmp_path / "token")

    with pytest.raises(ProviderFailed, match=r"token file .*token cannot be read: No such file"):
        VaultSecrets(place, RULES).read("company", "DB")
    assert vault.seen == []


def test_a_vault_that_is_too_slow_has_failed_in_time(vault: VaultServer) -> None:
    vault.delay_seconds = 1.0
    rules = ProviderRules(name="prod", timeout=timedelta(milliseconds=100))
    provider = VaultSecrets(VaultPlace(url=vault.url, token=TOKEN), rules)

    with pytest.raises(ProviderFailed, match=f'"prod" at {vault.url} did not answer'):
        provider.read("company", "DB")


def test_a_provider_that_is_away_is_told(account: None) -> None:
    nowhere = "http://127.0.0.1:9"
    vault = VaultSecrets(VaultPlace(url=nowhere, token="hvs.secret"), RULES)
    aws = AwsSecrets(AwsPlace(region="eu-central-1", endpoint_url=nowhere), RULES)

    for provider in (vault, aws):
        with pytest.raises(ProviderFailed, match="did not answer") as caught:
            provider.read("company", "DB")
        assert "hvs.secret" not in str(caught.value)


def test_what_is_no_vault_is_told(vault: VaultServer) -> None:
    vault.secrets["lanner/company/DB"] = {"value": "x"}
    vault.status = 200
    provider = VaultSecrets(VaultPlace(url=vault.url, token=TOKEN), RULES)

    with pytest.raises(ProviderFailed, match="is secret an engine of KV version 2"):
        provider.read("company", "DB")


def test_an_account_that_may_not_is_told(moto: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    provider = AwsSecrets(AwsPlace(region="eu-central-1", endpoint_url=moto), PATIENT)

    with pytest.raises(ProviderFailed, match="NoCredentialsError"):
        provider.read("company", "DB")


def test_binary_secrets_of_aws_are_base64(moto: str, account: None) -> None:
    client = boto3.client("secretsmanager", region_name="eu-central-1", endpoint_url=moto)
    client.create_secret(Name="bin/company/KEY", SecretBinary=b"\xff\x00")
    place = AwsPlace(region="eu-central-1", endpoint_url=moto, prefix="bin")

    assert AwsSecrets(place, PATIENT).read("company", "KEY") == "/wA="


@pytest.mark.parametrize(
    ("place", "extra"), [(VaultPlace(url="http://x"), "vault"), (AwsPlace(), "aws")]
)
def test_a_library_that_is_missing_is_named(place: VaultPlace | AwsPlace, extra: str) -> None:
    module = f"lanner_coordinator.runtime.secrets.providers.{extra}"
    # Stands for an installation without the extra: the module is there, its library is not.
    with (
        patch.dict("sys.modules", {module: None}),
        pytest.raises(StartError, match=rf"install `lanner\[{extra}\]`"),
    ):
        make_provider(place, RULES)
