"""The signs of the console: one set for terminals with Unicode, one in plain ASCII."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Glyphs:
    """Signs of one cell each, by what they stand for."""

    states: Mapping[str, str]
    """By name of a state, upper case."""
    pointer: str
    """The line that keys act on."""
    mark: str
    """A marked row."""
    ascending: str
    """A column sorted upwards."""
    descending: str
    """A column sorted downwards."""
    absent: str
    """No value."""
    separator: str
    """Between two facts on one line."""
    child: str
    """Crumb to crumb."""
    ran: str
    """Gantt: a task ran here."""
    failed: str
    """Gantt: an attempt that failed."""
    waited: str
    """Gantt: queued, or on its way to an agent."""
    pause: str
    """Gantt: between two attempts."""
    bar_full: str
    """Done part of a progress bar."""
    bar_rest: str
    """Open part of a progress bar."""
    on: str
    """Connected, enabled."""
    off: str
    """Lost, disabled."""
    warning: str
    """Before a warning."""


UNICODE = Glyphs(
    states={
        "SUCCESS": "✔",
        "FAILED": "✖",
        "WARNING": "▲",
        "RUNNING": "▶",
        "QUEUED": "…",
        "CREATED": "·",
        "SUBMITTED": "»",
        "PAUSED": "‖",
        "RETRYING": "↻",
        "RESTARTED": "↺",
        "RETRIED": "↺",
        "KILLED": "■",
        "KILLING": "⚑",
        "CANCELLED": "⊘",
        "SKIPPED": "∅",
    },
    pointer="▌",
    mark="●",
    ascending="▴",
    descending="▾",
    absent="–",  # noqa: RUF001
    separator="·",
    child="›",  # noqa: RUF001
    ran="▓",
    failed="█",
    waited="▒",
    pause="░",
    bar_full="▓",
    bar_rest="░",
    on="●",
    off="○",
    warning="▲",
)

ASCII = Glyphs(
    states={
        "SUCCESS": "+",
        "FAILED": "x",
        "WARNING": "!",
        "RUNNING": ">",
        "QUEUED": "q",
        "CREATED": ".",
        "SUBMITTED": ",",
        "PAUSED": "=",
        "RETRYING": "~",
        "RESTARTED": "r",
        "RETRIED": "R",
        "KILLED": "#",
        "KILLING": "k",
        "CANCELLED": "-",
        "SKIPPED": "_",
    },
    pointer=">",
    mark="*",
    ascending="^",
    descending="v",
    absent="-",
    separator="|",
    child=">",
    ran="=",
    failed="#",
    waited=".",
    pause="-",
    bar_full="#",
    bar_rest=".",
    on="*",
    off="o",
    warning="!",
)
