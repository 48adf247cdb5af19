"""The rows of a form that asks for inputs: one field each, checked when it is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.text import Text
from textual.widget import Widget
from textual.widgets import Input, Select, Static

from lanner_console.dialogs.dialog import Row, text_field
from lanner_console.dialogs.input_values import (
    BOOLEAN_TYPE,
    CHOICE_TYPES,
    FILE_TYPE,
    SECRET_TYPE,
    read_value,
    value_as_text,
)
from lanner_console.models import InputField
from lanner_console.widgets.text_fit import shown

BOOLEANS = ("true", "false")


class InputForm:
    """The fields of some inputs and what is wrong with them.

    Attributes:
        inputs: What is asked for, in order.
    """

    def __init__(self, inputs: Sequence[InputField], given: Mapping[str, object]) -> None:
        self.inputs = inputs
        self._fields = {field.id: _widget_of(field, given) for field in inputs}
        self._problems = {field.id: Static(classes="problem", markup=False) for field in inputs}

    def rows(self) -> Iterator[Widget]:
        """Give a row for each input, with its description and its problem below.

        The title of a group stands above the first of its inputs.
        """
        form = ""
        for field in self.inputs:
            if field.form and field.form != form:
                yield Static(shown(field.form), classes="note", markup=False)
            form = field.form
            label = _name_of(field) + (" *" if field.is_required else "")
            kind = Static(field.type, classes="type", markup=False)
            yield Row(label, self._fields[field.id], kind)
            if field.description:
                yield Static(shown(field.description), classes="about", markup=False)
            yield self._problems[field.id]

    @property
    def first(self) -> Widget | None:
        """The first field; absent: there is none."""
        return self._fields[self.inputs[0].id] if self.inputs else None

    def values(self, now: datetime) -> dict[str, object] | None:
        """Read all fields; absent: one of them is wrong, and says so."""
        values, is_wrong = {}, False
        for field in self.inputs:
            try:
                value = self._read(field, now)
            except ValueError:
                is_wrong = True
            else:
                if value is not None:
                    values[field.id] = value
        return None if is_wrong else values

    def check(self, widget: Widget, now: datetime) -> None:
        """Check the field that this widget is, if it is one."""
        for field in self.inputs:
            if widget is self._fields[field.id]:
                try:
                    self._read(field, now)
                except ValueError:
                    return

    def words(self) -> list[str]:
        """Give the options of a command that say the same; secrets are left out."""
        words = []
        for field in self.inputs:
            text = self._text_of(field)
            if text and field.type != SECRET_TYPE:
                words += ["-i", f"{field.id}={'@' if field.type == FILE_TYPE else ''}{text}"]
        return words

    def _text_of(self, field: InputField) -> str:
        match self._fields[field.id]:
            case Select() as choice:
                return "" if choice.value is Select.NULL else str(choice.value)
            case Input() as entry:
                return entry.value
            case other:
                raise TypeError(f"no field is a {type(other).__name__}")

    def _read(self, field: InputField, now: datetime) -> object:
        """Read a field and show what is wrong with it; raises ValueError."""
        try:
            value = read_value(field, self._text_of(field), now)
        except ValueError as error:
            remark(self._problems[field.id], f"{field.id} {error}")
            raise
        remark(self._problems[field.id], "")
        return value


def remark(problem: Static, text: str) -> None:
    """Show what is wrong; empty: nothing is."""
    problem.update(text)
    problem.set_class(bool(text), "-shown")


def _name_of(field: InputField) -> str:
    """How a field is called: below the title of its group, without the name of the group."""
    if field.display_name or not field.form:
        return field.display_name or field.id
    return field.id.rpartition(".")[2]


def _widget_of(field: InputField, given: Mapping[str, object]) -> Widget:
    text = value_as_text(field, given)
    values = BOOLEANS if field.type == BOOLEAN_TYPE else field.values
    if field.type in (BOOLEAN_TYPE, *CHOICE_TYPES) and values:
        # A Text, though its type asks for a str: in that brackets would be markup.
        options: list[tuple[Any, str]] = [(Text(shown(value)), value) for value in values]
        chosen = text if text in values else Select.NULL
        return Select(options, value=chosen, compact=True, prompt="choose")
    entry = text_field(text)
    entry.password = field.type == SECRET_TYPE
    return entry
