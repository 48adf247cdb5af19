"""Secrets of the environment, as Kestra's open edition has them: `SECRET_<NAME>`, base64."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping

_PREFIX = "SECRET_"


class EnvironmentSecrets:
    """Secrets that the coordinator's environment holds. The repr says how many, not which."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._encoded = {
            name.removeprefix(_PREFIX).upper(): value
            for name, value in environment.items()
            if name.startswith(_PREFIX)
        }

    def __repr__(self) -> str:
        return f"<{len(self._encoded)} secrets of the environment>"

    def get(self, name: str) -> str:
        """The value of a secret.

        Raises:
            LookupError: There is none of this name, or its value is no base64; with a sentence.
        """
        encoded = self._encoded.get(name.upper())
        if encoded is None:
            raise LookupError(
                f'no secret "{name}": set {_PREFIX}{name.upper()} (base64) in the environment '
                "of the coordinator"
            )
        try:
            return base64.b64decode(encoded, validate=False).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise LookupError(f'secret "{name}": {_PREFIX}{name.upper()} is no base64') from error
