"""Asks for the range of a backfill."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from textual.app import ComposeResult
from textual.widgets import Input, Static

from lanner_console.cli.times import parse_instant
from lanner_console.dialogs.dialog import Dialog, Row, text_field
from lanner_console.models import TriggerRow
from lanner_console.workplace import Workplace


@dataclass(frozen=True, slots=True, kw_only=True)
class BackfillRange:
    """Dates of a schedule.

    Attributes:
        start: The first one is at this time or later.
        end: The last one is at this time or before; absent: now.
    """

    start: datetime
    end: datetime | None


class BackfillDialog(Dialog[BackfillRange]):
    """Two dates, as people write them."""

    def __init__(self, place: Workplace, row: TriggerRow) -> None:
        name = f"{row.key.flow_id}/{row.key.trigger_id}"
        super().__init__(place, title=f"Backfill {name}", confirm="Start")
        self._row = row

    def compose_body(self) -> ComposeResult:
        """Lay out the fields."""
        yield Static(
            f"One execution for each date of {self._row.condition} {self._row.timezone}, "
            "oldest first, one after the other.",
            classes="note",
            markup=False,
        )
        yield Row("from", text_field("-24h", id="start"))
        yield Row("to", text_field("now", id="end"))
        yield Static("", id="reading", classes="note", markup=False)

    def on_mount(self) -> None:
        """Begin at the first field."""
        self.query_one("#start", Input).focus()
        self._read()

    def on_input_changed(self) -> None:
        """Say how the dates are read."""
        self._read()

    def on_input_submitted(self) -> None:
        """Go to the next field."""
        self.focus_next()

    def _read(self) -> BackfillRange | None:
        reading = self.query_one("#reading", Static)
        now = self.place.clock()
        try:
            start = parse_instant(self.query_one("#start", Input).value, now)
            end = parse_instant(self.query_one("#end", Input).value or "now", now)
            if end <= start:
                raise ValueError("the end is not after the start")
        except ValueError as error:
            self._remark(reading, str(error), is_wrong=True)
            self.allow(False)
            return None
        zone = self.place.timezone
        first, last = (f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}" for at in (start, end))
        self._remark(reading, f"{first} to {last}", is_wrong=False)
        self.allow(True)
        return BackfillRange(start=start, end=end)

    def _remark(self, reading: Static, text: str, *, is_wrong: bool) -> None:
        reading.update(text)
        reading.set_class(is_wrong, "wrong")

    def action_confirm(self) -> None:
        """Start it."""
        if dates := self._read():
            self.dismiss(dates)
