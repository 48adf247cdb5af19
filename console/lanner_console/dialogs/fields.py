"""A dialog of a few fields, of which the last one gives the answer."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input, Static

from lanner_console.dialogs.dialog import Dialog


class FieldsDialog(Dialog[object]):
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

    def _file(self) -> Path:
        """The file of this machine that is named."""
        return Path(self._value("file")).expanduser()

    def _file_problem(self) -> str:
        """Why nothing can come from that file; empty: something may."""
        if not self._value("file"):
            return "the file is missing"
        return "" if self._file().is_file() else "this machine has no such file"

    def _about(self, known: str) -> str:
        """A description; one of several lines stays as it is unless its first one is changed."""
        first = known.split("\n")[0]
        typed = self._value("about")
        return known if typed == first.strip() else typed

    def action_confirm(self) -> None:
        """Give the answer if nothing is wrong."""
        self._check()
        if self.is_allowed:
            self.dismiss(self._answer())
