"""Secret values at rest: encrypted, opened with the same key only, secrets once opened."""

from __future__ import annotations

import base64

import pytest

from lanner_coordinator.flow.expression import ENCRYPTED_TYPE
from lanner_coordinator.runtime.encryption import (
    BadKey,
    Cipher,
    Undecipherable,
    opened,
    parse_key,
    sealed,
)

KEY = base64.b64encode(b"k" * 32).decode()


@pytest.fixture
def cipher() -> Cipher:
    return Cipher(parse_key(KEY))


def test_a_text_comes_back_as_it_was(cipher: Cipher) -> None:
    for text in ("", "swordfish", "zwei\nZeilen ☃"):
        assert cipher.decrypt(cipher.encrypt(text)) == text


def test_the_same_text_is_encrypted_differently_each_time(cipher: Cipher) -> None:
    assert cipher.encrypt("swordfish") != cipher.encrypt("swordfish")


def test_another_key_opens_nothing(cipher: Cipher) -> None:
    other = Cipher(parse_key(base64.b64encode(b"o" * 32).decode()))

    with pytest.raises(Undecipherable, match="another one than the one it was stored with"):
        other.decrypt(cipher.encrypt("swordfish"))


@pytest.mark.parametrize("text", ["", "AAAA", "no base 64!", base64.b64encode(b"x" * 40).decode()])
def test_what_was_never_encrypted_is_refused(cipher: Cipher, text: str) -> None:
    with pytest.raises(Undecipherable):
        cipher.decrypt(text)


def test_a_changed_text_is_refused(cipher: Cipher) -> None:
    record = bytearray(base64.b64decode(cipher.encrypt("swordfish")))
    record[-1] ^= 1

    with pytest.raises(Undecipherable):
        cipher.decrypt(base64.b64encode(record).decode())


@pytest.mark.parametrize("text", ["", "abc", base64.b64encode(b"x" * 31).decode()])
def test_a_wrong_key_is_refused_without_telling_it(text: str) -> None:
    with pytest.raises(BadKey) as caught:
        parse_key(text)

    assert str(caught.value) == "an encryption key is the base 64 of 16, 24 or 32 bytes"


def test_a_sealed_value_does_not_hold_the_text(cipher: Cipher) -> None:
    stored = sealed("swordfish", cipher)

    assert stored["type"] == ENCRYPTED_TYPE
    assert "swordfish" not in str(stored)
    assert opened(stored, cipher) == "swordfish"


def test_without_a_key_a_value_is_kept_in_clear_and_encrypted_ones_are_not_opened(
    cipher: Cipher,
) -> None:
    assert opened(sealed("swordfish", None), None) == "swordfish"

    with pytest.raises(Undecipherable, match="encryption is not configured"):
        opened(cipher.stored("swordfish"), None)
