"""Parts of secrets that are JSON: `secret('DATABASE', subkey='password')`."""

from __future__ import annotations

import json
from collections.abc import Mapping

from lanner_coordinator.runtime.secrets.values import SecretUnreadable


def subkey_of(key: str, value: str, subkey: str) -> str:
    """One part of a secret as a text; lists and maps as JSON.

    Raises:
        SecretUnreadable: The secret is no JSON object, or has no such part.
    """
    try:
        parts = json.loads(value)
    except ValueError:
        parts = None
    if not isinstance(parts, Mapping):
        raise SecretUnreadable(
            f"Failed to read secret sub-key '{subkey}' from secret '{key}'. "
            "Ensure the secret contains valid JSON value."
        )
    if subkey not in parts:
        raise SecretUnreadable(f"Cannot find secret sub-key '{subkey}' in secret '{key}'.")
    part = parts[subkey]
    return (
        part
        if isinstance(part, str)
        else json.dumps(part, ensure_ascii=False, separators=(",", ":"))
    )
