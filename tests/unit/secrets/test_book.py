"""Secrets of namespaces: the nearest one wins, and none opens in the place of another."""

from __future__ import annotations

import pytest

from lanner_coordinator.runtime.encryption import Cipher
from lanner_coordinator.runtime.secrets.book import SecretBook
from lanner_coordinator.runtime.secrets.chain import SecretChain
from lanner_coordinator.runtime.secrets.environment import EnvironmentSecrets
from lanner_coordinator.runtime.secrets.subkeys import subkey_of
from lanner_coordinator.runtime.secrets.values import SecretMissing, SecretUnreadable
from lanner_coordinator.store.secret_records import SecretRecord
from tests.support.fake_clock import START


@pytest.fixture
def book() -> SecretBook:
    return SecretBook(Cipher(b"k" * 32))


def put(book: SecretBook, namespace: str, key: str, value: str) -> SecretRecord:
    record = SecretRecord(
        namespace=namespace,
        key=key,
        value=book.sealed(namespace, key, value),
        description="",
        created_at=START,
        updated_at=START,
        updated_by="ada",
    )
    book.put(namespace, key, record)
    return record


def test_the_nearest_namespace_that_has_a_secret_gives_it(book: SecretBook) -> None:
    put(book, "company", "TOKEN", "of all")
    put(book, "company.team", "TOKEN", "of the team")

    assert book.get("TOKEN", "company.team.etl") == "of the team"
    assert book.get("TOKEN", "company.other") == "of all"


def test_a_namespace_does_not_see_those_below_or_beside_it(book: SecretBook) -> None:
    put(book, "company.team", "TOKEN", "x")

    for namespace in ("company", "company.teams", "company.te", ""):
        with pytest.raises(SecretMissing, match="Cannot find secret for key 'TOKEN'"):
            book.get("TOKEN", namespace)


def test_case_does_not_matter(book: SecretBook) -> None:
    put(book, "company", "TOKEN", "x")

    assert book.get("token", "company") == "x"


def test_what_is_stored_for_one_secret_does_not_open_as_another(book: SecretBook) -> None:
    stolen = put(book, "company", "ROOT_PASSWORD", "swordfish")
    book.put(
        "guest",
        "MINE",
        SecretRecord(
            namespace="guest",
            key="MINE",
            value=stolen.value,
            description="",
            created_at=START,
            updated_at=START,
            updated_by="mallory",
        ),
    )

    with pytest.raises(SecretUnreadable, match="belongs to another secret"):
        book.get("MINE", "guest")


def test_a_namespace_goes_before_the_environment(book: SecretBook) -> None:
    values = SecretChain([book, EnvironmentSecrets({"SECRET_TOKEN": "ZnJvbSBlbnY="})])

    assert values.get("token", "company") == "from env"
    put(book, "company", "TOKEN", "from store")
    assert values.get("token", "company") == "from store"


def test_line_breaks_in_the_base64_of_the_environment_are_left_out() -> None:
    assert EnvironmentSecrets({"SECRET_A": "c3dv\ncmRm\r\naXNo"}).get("a", "") == "swordfish"


def test_a_missing_secret_says_how_to_set_it() -> None:
    with pytest.raises(SecretMissing) as caught:
        SecretChain([EnvironmentSecrets({})]).get("db_password", "company.team")

    assert str(caught.value) == (
        "Cannot find secret for key 'db_password'. Set it with `lanner secret set db_password "
        "-n company.team`, or as SECRET_DB_PASSWORD (base64) in the environment of the coordinator"
    )


def test_no_repr_tells_a_value(book: SecretBook) -> None:
    record = put(book, "company", "TOKEN", "swordfish")
    environment = EnvironmentSecrets({"SECRET_A": "c3dvcmRmaXNo"})

    shown = f"{record!r} {book!r} {environment!r} {SecretChain([book, environment])!r}"

    assert "swordfish" not in shown
    assert record.value not in shown
    assert "c3dvcmRmaXNo" not in shown


@pytest.mark.parametrize(
    ("subkey", "part"),
    [
        ("text", "wert"),
        ("number", "42"),
        ("flag", "true"),
        ("list", '["one","two"]'),
        ("map", '{"a":"ü"}'),
    ],
)
def test_a_part_of_a_secret_is_a_text(subkey: str, part: str) -> None:
    value = '{"text":"wert","number":42,"flag":true,"list":["one", "two"],"map":{"a": "ü"}}'

    assert subkey_of("json", value, subkey) == part


def test_a_part_that_is_not_there_is_told() -> None:
    with pytest.raises(SecretUnreadable) as caught:
        subkey_of("json", "{}", "missing")

    assert str(caught.value) == "Cannot find secret sub-key 'missing' in secret 'json'."


@pytest.mark.parametrize("value", ["swordfish", '["swordfish"]', '"swordfish"'])
def test_a_secret_without_parts_is_told_without_its_value(value: str) -> None:
    with pytest.raises(SecretUnreadable) as caught:
        subkey_of("plain", value, "part")

    assert str(caught.value) == (
        "Failed to read secret sub-key 'part' from secret 'plain'. "
        "Ensure the secret contains valid JSON value."
    )
