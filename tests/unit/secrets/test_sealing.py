"""Sealed values: which parts are, what they stand for, and what no repr tells."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lanner_coordinator.flow.expression import (
    ENCRYPTED_TYPE,
    SEALED_TYPE,
    EffectError,
    Rendered,
    SealedValue,
)
from lanner_coordinator.flow.types.keeping import Setting
from lanner_coordinator.flow.types.native_type import NativeResult, VariableWish
from lanner_coordinator.runtime.artifacts import Owner
from lanner_coordinator.runtime.encryption import Cipher
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.secrets.sealing import (
    masked_values,
    opened_parts,
    revealed_values,
    seal,
    seal_whole,
    unseal,
)
from lanner_coordinator.runtime.subflows.wish import SubflowWish

CIPHER = Cipher(b"k" * 32)
MASK = "********"


def test_values_without_secrets_stay_as_they_are() -> None:
    values = {"a": "x", "b": [1, {"c": None}]}

    assert seal(values, ["swordfish"], CIPHER) == values
    assert seal(values, [], CIPHER) == values


def test_each_part_with_a_secret_is_sealed_by_itself() -> None:
    values = {"a": "a swordfish", "b": [1, {"c": "swordfish", "d": "trout"}], "n": 4711}

    sealed = seal(values, ["swordfish", "4711"], CIPHER)

    assert masked_values(sealed) == {"a": MASK, "b": [1, {"c": MASK, "d": "trout"}], "n": MASK}
    assert revealed_values(sealed, CIPHER) == values
    assert "swordfish" not in str(sealed)


def test_a_map_with_a_secret_among_its_keys_is_sealed_whole() -> None:
    sealed = seal({"a": {"swordfish": 1}}, ["swordfish"], CIPHER)

    assert masked_values(sealed) == {"a": MASK}
    assert revealed_values(sealed, CIPHER) == {"a": {"swordfish": 1}}


def test_a_short_secret_seals_only_what_is_nothing_else() -> None:
    sealed = seal({"a": "x", "b": "box"}, ["x"], CIPHER)

    assert masked_values(sealed) == {"a": MASK, "b": "box"}


def test_a_secret_with_quotes_and_line_ends_is_found() -> None:
    secret = 'say "ä"\nand\tgo'

    assert masked_values(seal({"a": f"<{secret}>"}, [secret], CIPHER)) == {"a": MASK}


def test_a_date_with_a_secret_in_it_is_sealed() -> None:
    sealed = seal({"at": datetime(2026, 11, 24, tzinfo=UTC)}, ["2026-11-24"], CIPHER)

    assert masked_values(sealed) == {"at": MASK}


def test_a_sealed_part_says_which_texts_in_it_are_secret() -> None:
    sealed = seal({"a": "user etl, password swordfish"}, ["swordfish", "trout"], CIPHER)["a"]

    assert isinstance(sealed, dict)
    assert unseal(sealed, CIPHER) == SealedValue(
        value="user etl, password swordfish", secrets=["swordfish"]
    )


def test_what_is_sealed_or_encrypted_already_stays_so() -> None:
    once = seal({"a": "swordfish", "b": CIPHER.stored("swordfish")}, ["swordfish"], CIPHER)

    assert seal(once, ["swordfish", "sealed", "aes"], CIPHER) == once


def test_opening_tells_the_secrets() -> None:
    sealed = seal({"a": ["a swordfish"]}, ["swordfish"], CIPHER)
    secrets: set[str] = set()

    value = opened_parts({**sealed, "b": CIPHER.stored("trout"), "c": 1}, CIPHER, secrets)

    assert value == {"a": ["a swordfish"], "b": "trout", "c": 1}
    assert secrets == {"swordfish", "trout"}


@pytest.mark.parametrize("kind", [SEALED_TYPE, ENCRYPTED_TYPE])
def test_what_was_not_sealed_with_this_key_is_refused(kind: str) -> None:
    forged = {"type": kind, "value": Cipher(b"o" * 32).encrypt('["x",["x"]]')}

    with pytest.raises(EffectError, match="another one than the one it was stored with"):
        opened_parts(forged, CIPHER, set())


def test_without_a_key_parts_are_still_masked() -> None:
    sealed = seal({"a": "swordfish"}, ["swordfish"], None)

    assert masked_values(sealed) == {"a": MASK}
    assert revealed_values(sealed, None) == {"a": "swordfish"}


def test_what_nobody_knows_the_secrets_of_is_sealed_whole() -> None:
    sealed = seal_whole({"a": 1, "b": ["x"]}, CIPHER)

    assert masked_values(sealed) == {"a": MASK, "b": MASK}
    assert revealed_values(sealed, CIPHER) == {"a": 1, "b": ["x"]}


@pytest.mark.parametrize(
    "holder",
    [
        Rendered("swordfish", frozenset({"swordfish"})),
        SealedValue(value="swordfish", secrets=["swordfish"]),
        Setting(value="swordfish"),
        NativeResult(
            outputs={"a": "swordfish"},
            error="swordfish",
            logs=(("INFO", "swordfish"),),
            labels={"a": "swordfish"},
            variables=VariableWish(values={"a": "swordfish"}),
        ),
        SubflowWish(
            namespace="n", flow_id="f", inputs={"a": "swordfish"}, secrets=frozenset({"swordfish"})
        ),
        Request(
            owner=Owner(namespace="n", flow_id="f", execution_id="e"),
            task_id="t",
            task_run_id="r",
            properties={"a": "swordfish"},
            secrets=frozenset({"swordfish"}),
        ),
    ],
)
def test_no_repr_tells_a_secret(holder: object) -> None:
    assert "swordfish" not in repr(holder)
