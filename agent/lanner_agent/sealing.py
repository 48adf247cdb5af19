"""Outputs with secrets in them, sealed for the coordinator before they reach this host's disk.

The agent never needs its results back, so it has no key that could open them: they are encrypted to
a public key that comes with the attempt. What lies in a sealed box:

    public key of the coordinator (32 bytes) | ephemeral public key (32 bytes) | ciphertext and tag

The ciphertext is of AES-256-GCM, with a key that HKDF-SHA256 makes of the X25519 secret of both
keys, salted with them; it is used once, so that the nonce is zero. The attempt's id is bound to it.
"""

from __future__ import annotations

from lanner_agent.ids import AttemptId

KEY_BYTES = 32
"""Of a public key, and of the key that is made of it."""

PURPOSE = b"lanner outputs of an attempt"
"""Keeps these keys apart from others that are made of the same secret."""

_NONCE = bytes(12)


def sealed_for(public_key: bytes, content: bytes, attempt_id: AttemptId) -> bytes:
    """The box.

    Args:
        public_key: Of the coordinator.
        content: What is in it.
        attempt_id: Whose it is; it cannot be opened as another one's.

    Raises:
        ValueError: This is no public key.
    """
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    ephemeral = X25519PrivateKey.generate()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public_key))
    head = public_key + ephemeral.public_key().public_bytes_raw()
    key = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=head, info=PURPOSE).derive(shared)
    return head + AESGCM(key).encrypt(_NONCE, content, attempt_id.encode())
