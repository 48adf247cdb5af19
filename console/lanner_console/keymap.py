"""Every key of the console, in one place: its id, its action and what it does.

The ids are the names of the `[keymap]` section of the configuration. Help, the line of keys at the
bottom and the command bar are made from these lists, so a key that is not here does not exist.
"""

from __future__ import annotations

from textual.binding import Binding

FORBIDDEN_KEYS = frozenset(
    # Screen and tmux take the first two; a legacy terminal sends the next four for tab, enter,
    # newline and backspace; F10 and F11 belong to the window.
    {"ctrl+a", "ctrl+b", "ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h", "f10", "f11"}
)


def _key(id: str, keys: str, action: str, does: str, *, shown: bool = False) -> Binding:
    return Binding(keys, action, does, id=id, show=shown)


TABLE = [
    _key("table.down", "down,j", "cursor_down", "next row"),
    _key("table.up", "up,k", "cursor_up", "previous row"),
    _key("table.page-down", "pagedown", "page_down", "page down"),
    _key("table.page-up", "pageup", "page_up", "page up"),
    _key("table.half-down", "ctrl+f", "half_page_down", "half a page down"),
    _key("table.half-up", "ctrl+u", "half_page_up", "half a page up"),
    _key("table.first", "g,home", "first", "first row"),
    _key("table.last", "G,end", "last", "last row"),
    _key("table.open", "enter", "open", "open", shown=True),
    _key("table.mark", "space", "mark", "mark", shown=True),
    _key("table.mark-range", "v", "mark_range", "mark a range from here"),
    _key("table.mark-down", "shift+down", "mark_down", "mark and go down"),
    _key("table.mark-up", "shift+up", "mark_up", "mark and go up"),
    _key("table.mark-all", "asterisk", "mark_all", "mark all that match", shown=True),
]

LOG = [
    _key("log.down", "down,j", "line_down", "line down"),
    _key("log.up", "up,k", "line_up", "line up, stop following"),
    _key("log.page-down", "pagedown", "log_page_down", "page down"),
    _key("log.page-up", "pageup", "log_page_up", "page up"),
    _key("log.head", "g,home,1", "head", "first line"),
    _key("log.tail", "G,end,0", "tail", "last line, follow"),
    _key("log.right", "right,l", "shift_right", "show what is right of the edge"),
    _key("log.left", "left,h", "shift_left", "back to the left"),
    _key("log.follow", "s", "follow", "follow", shown=True),
    _key("log.wrap", "w", "wrap", "wrap", shown=True),
    _key("log.stamps", "t", "stamps", "time", shown=True),
    _key("log.level", "L", "min_level", "level", shown=True),
    _key("log.next-hit", "n", "next_hit", "next hit", shown=True),
    _key("log.previous-hit", "N", "previous_hit", "previous hit"),
    _key("log.next-error", "e", "next_error", "next error", shown=True),
    _key("log.previous-error", "E", "previous_error", "previous error"),
    _key("log.last-1m", "2", "last_minutes(1)", "last minute"),
    _key("log.last-5m", "3", "last_minutes(5)", "last 5 minutes"),
    _key("log.last-15m", "4", "last_minutes(15)", "last 15 minutes"),
    _key("log.last-30m", "5", "last_minutes(30)", "last 30 minutes"),
    _key("log.last-1h", "6", "last_minutes(60)", "last hour"),
    _key("log.minute-back", "left_curly_bracket", "minute(-1)", "a minute back"),
    _key("log.minute-ahead", "right_curly_bracket", "minute(1)", "a minute ahead"),
]
