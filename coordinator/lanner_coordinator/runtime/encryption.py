"""Texts that are stored encrypted: values of SECRET inputs, and what `encrypt()` makes.

AES-GCM with a nonce of its own for each text, in base 64: nonce, ciphertext, tag. Keys are base 64
of 16, 24 or 32 bytes.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lanner_coordinator.flow.expression import ENCRYPTED_TYPE

KEY_SIZES = (16, 24, 32)
"""Bytes that a key may have."""

_NONCE_BYTES = 12
_CLEAR = "isClear"


class BadKey(ValueError):
    """A text is no key; the message does not tell the text."""


class Undecipherable(ValueError):
    """A text was not encrypted with this key, or was changed since."""


class TextCipher(Protocol):
    """Encrypts texts and decrypts them again."""

    def encrypt(self, text: str, bound_to: bytes = b"") -> str:
        """The encrypted text; it can be decrypted with the same `bound_to` only."""
        ...

    def decrypt(self, encrypted: str, bound_to: bytes = b"") -> str:
        """The text.

        Raises:
            Undecipherable: It was not encrypted with this key, or bound to something else.
        """
        ...

    def stored(self, text: str) -> Mapping[str, object]:
        """What stands for a secret text among the values of an execution."""
        ...


class Cipher(TextCipher):
    """Encrypts and decrypts with one key. The repr does not tell it."""

    def __init__(self, key: bytes) -> None:
        self._aes = AESGCM(key)

    def encrypt(self, text: str, bound_to: bytes = b"") -> str:
        """The encrypted text."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return base64.b64encode(nonce + self._aes.encrypt(nonce, text.encode(), bound_to)).decode()

    def decrypt(self, encrypted: str, bound_to: bytes = b"") -> str:
        """The text."""
        try:
            record = base64.b64decode(encrypted, validate=True)
            return self._aes.decrypt(
                record[:_NONCE_BYTES], record[_NONCE_BYTES:], bound_to
            ).decode()
        except (binascii.Error, InvalidTag, ValueError) as error:
            raise Undecipherable(
                "An encrypted value cannot be decrypted: the encryption key is another one than "
                "the one it was stored with"
            ) from error

    def stored(self, text: str) -> Mapping[str, object]:
        """What stands for a secret text among the values of an execution."""
        return {"type": ENCRYPTED_TYPE, "value": self.encrypt(text)}


def sealed(text: str, cipher: TextCipher | None) -> Mapping[str, object]:
    """What stands for a secret text; in clear, and marked so, where nothing can be encrypted."""
    if cipher is None:
        return {"type": ENCRYPTED_TYPE, "value": text, _CLEAR: True}
    return cipher.stored(text)


def is_in_clear(stored: Mapping[str, object]) -> bool:
    """Whether a stored map has its text as it is, for want of a key."""
    return stored.get(_CLEAR) is True


def opened(stored: Mapping[str, object], cipher: TextCipher | None) -> str:
    """The text that a stored map stands for.

    Raises:
        Undecipherable: It was not encrypted with this key, or there is no key.
    """
    value = str(stored.get("value"))
    if is_in_clear(stored):
        return value
    if cipher is None:
        raise Undecipherable("A value is stored encrypted, and encryption is not configured")
    return cipher.decrypt(value)


def parse_key(text: str) -> bytes:
    """The key of its base 64.

    Raises:
        BadKey: It is none.
    """
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) not in KEY_SIZES:
        raise BadKey("an encryption key is the base 64 of 16, 24 or 32 bytes")
    return key
