"""Dialogs that put something into a namespace, or take it out: values, secrets, files."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from textual.app import ComposeResult
from textual.widgets import Input, Select, Static

from lanner_console.cli.times import parse_duration
from lanner_console.dialogs.dialog import Dialog, Row, text_field
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
class SentFile:
    """A file to be stored.

    Attributes:
        file: On this machine.
        path: In the namespace.
    """

    file: Path
    path: str


class _Fields(Dialog[object]):
    """Fields that may be wrong; what is wrong stands below them."""

    def on_mount(self) -> None:
        """Begin at the first empty field."""
        fields = list(self.query(Input))
        next((one for one in fields if not one.value), fields[0]).focus()
        self._check()

    def on_input_changed(self) -> None:
        """See whether it may be done now."""
        self._check()

    def on_input_submitted(self) -> None:
        """Go to the next field, or do it on the last one."""
        if self.focused is list(self.query(Input))[-1]:
            self.action_confirm()
        else:
            self.focus_next()

    def _check(self) -> None:
        problem = self._problem()
        self.query_one("#wrong", Static).update(problem)
        self.allow(not problem)

    def _problem(self) -> str:
        raise NotImplementedError

    def _answer(self) -> object:
        raise NotImplementedError

    def _value(self, id: str) -> str:
        return self.query_one(f"#{id}", Input).value.strip()

    def action_confirm(self) -> None:
        """Give the answer if nothing is wrong."""
        self._check()
        if self.is_allowed:
            self.dismiss(self._answer())


class ValueDialog(_Fields):
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
        yield Row("value", text_field(value_text(row.value) if row else "", id="value"))
        yield Row("expires in", text_field(id="ttl", placeholder="never; 30d, PT1H"))
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

    def _ttl(self) -> float | None:
        text = self._value("ttl")
        return parse_duration(text) if text else None

    def _answer(self) -> KeptValue:
        return KeptValue(
            key=self._value("key"),
            value=self.query_one("#value", Input).value,
            type=str(self.query_one("#type", Select).value),
            ttl_seconds=self._ttl(),
            description=self._value("about"),
        )


class SecretDialog(_Fields):
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
        yield Row("about", text_field(self._description, id="about"))
        yield Static("", id="wrong", classes="wrong", markup=False)

    def _problem(self) -> str:
        if not self._value("key"):
            return "the key is missing"
        return "" if self.query_one("#value", Input).value else "the value is missing"

    def _answer(self) -> KeptSecret:
        return KeptSecret(
            key=self._value("key"),
            value=self.query_one("#value", Input).value,
            description=self._value("about"),
        )


class FileDialog(_Fields):
    """Asks which file of this machine to store; gives a `SentFile`."""

    def __init__(self, place: Workplace, namespace: str, path: str) -> None:
        super().__init__(place, title=f"A file of {namespace}", confirm="Store")
        self._path = path

    def compose_body(self) -> ComposeResult:
        """Lay out the fields."""
        yield Row("file", text_field(id="file", placeholder="on this machine"))
        yield Row("as", text_field(self._path, id="path", placeholder="its own name"))
        yield Static("", id="wrong", classes="wrong", markup=False)

    def _problem(self) -> str:
        file = self._value("file")
        if not file:
            return "the file is missing"
        return "" if self._file().is_file() else "this machine has no such file"

    def _file(self) -> Path:
        return Path(self._value("file")).expanduser()

    def _answer(self) -> SentFile:
        return SentFile(file=self._file(), path=self._value("path") or self._file().name)


class RemovalDialog(_Fields):
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
