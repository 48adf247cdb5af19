"""The box over the screen that every dialog stands in."""

from __future__ import annotations

from textual.containers import Vertical
from textual.content import Content

from lanner_console.widgets.text_fit import shown


class Box(Vertical):
    """A frame of the usual looks; its title and foot may be texts from outside.

    Args:
        title: Above.
        foot: Below, at the right.
    """

    DEFAULT_CSS = """
    Box {
        width: 90%;
        height: auto;
        border: round $primary;
        border-title-color: $text-primary;
        border-title-style: bold;
        border-subtitle-color: $text-muted;
        background: $surface;
        padding: 0 1;
    }
    """

    def __init__(self, title: str = "", foot: str = "") -> None:
        super().__init__(id="box")
        self.border_title = title
        self.border_subtitle = foot

    def render_str(self, text_content: str | Content) -> Content:
        """Give a title without power over the terminal; brackets in it are brackets."""
        return Content(shown(text_content)) if isinstance(text_content, str) else text_content
