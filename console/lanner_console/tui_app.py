"""Builds the console out of its parts and runs it; the one place that knows them all.

Textual is imported only after its environment is set, so this module imports none of it.
"""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from lanner_console.cli.errors import ConfigProblem
from lanner_console.cli.settings import Settings
from lanner_console.client import ConsoleClient
from lanner_console.clipboard import ClipboardWay
from lanner_console.clock import system_clock
from lanner_console.glyphs import ASCII, UNICODE
from lanner_console.link_monitor import LinkMonitor
from lanner_console.op_log import OperationLog
from lanner_console.workplace import USUAL_REFRESH_SECONDS, ConsoleOptions, Workplace

if TYPE_CHECKING:
    from lanner_console.screens.console_app import ConsoleApp

ESCAPE_MILLISECONDS = "30"
SLOW_REFRESH_SECONDS = 1.0
SLOW_CLOCK_SECONDS = 5.0
UI_SETTINGS = ("theme", "refresh", "mouse", "low_bandwidth", "clipboard")


def run_console(settings: Settings) -> int:
    """Open the console and stay until it is left; gives the exit code.

    Raises:
        ConfigProblem: A setting of the section `[ui]` is wrong.
    """
    # Textual reads it when it is imported; terminals send what follows an escape faster than this.
    os.environ.setdefault("ESCDELAY", ESCAPE_MILLISECONDS)
    options = console_options(settings, os.environ, Path.cwd())
    has_mouse = _flag(settings.config.ui, "mouse", default=True)
    return asyncio.run(_run(settings, options, has_mouse=has_mouse))


async def _run(settings: Settings, options: ConsoleOptions, *, has_mouse: bool) -> int:
    from lanner_console.grpc_client import connect

    client = connect(settings.address, timeout_seconds=settings.request_seconds)
    async with client:
        app = build(client, settings, options)
        return await app.run_async(mouse=has_mouse) or 0


def build(client: ConsoleClient, settings: Settings, options: ConsoleOptions) -> ConsoleApp:
    """Put the application together."""
    from lanner_console.screens.console_app import ConsoleApp

    return ConsoleApp(
        Workplace(
            client=client,
            clock=system_clock,
            new_id=lambda: secrets.token_hex(16),
            link=LinkMonitor(system_clock),
            acts=OperationLog(),
            glyphs=ASCII if settings.is_ascii else UNICODE,
            options=options,
        )
    )


def console_options(
    settings: Settings, environment: Mapping[str, str], working_folder: Path
) -> ConsoleOptions:
    """Read what the user has chosen.

    Raises:
        ConfigProblem: A setting of the section `[ui]` is wrong.
    """
    import platformdirs

    ui, context = settings.config.ui, settings.context
    for name in ui:
        if name not in UI_SETTINGS:
            raise ConfigProblem(
                f'{settings.config.path}: there is no setting "ui.{name}"',
                why=f"known are {', '.join(UI_SETTINGS)}",
            )
    is_slow = _is_slow(ui, environment)
    refresh_seconds = SLOW_REFRESH_SECONDS if is_slow else _refresh_seconds(ui)
    return ConsoleOptions(
        context_name=context.name if context else "",
        namespace=settings.namespace,
        is_read_only=bool(context and context.is_read_only),
        confirms_by_typing=bool(context and context.confirm == "type"),
        theme=_theme(ui),
        refresh_seconds=refresh_seconds,
        clock_seconds=SLOW_CLOCK_SECONDS if is_slow else 1.0,
        keymap=settings.config.keymap,
        views=settings.config.views,
        clipboard=_clipboard(ui, environment),
        environment=environment,
        save_folder=working_folder,
        state_folder=platformdirs.user_state_path("lanner"),
    )


def _theme(ui: Mapping[str, object]) -> str:
    name = str(ui.get("theme", "auto"))
    if name == "auto":
        return "lanner-dark"
    from textual.theme import BUILTIN_THEMES

    from lanner_console.theme import THEMES

    known = sorted({*BUILTIN_THEMES, *(theme.name for theme in THEMES)})
    if name not in known:
        raise ConfigProblem(f'there is no theme "{name}"', why=f"known are {', '.join(known)}")
    return name


def _refresh_seconds(ui: Mapping[str, object]) -> float:
    given = ui.get("refresh", USUAL_REFRESH_SECONDS)
    if not isinstance(given, int | float):
        raise ConfigProblem("ui.refresh is not a number", fix="write seconds, for example 0.5")
    return max(USUAL_REFRESH_SECONDS, float(given))


def _is_slow(ui: Mapping[str, object], environment: Mapping[str, str]) -> bool:
    """Tell whether bytes are to be spared: asked for, or the terminal is at the end of an SSH."""
    if ui.get("low_bandwidth", "auto") == "auto":
        return "SSH_CONNECTION" in environment
    return _flag(ui, "low_bandwidth", default=False)


def _clipboard(ui: Mapping[str, object], environment: Mapping[str, str]) -> ClipboardWay:
    name = environment.get("LANNER_CLIPBOARD") or str(ui.get("clipboard", "auto"))
    try:
        return ClipboardWay(name)
    except ValueError:
        raise ConfigProblem(
            f'there is no way to copy "{name}"',
            why=f"known are {', '.join(ClipboardWay)}",
            fix="set ui.clipboard or LANNER_CLIPBOARD to one of them",
        ) from None


def _flag(ui: Mapping[str, object], name: str, *, default: bool) -> bool:
    value = ui.get(name, default)
    if not isinstance(value, bool):
        raise ConfigProblem(f"ui.{name} is neither true nor false")
    return value
