"""Values with secrets in them, as executions carry them: encrypted, and opened when they are read.

Whatever a task makes of a secret — an output, a variable, a value for a subflow — is sealed before
it becomes an event. So no secret lies in clear in a journal, an archive or a backup, clients see
where one is, and an execution that is rebuilt after a crash still knows what to mask.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from lanner_coordinator.engine.events import Event, ExecutionReplayed, ExecutionRestored
from lanner_coordinator.flow.expression import (
    ENCRYPTED_TYPE,
    SEALED_TYPE,
    EffectError,
    SealedValue,
)
from lanner_coordinator.flow.expression.sealed_names import is_sealed_name
from lanner_coordinator.runtime.encryption import TextCipher, Undecipherable, opened
from lanner_coordinator.runtime.encryption import sealed as encrypted
from lanner_coordinator.runtime.variables import SECRET_MASK

_BRINGS_BACK = (ExecutionRestored, ExecutionReplayed)

SHORTEST_PART = 3
"""A shorter secret counts where it is the whole text only: it would be found everywhere."""

_MARKS = (SEALED_TYPE.encode(), ENCRYPTED_TYPE.encode())


class _Payload(msgspec.Struct, frozen=True, array_like=True):
    """What is encrypted: the value, and the secrets in it."""

    value: object
    secrets: Sequence[str]


def may_have_sealed(event: Event, record: bytes) -> bool:
    """Whether an event, or the execution that it brings back, may carry sealed values.

    Args:
        event: The event.
        record: Its JSON, where a snapshot is in base 64.
    """
    snapshot = event.snapshot if isinstance(event, _BRINGS_BACK) else b""
    return any(mark in record or mark in snapshot for mark in _MARKS)


def encrypted_parts(values: Mapping[str, object], cipher: TextCipher | None) -> dict[str, object]:
    """Values with those secrets encrypted that an agent marks as such, in clear."""
    return {name: _encrypted(value, cipher) for name, value in values.items()}


def _encrypted(value: object, cipher: TextCipher | None) -> object:
    if isinstance(value, Mapping):
        if value.get("type") == ENCRYPTED_TYPE and value.get("isClear") is True:
            return encrypted(str(value.get("value")), cipher)
        return {key: _encrypted(one, cipher) for key, one in value.items()}
    return [_encrypted(one, cipher) for one in value] if isinstance(value, list) else value


def seal_whole(values: Mapping[str, object], cipher: TextCipher | None) -> dict[str, object]:
    """All values sealed, where nobody knows any more which secrets may be in them."""
    return {name: _stored(value, (), cipher) for name, value in values.items()}


def seal(
    values: Mapping[str, object], secrets: Collection[str], cipher: TextCipher | None
) -> dict[str, object]:
    """The values with those parts sealed that have one of the secrets in them."""
    found = _present(values, secrets)
    return {
        name: _sealed(value, found, cipher) if found else value for name, value in values.items()
    }


def seal_json(record: str, secrets: Collection[str], cipher: TextCipher | None) -> str:
    """JSON with those parts sealed that have one of the secrets in them."""
    before = {"": msgspec.json.decode(record)}
    after = seal(before, secrets, cipher)
    return record if after == before else msgspec.json.encode(after[""]).decode()


def sealed_in(record: str) -> Mapping[str, object] | None:
    """What JSON stands for that is one sealed part; absent: it is none."""
    if SEALED_TYPE not in record:
        return None
    value = msgspec.json.decode(record)
    return value if isinstance(value, dict) and value.get("type") == SEALED_TYPE else None


def unseal(stored: Mapping[str, object], cipher: TextCipher | None) -> SealedValue:
    """What a sealed part stands for.

    Raises:
        EffectError: It cannot be decrypted.
    """
    try:
        payload = msgspec.json.decode(opened(stored, cipher), type=_Payload)
    except (Undecipherable, msgspec.MsgspecError) as error:
        raise EffectError(str(error)) from error
    return SealedValue(value=payload.value, secrets=payload.secrets)


def opened_parts(value: object, cipher: TextCipher | None, secrets: set[str]) -> object:
    """A value with all opened in it that is sealed or encrypted; `secrets` gets what was secret.

    Raises:
        EffectError: Something in it cannot be decrypted.
    """
    if isinstance(value, Mapping):
        if value.get("type") == SEALED_TYPE:
            sealed = unseal(value, cipher)
            secrets.update(sealed.secrets)
            return sealed.value
        if value.get("type") == ENCRYPTED_TYPE:
            return _decrypted(value, cipher, secrets)
        return {key: opened_parts(one, cipher, secrets) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [opened_parts(one, cipher, secrets) for one in value]
    return value


def _decrypted(stored: Mapping[str, object], cipher: TextCipher | None, secrets: set[str]) -> str:
    try:
        text = opened(stored, cipher)
    except Undecipherable as error:
        raise EffectError(str(error)) from error
    secrets.add(text)
    return text


def masked(value: object) -> object:
    """A value for people: each sealed part is a mask."""
    return _with_sealed(value, lambda _: SECRET_MASK)


def revealed(value: object, cipher: TextCipher | None) -> object:
    """A value for people who may see the secrets in it."""
    return _with_sealed(value, lambda stored: unseal(stored, cipher).value)


def _with_sealed(value: object, shown: Callable[[Mapping[str, object]], object]) -> object:
    """A value with something else in the place of each sealed part."""
    if isinstance(value, Mapping):
        if value.get("type") == SEALED_TYPE:
            return shown(value)
        return {key: _with_sealed(one, shown) for key, one in value.items()}
    return [_with_sealed(one, shown) for one in value] if isinstance(value, list | tuple) else value


def shown_name(name: str | None) -> str | None:
    """The name of an iteration for people; absent: there is none."""
    return SECRET_MASK if name is not None and is_sealed_name(name) else name


def masked_values(values: Mapping[str, object]) -> Mapping[str, object]:
    """Values by name for people."""
    return {name: masked(value) for name, value in values.items()}


def revealed_values(
    values: Mapping[str, object], cipher: TextCipher | None
) -> Mapping[str, object]:
    """Values by name for people who may see the secrets in them."""
    return {name: revealed(value, cipher) for name, value in values.items()}


def _present(values: Mapping[str, object], secrets: Collection[str]) -> Sequence[str]:
    """Those of the secrets that are in the values at all: most values have none."""
    if not secrets or not values:
        return ()
    record = msgspec.json.encode(values)
    return [secret for secret in secrets if secret and _escaped(secret) in record]


def _escaped(secret: str) -> bytes:
    return msgspec.json.encode(secret)[1:-1]


def _sealed(value: object, secrets: Sequence[str], cipher: TextCipher | None) -> object:
    if isinstance(value, Mapping):
        if value.get("type") in (SEALED_TYPE, ENCRYPTED_TYPE):
            return value
        if any(_secrets_in(str(key), secrets) for key in value):
            return _stored(value, secrets, cipher)
        return {key: _sealed(one, secrets, cipher) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_sealed(one, secrets, cipher) for one in value]
    if value is None or isinstance(value, bool):
        return value
    inside = _secrets_in(value if isinstance(value, str) else _text(value), secrets)
    return _stored(value, inside, cipher) if inside else value


def _secrets_in(text: str, secrets: Sequence[str]) -> Sequence[str]:
    return [
        secret
        for secret in secrets
        if secret == text or (len(secret) >= SHORTEST_PART and secret in text)
    ]


def _text(value: object) -> str:
    return msgspec.json.encode(value).decode().strip('"')


def _stored(
    value: object, secrets: Sequence[str], cipher: TextCipher | None
) -> Mapping[str, object]:
    payload = msgspec.json.encode(_Payload(value, secrets)).decode()
    if cipher is None:
        return {"type": SEALED_TYPE, "value": payload, "isClear": True}
    return {"type": SEALED_TYPE, "value": cipher.encrypt(payload)}
