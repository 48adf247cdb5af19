"""The Textual application: themes, keys, style sheets and the one screen."""

from __future__ import annotations

from pathlib import PurePath
from typing import ClassVar

from textual.app import App

from lanner_console.glyphs import ASCII
from lanner_console.screens.main import MainScreen
from lanner_console.theme import THEMES
from lanner_console.workplace import Workplace


class ConsoleApp(App[int]):
    """The console around a workplace."""

    TITLE = "Lanner"
    ENABLE_COMMAND_PALETTE = False
    CSS_PATH: ClassVar[list[str | PurePath]] = ["main.tcss", "executions.tcss", "execution.tcss"]
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
            self.add_class("-ascii")

    def get_default_screen(self) -> MainScreen:
        """Make the screen."""
        return MainScreen(self._place)
