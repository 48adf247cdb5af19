"""Dialogs that ask for a file of this machine."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from textual.app import ComposeResult
from textual.widgets import Static

from lanner_console.dialogs.dialog import Row, text_field
from lanner_console.dialogs.fields import FieldsDialog
from lanner_console.workplace import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class SentFile:
    """A file to be stored.

    Attributes:
        file: On this machine.
        path: In the namespace.
    """

    file: Path
    path: str


class FileDialog(FieldsDialog):
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
        return self._file_problem()

    def _answer(self) -> SentFile:
        return SentFile(file=self._file(), path=self._value("path") or self._file().name)


class TemplateDialog(FieldsDialog):
    """Asks which file of this machine holds a template; gives its path."""

    def __init__(self, place: Workplace, template_id: str) -> None:
        title = f"Template {template_id}" if template_id else "A template"
        super().__init__(place, title=title, confirm="Store")

    def compose_body(self) -> ComposeResult:
        """Lay out the field."""
        yield Static("the file says its namespace and id", classes="note", markup=False)
        yield Row("file", text_field(id="file", placeholder="on this machine"))
        yield Static("", id="wrong", classes="wrong", markup=False)

    def _problem(self) -> str:
        return self._file_problem()

    def _answer(self) -> Path:
        return self._file()
