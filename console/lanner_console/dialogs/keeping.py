"""Dialogs that put something into a namespace, or take it out."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from textual.app import ComposeResult
from textual.widgets import Input, Select, Static, TextArea

from lanner_console.cli.secret_value import without_line_end
from lanner_console.cli.times import parse_duration
from lanner_console.cli.variables import json_or_text
from lanner_console.dialogs.dialog import Row, lines_field, text_field
from lanner_console.dialogs.fields import FieldsDialog
from lanner_console.models import KeyValueRow
from lanner_console.widgets.values_view import value_text
from lanner_console.workplace import Workplace

TYPES = ("STRING", "NUMBER", "BOOLEAN", "DATETIME", "DATE", "DURATION", "JSON")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptValue:
    """A value to be set.

    Attributes:
        key: Unique in the namespace.
        value: As it was typed; the coordinator converts it.
        type: One of TYPES.
        ttl_seconds: How long it is there; absent: for ever.
        description: For people.
    """

    key: str
    value: str
    type: str
    ttl_seconds: float | None
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSecret:
    """A secret to be set.

    Attributes:
        key: Unique in the namespace.
        value: Never shown.
        description: For people.
    """

    key: str
    value: str = field(repr=False)
    description: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptVariable:
    """A variable to be set.

    Attributes:
        name: Dots make maps.
        text: As it was typed: JSON or else a text.
    """

    name: str
    text: str

    @property
    def value(self) -> object:
        """What the text stands for."""
        return json_or_text(self.text)


class ValueDialog(FieldsDialog):
    """Asks for a value; gives a `KeptValue`."""

    DEFAULT_CSS = "ValueDialog Row > Select { width: 24; }"

    def __init__(self, place: Workplace, namespace: str, row: KeyValueRow | None) -> None:
        super().__init__(place, title=f"A value of {namespace}", confirm="Set")
        self._row = row

    def compose_body(self) -> ComposeResult:
        """Lay out the fields."""
        row = self._row
        yield Row("key", text_field(row.key if row else "", id="key"))
        types = Select(
            [(one, one) for one in TYPES],
            value=row.type if row and row.type in TYPES else "STRING",
            allow_blank=False,
            compact=True,
            id="type",
        )
        yield Row("type", types)
        text = value_text(row.value) if row else ""
        several = "\n" in text or "\r" in text
        yield Row("value", (lines_field if several else text_field)(text, id="value"))
        left = f"PT{self._seconds_left(row):.0f}S" if row and row.expires_at else ""
        yield Row("expires in", text_field(left, id="ttl", placeholder="never; 30d, PT1H"))
        yield Row("about", text_field(row.description if row else "", id="about"))
        yield Static("", id="wrong", classes="wrong", markup=False)

    def _problem(self) -> str:
        if not self._value("key"):
            return "the key is missing"
        try:
            self._ttl()
        except ValueError as error:
            return str(error)
        return ""

    def _seconds_left(self, row: KeyValueRow) -> float:
        at = row.expires_at
        return max(1.0, (at - self.place.clock()).total_seconds()) if at else 0.0

    def _ttl(self) -> float | None:
        text = self._value("ttl")
        return parse_duration(text) if text else None

    def _answer(self) -> KeptValue:
        return KeptValue(
            key=self._value("key"),
            value=self._text(),
            type=str(self.query_one("#type", Select).value),
            ttl_seconds=self._ttl(),
            description=self._about(self._row.description if self._row else ""),
        )

    def _text(self) -> str:
        field = self.query_one("#value")
        return field.text if isinstance(field, TextArea) else self.query_one("#value", Input).value


class SecretDialog(FieldsDialog):
    """Asks for a secret, whose value is not shown while it is typed; gives a `KeptSecret`."""

    def __init__(self, place: Workplace, namespace: str, key: str, description: str) -> None:
        super().__init__(place, title=f"A secret of {namespace}", confirm="Set")
        self._key = key
        self._description = description

    def compose_body(self) -> ComposeResult:
        """Lay out the fields."""
        yield Row("key", text_field(self._key, id="key"))
        value = text_field(id="value", placeholder="masked here, and never shown again")
        value.password = True
        yield Row("value", value)
        yield Row("or from file", text_field(id="file", placeholder="on this machine"))
        yield Row("about", text_field(self._description, id="about"))
        yield Static("", id="wrong", classes="wrong", markup=False)

    def _problem(self) -> str:
        if not self._value("key"):
            return "the key is missing"
        file = self._value("file")
        if file and self.query_one("#value", Input).value:
            return "a secret has one value: empty the field or the name of the file"
        if file:
            return self._file_problem()
        return "" if self.query_one("#value", Input).value else "the value is missing"

    def _secret(self) -> str:
        """What was typed, or what the file says without its last line end, as the command does."""
        if not self._value("file"):
            return self.query_one("#value", Input).value
        return without_line_end(self._file().read_text(encoding="utf-8"))

    def action_confirm(self) -> None:
        """Give the answer, unless the file cannot be read."""
        try:
            super().action_confirm()
        except (OSError, UnicodeDecodeError):
            self.query_one("#wrong", Static).update("the file cannot be read, or is no text")

    def _answer(self) -> KeptSecret:
        return KeptSecret(
            key=self._value("key"),
            value=self._secret(),
            description=self._about(self._description),
        )


class VariableDialog(FieldsDialog):
    """Asks for a variable; gives a `KeptVariable`."""

    def __init__(self, place: Workplace, namespace: str, name: str, value: object) -> None:
        super().__init__(place, title=f"A variable of {namespace}", confirm="Set")
        self._variable = name
        self._known = _typed(value) if name else ""

    def compose_body(self) -> ComposeResult:
        """Lay out the fields."""
        yield Row("name", text_field(self._variable, id="name", placeholder="dots make maps"))
        yield Row("value", text_field(self._known, id="value", placeholder="JSON or else a text"))
        yield Static("", id="wrong", classes="wrong", markup=False)

    def _problem(self) -> str:
        name = self._value("name")
        if not name:
            return "the name is missing"
        return "" if all(name.split(".")) else "nothing stands between two dots of the name"

    def _answer(self) -> KeptVariable:
        return KeptVariable(name=self._value("name"), text=self.query_one("#value", Input).value)


def _typed(value: object) -> str:
    """What to type for a variable: a text that looks like JSON needs quotes."""
    if isinstance(value, str) and json_or_text(value) == value and "\n" not in value:
        return value
    return json.dumps(value, ensure_ascii=False)


class RemovalDialog(FieldsDialog):
    """Asks whether something may go for good: its name must be typed; gives True."""

    def __init__(self, place: Workplace, what: str, name: str) -> None:
        super().__init__(place, title=f"Delete {what} {name}", confirm="Delete")
        self._name = name

    def compose_body(self) -> ComposeResult:
        """Lay out the field."""
        yield Static(f"to go on, type {self._name}", classes="note", markup=False)
        yield Row("type it", text_field(id="typed"))
        yield Static("", id="wrong", classes="wrong", markup=False)

    def _check(self) -> None:
        self.allow(self._value("typed") == self._name)

    def _answer(self) -> bool:
        return True
