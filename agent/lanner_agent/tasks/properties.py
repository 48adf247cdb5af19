"""Read rendered properties: as lenient as Kestra, and with all problems told at once.

The coordinator has checked the flow against the type's schema, but an expression may still have
become anything: `"true"` stands for true, `"3"` for 3, a JSON text for a list or a map.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from lanner_agent.tasks.contract import FailureCause, TaskFailed

FLAGS = {"true": True, "false": False}


class PropertyReader:
    """Reads values of one map of properties.

    Problems are collected, for nested maps too, until `finish` tells them.
    """

    def __init__(
        self, properties: Mapping[str, object], path: str = "", problems: list[str] | None = None
    ) -> None:
        self._properties = properties
        self._path = path
        self._problems: list[str] = [] if problems is None else problems

    def __contains__(self, name: str) -> bool:
        return self._properties.get(name) is not None

    def refuse(self, problem: str) -> None:
        """Add a problem: a sentence."""
        self._problems.append(problem)

    def finish(self) -> None:
        """Tell all problems.

        Raises:
            TaskFailed: There are problems; cause PROPERTIES.
        """
        if self._problems:
            raise TaskFailed(" ".join(self._problems), cause=FailureCause.PROPERTIES)

    def value(self, name: str) -> object:
        """The value as it is; absent and null are the same."""
        return self._properties.get(name)

    def text(self, name: str, default: str | None = None) -> str | None:
        """A text; numbers and truth values are written out."""
        value = self.value(name)
        if value is None:
            return default
        if isinstance(value, list | dict):
            self._wrong(name, "a text")
            return default
        return shown(value)

    def required_text(self, name: str) -> str:
        """A text that must be there and not be empty."""
        given = self.text(name)
        if not given and not isinstance(self.value(name), list | dict):
            self.refuse(f"The property `{self._path}{name}` is missing.")
        return given or ""

    def choice(self, name: str, options: Sequence[str], default: str) -> str:
        """One of some texts, in any case of letters."""
        given = self.text(name, default) or default
        if given.upper() not in options:
            self._wrong(name, f"one of {', '.join(options)}")
            return default
        return given.upper()

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True or false."""
        value = self.value(name)
        if value is None:
            return default
        if isinstance(value, str):
            value = FLAGS.get(value.strip().lower(), value)
        if not isinstance(value, bool):
            self._wrong(name, "true or false")
            return default
        return value

    def whole(self, name: str, default: int) -> int:
        """A whole number, at least 1."""
        value = self.number(name)
        if value is None:
            return default
        if value != int(value) or value < 1:
            self._wrong(name, "a whole number from 1 on")
            return default
        return int(value)

    def number(self, name: str) -> float | None:
        """A number."""
        value = self.value(name)
        try:
            if isinstance(value, bool | list | dict):
                raise ValueError(value)
            return None if value is None or value == "" else float(str(value))
        except ValueError:
            self._wrong(name, "a number")
            return None

    def texts(self, name: str) -> list[str]:
        """A list of texts; one text stands for a list of it."""
        value = from_json(self.value(name), "[")
        if value is None:
            return []
        if isinstance(value, dict):
            self._wrong(name, "a list")
            return []
        items = value if isinstance(value, list | tuple) else [value]
        return [shown(item) for item in items if item is not None]

    def mapping(self, name: str) -> Mapping[str, object]:
        """A map to anything."""
        value = from_json(self.value(name), "{")
        if value is None:
            return {}
        if not isinstance(value, Mapping):
            self._wrong(name, "a map")
            return {}
        return value

    def text_map(self, name: str) -> dict[str, str]:
        """A map to texts; values that are null are empty."""
        return {key: shown(value) for key, value in self.mapping(name).items()}

    def record(self, name: str) -> PropertyReader:
        """A map that is read like this one."""
        return PropertyReader(self.mapping(name), f"{self._path}{name}.", self._problems)

    def records(self, name: str) -> list[Mapping[str, object]]:
        """A list of maps."""
        value = from_json(self.value(name), "[")
        items = value if isinstance(value, list) else [] if value is None else [value]
        maps = [item for item in items if isinstance(item, Mapping)]
        if len(maps) != len(items):
            self._wrong(name, "a list of maps")
        return maps

    def _wrong(self, name: str, expected: str) -> None:
        # The value itself is not told: it may hold a secret.
        self.refuse(f"The property `{self._path}{name}` must be {expected}.")


def shown(value: object) -> str:
    """A value as text, as an expression prints it: JSON for lists and maps, empty for null."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int() | float():
            return str(value)
        case _:
            return json.dumps(value, ensure_ascii=False, default=str)


def from_json(value: object, opening: str) -> object:
    """The value, or what it says where it is a JSON text that begins with `opening`."""
    if isinstance(value, str) and value.lstrip().startswith(opening):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
