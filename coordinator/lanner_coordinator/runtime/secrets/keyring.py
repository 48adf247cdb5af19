"""The keys that values are encrypted with, themselves encrypted with the master key.

Values are encrypted with data keys, and only those with the master key: a new master key means new
wrappings for a handful of data keys, not new ciphertexts for all that was ever kept. A ciphertext
names its data key: `3.<base 64>`. One that names none is of the time when the master key encrypted
values itself; that key lives on as data key `0`.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lanner_coordinator.flow.expression import ENCRYPTED_TYPE
from lanner_coordinator.runtime.encryption import Cipher, TextCipher, Undecipherable
from lanner_coordinator.store.secret_records import DataKeyRecord

KEY_BYTES = 32
"""AES-256."""

OLDEST_ID = "0"
"""Data key of the values that name none."""

_NONCE_BYTES = 12


class WrongMasterKey(ValueError):
    """A data key was wrapped with another master key."""


class Keyring(TextCipher):
    """Encrypts with the newest data key and decrypts with the one that a value names.

    The repr tells no key.
    """

    def __init__(self, keys: Mapping[str, bytes], made_at: Mapping[str, datetime]) -> None:
        self._take(keys, made_at)

    def __repr__(self) -> str:
        return f"<Keyring of {len(self._keys)} data keys>"

    def encrypt(self, text: str, bound_to: bytes = b"") -> str:
        """The encrypted text."""
        return f"{self._newest}.{self._ciphers[self._newest].encrypt(text, bound_to)}"

    def decrypt(self, encrypted: str, bound_to: bytes = b"") -> str:
        """The text."""
        named, dot, rest = encrypted.partition(".")
        key_id, record = (named, rest) if dot else (OLDEST_ID, encrypted)
        cipher = self._ciphers.get(key_id)
        if cipher is None:
            raise Undecipherable(
                "An encrypted value cannot be decrypted: the data key that it names is not here"
            )
        return cipher.decrypt(record, bound_to)

    def stored(self, text: str) -> Mapping[str, object]:
        """What stands for a secret text among the values of an execution."""
        return {"type": ENCRYPTED_TYPE, "value": self.encrypt(text)}

    @property
    def newest_id(self) -> str:
        """Id of the data key that encrypts."""
        return self._newest

    def data_keys(self) -> Mapping[str, bytes]:
        """All data keys by id; never to be kept or sent."""
        return self._keys

    def with_new_key(self, now: datetime) -> Keyring:
        """The same with one more data key, for all that is encrypted from now on."""
        key_id = str(int(self._newest) + 1)
        key = secrets.token_bytes(KEY_BYTES)
        return Keyring({**self._keys, key_id: key}, {**self._made_at, key_id: now})

    def become(self, other: Keyring) -> None:
        """Take the keys of another one, which opens all that this one opens."""
        self._take(other._keys, other._made_at)

    def wrapped(self, master: bytes) -> Sequence[DataKeyRecord]:
        """All data keys as the store keeps them."""
        return [
            DataKeyRecord(id=key_id, wrapped=_wrap(master, key_id, key), created_at=made_at)
            for key_id, key, made_at in (
                (key_id, key, self._made_at[key_id]) for key_id, key in self._keys.items()
            )
        ]

    def _take(self, keys: Mapping[str, bytes], made_at: Mapping[str, datetime]) -> None:
        self._keys = dict(keys)
        self._made_at = dict(made_at)
        self._ciphers = {key_id: Cipher(key) for key_id, key in keys.items()}
        self._newest = max(keys, key=int)


def new_keyring(master: bytes, now: datetime) -> Keyring:
    """The keyring of a coordinator that has none: one data key, and the master key of before."""
    keys = {OLDEST_ID: master, "1": secrets.token_bytes(KEY_BYTES)}
    return Keyring(keys, dict.fromkeys(keys, now))


def unwrapped(records: Sequence[DataKeyRecord], master: bytes) -> Keyring:
    """The keyring that the store keeps.

    Raises:
        WrongMasterKey: It was wrapped with another master key.
    """
    return Keyring(
        {record.id: _unwrap(master, record) for record in records},
        {record.id: record.created_at for record in records},
    )


def _wrap(master: bytes, key_id: str, key: bytes) -> str:
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return base64.b64encode(nonce + AESGCM(master).encrypt(nonce, key, _bound(key_id))).decode()


def _unwrap(master: bytes, record: DataKeyRecord) -> bytes:
    try:
        wrapped = base64.b64decode(record.wrapped, validate=True)
        nonce, sealed = wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:]
        return AESGCM(master).decrypt(nonce, sealed, _bound(record.id))
    except (binascii.Error, InvalidTag, ValueError) as error:
        raise WrongMasterKey(record.id) from error


def _bound(key_id: str) -> bytes:
    return f"lanner data key {key_id}".encode()
