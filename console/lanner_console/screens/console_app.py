"""The Textual application: themes, keys, style sheets and the one screen."""

from __future__ import annotations

from pathlib import Path, PurePath
from typing import ClassVar

from textual import events
from textual.app import App
from textual.notifications import SeverityLevel
from textual.widgets import Input

from lanner_console.dialogs.types_ahead import TypesAhead
from lanner_console.glyphs import ASCII
from lanner_console.screens.main import MainScreen
from lanner_console.theme import THEMES
from lanner_console.widgets.line_area import ASCII_CLASS
from lanner_console.workplace import Workplace

FOLDER = Path(__file__).parent
STYLE_SHEETS = ("main.tcss", "executions.tcss", "execution.tcss", "ascii.tcss")


class ConsoleApp(App[int]):
    """The console around a workplace."""

    TITLE = "Lanner"
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH: ClassVar[list[str | PurePath]] = [FOLDER / name for name in STYLE_SHEETS]
    NOTIFICATION_TIMEOUT = 4

    def __init__(self, place: Workplace) -> None:
        super().__init__()
        self._place = place
        self.animation_level = "none"
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = place.options.theme
        self.set_keymap(dict(place.options.keymap))
        if place.glyphs is ASCII:
            self.add_class(ASCII_CLASS)

    def on_key(self, event: events.Key) -> None:
        """Bring a character to the field that it was meant for.

        A field takes every character. So one that arrives here while a field has the focus, or is
        about to get it, was typed before the field was there, and the list got it instead.
        """
        if not event.is_printable:
            return
        field = self.focused if isinstance(self.focused, Input) else None
        waits = isinstance(self.screen, TypesAhead) and self.focused is None
        if field is not None or waits:
            event.prevent_default()
            target = field or self.screen
            target.post_message(events.Key(event.key, event.character))

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = False,
    ) -> None:
        """Tell something in a corner; brackets in it, as of `task[value]`, are brackets."""
        super().notify(message, title=title, severity=severity, timeout=timeout, markup=markup)

    def get_default_screen(self) -> MainScreen:
        """Make the screen."""
        return MainScreen(self._place)
