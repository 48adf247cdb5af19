"""Opens the outputs that agents seal before they keep them on their disks.

An agent seals with a public key that comes with the attempt; the private ones are made of the data
keys, so that nothing more has to be kept, backed up or changed with the master key. What is in a
sealed box stands in the agent's `sealing`.
"""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from lanner_coordinator.runtime.encryption import Undecipherable
from lanner_coordinator.runtime.secrets.keyring import Keyring

PUBLIC_BYTES = 32
"""Of a public key."""

PURPOSE = b"lanner outputs of an attempt"
"""Keeps the key of a box apart from others that are made of the same secret."""

_KEY_BYTES = 32
_PRIVATE_PURPOSE = b"lanner private key for outputs"
_NONCE = bytes(12)


class OutputKeys:
    """The keys for outputs, of all data keys of a keyring. The repr tells none."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring
        self._known: dict[str, bytes] = {}
        self._private: dict[bytes, X25519PrivateKey] = {}

    @property
    def public(self) -> bytes:
        """What agents seal with from now on: it changes with the data key."""
        self._learn()
        return self._known[self._keyring.newest_id]

    def open(self, box: bytes, attempt_id: str) -> bytes:
        """What is in a box.

        Raises:
            Undecipherable: It is of another coordinator or attempt, or was changed.
        """
        self._learn()
        head, sealed = box[: 2 * PUBLIC_BYTES], box[2 * PUBLIC_BYTES :]
        private = self._private.get(head[:PUBLIC_BYTES])
        try:
            if private is None:
                raise ValueError("no such key")
            shared = private.exchange(X25519PublicKey.from_public_bytes(head[PUBLIC_BYTES:]))
            return AESGCM(_derived(shared, PURPOSE, head)).decrypt(
                _NONCE, sealed, attempt_id.encode()
            )
        except (InvalidTag, ValueError) as error:
            raise Undecipherable(
                f"The outputs of the attempt {attempt_id} came sealed and cannot be opened: they "
                "were sealed for another data folder, or changed on their way"
            ) from error

    def _learn(self) -> None:
        if self._keyring.newest_id in self._known:
            return
        for key_id, data_key in self._keyring.data_keys().items():
            derived = _derived(data_key, _PRIVATE_PURPOSE, b"")
            private = X25519PrivateKey.from_private_bytes(derived)
            public = private.public_key().public_bytes_raw()
            self._known[key_id] = public
            self._private[public] = private


def _derived(secret: bytes, purpose: bytes, salt: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=salt, info=purpose).derive(secret)
