"""Values of loops that are secrets: each is sealed before it becomes the name of an iteration."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

import msgspec

from lanner_coordinator.engine.control.for_each import value_text
from lanner_coordinator.flow.expression import Rendered
from lanner_coordinator.flow.model import Task
from lanner_coordinator.flow.types.loop import LOOP_TYPE

Seal = Callable[[object, Collection[str]], object]
"""A value with those parts sealed that have one of the secrets in them."""


class SecretSteers(ValueError):
    """What steers a flowable is a secret that cannot be kept; the sentence does not tell it."""


def sealed_values(task: Task, rendered: Rendered, seal: Seal) -> object:
    """The values of a loop, sealed as far as they are secrets.

    Raises:
        SecretSteers: They are no list or map, or a key of the map is a secret.
    """
    values, secrets = _read(rendered)
    if isinstance(values, Mapping):
        _check_keys(values, secrets, seal)
        if task.type == LOOP_TYPE:
            return {key: _sealed(one, secrets, seal) for key, one in values.items()}
        values = [{"key": key, "value": one} for key, one in values.items()]
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise SecretSteers(
            "the loop's values are a secret, which must be a list, a map or the JSON text of one"
        )
    if task.type != LOOP_TYPE or isinstance(task.properties.get("values"), list):
        # Sealed, equal values cannot be told from others.
        values = list({None if one is None else value_text(one): one for one in values}.values())
    return [_sealed(one, secrets, seal) for one in values]


def _read(rendered: Rendered) -> tuple[object, Collection[str]]:
    """The values, and the secrets in them: of a secret that is a whole list, every text in it."""
    text, secrets = rendered.value, rendered.secrets
    if not isinstance(text, str):
        return text, secrets
    try:
        values = msgspec.json.decode(text)
    except msgspec.DecodeError as error:
        raise SecretSteers(
            "the loop's values are a secret, which must be a list, a map or the JSON text of one"
        ) from error
    return values, {*secrets, *_parts(values)} if text.strip() in secrets else secrets


def _parts(values: object) -> list[str]:
    if isinstance(values, Mapping):
        return [value_text(one) for one in values.values() if one is not None]
    if isinstance(values, list):
        return [value_text(one) for one in values if one is not None]
    return []


def _check_keys(values: Mapping[str, object], secrets: Collection[str], seal: Seal) -> None:
    keys = list(map(str, values))
    if any(seal(key, secrets) != key for key in keys):
        raise SecretSteers(
            "a key of the loop's values is a secret, and everybody sees keys: go through a list "
            "of maps with `key` and `value`"
        )


def _sealed(value: object, secrets: Collection[str], seal: Seal) -> object:
    """A value as it is, or sealed as the text that the loop would make of it."""
    if value is None:
        return None
    text = value_text(value)
    sealed = seal(text, secrets)
    return value if sealed == text else sealed
