"""Data keys under a master key: what they open, and what they refuse to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lanner_coordinator.runtime.encryption import Cipher, Undecipherable
from lanner_coordinator.runtime.secrets.keyring import (
    Keyring,
    WrongMasterKey,
    new_keyring,
    unwrapped,
)
from tests.support.fake_clock import START

MASTER = b"m" * 32
OTHER = b"o" * 32


@pytest.fixture
def keyring() -> Keyring:
    return new_keyring(MASTER, START)


def test_what_the_master_key_itself_encrypted_before_there_were_data_keys_is_opened(
    keyring: Keyring,
) -> None:
    old = Cipher(MASTER).encrypt("swordfish")

    assert keyring.decrypt(old) == "swordfish"
    assert unwrapped(keyring.wrapped(OTHER), OTHER).decrypt(old) == "swordfish"


def test_a_keyring_comes_back_from_what_the_store_keeps(keyring: Keyring) -> None:
    sealed = keyring.encrypt("swordfish")

    assert unwrapped(keyring.wrapped(MASTER), MASTER).decrypt(sealed) == "swordfish"


def test_another_master_key_opens_no_keyring(keyring: Keyring) -> None:
    with pytest.raises(WrongMasterKey):
        unwrapped(keyring.wrapped(MASTER), OTHER)


def test_wrapped_keys_cannot_be_swapped(keyring: Keyring) -> None:
    first, second = keyring.wrapped(MASTER)
    swapped = [replace(first, id=second.id), replace(second, id=first.id)]

    with pytest.raises(WrongMasterKey):
        unwrapped(swapped, MASTER)


def test_a_text_opens_only_for_what_it_is_bound_to(keyring: Keyring) -> None:
    sealed = keyring.encrypt("swordfish", b"company/A")

    assert keyring.decrypt(sealed, b"company/A") == "swordfish"
    for other in (b"", b"company/B"):
        with pytest.raises(Undecipherable):
            keyring.decrypt(sealed, other)


def test_a_text_of_a_data_key_that_is_gone_is_refused(keyring: Keyring) -> None:
    sealed = keyring.with_new_key(START).encrypt("swordfish")

    with pytest.raises(Undecipherable, match="the data key that it names is not here"):
        keyring.decrypt(sealed)


def test_a_new_data_key_leaves_what_older_ones_encrypted_readable(keyring: Keyring) -> None:
    old = keyring.encrypt("swordfish")

    newer = keyring.with_new_key(START)
    keyring.become(newer)

    assert keyring.decrypt(old) == "swordfish"
    assert keyring.encrypt("x").startswith("2.")


def test_no_repr_tells_a_key(keyring: Keyring) -> None:
    shown = repr(keyring) + repr(keyring.wrapped(MASTER))

    assert str(MASTER) not in shown
    assert keyring.wrapped(MASTER)[0].wrapped not in shown
