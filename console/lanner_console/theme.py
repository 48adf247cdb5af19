"""The console's own themes, in colours that terminals with 256 of them have."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="lanner-dark",
    primary="#5fafd7",
    secondary="#af87d7",
    accent="#5fd7d7",
    foreground="#d0d0d0",
    background="#121212",
    surface="#1c1c1c",
    panel="#262626",
    success="#87af5f",
    warning="#d7af5f",
    error="#ff5f5f",
    dark=True,
)
LIGHT = Theme(
    name="lanner-light",
    primary="#005f87",
    secondary="#5f5faf",
    accent="#00875f",
    foreground="#262626",
    background="#eeeeee",
    surface="#e4e4e4",
    panel="#dadada",
    success="#5f8700",
    warning="#af5f00",
    error="#af0000",
    dark=False,
)
THEMES = (DARK, LIGHT)
