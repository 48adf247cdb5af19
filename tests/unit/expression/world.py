"""A small world for expressions: a clock that stands still, secrets, keys and files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from lanner_coordinator.flow.expression import EffectError, Effects, render

NOW = dt.datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=dt.UTC)


class World(Effects):
    """Answers from what it is given and remembers what was asked."""

    def __init__(
        self,
        secrets: Mapping[str, str] | None = None,
        keys: Mapping[str, object] | None = None,
        files: Mapping[str, str] | None = None,
    ) -> None:
        self.secrets = dict(secrets or {})
        self.keys = dict(keys or {})
        self.files = dict(files or {})
        self.calls: list[tuple[object, ...]] = []

    def now(self) -> dt.datetime:
        return NOW

    def random_bytes(self, count: int) -> bytes:
        return bytes(range(count))

    def secret(self, key: str, namespace: str | None, subkey: str | None) -> str:
        self.calls.append(("secret", key, namespace, subkey))
        if key not in self.secrets:
            raise EffectError(f"Cannot find secret for key '{key}'.")
        return self.secrets[key]

    def kv(self, key: str, namespace: str | None, error_on_missing: bool) -> object:
        self.calls.append(("kv", key, namespace, error_on_missing))
        return self.keys.get(key)

    def read(self, uri: str) -> str:
        return self.files[uri]

    def file_size(self, uri: str) -> int:
        return len(self.files[uri])

    def file_exists(self, uri: str) -> bool:
        return uri in self.files

    def call(
        self, name: str, arguments: tuple[object, ...], keywords: Mapping[str, object]
    ) -> object:
        self.calls.append((name, arguments, dict(keywords)))
        return f"result of {name}"


def text(template: str, /, **variables: object) -> object:
    """Render a template with variables in a world of nothing."""
    return render(template, variables, World()).value
