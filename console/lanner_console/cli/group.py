"""Groups of commands that load what is called, take aliases and guess what was meant."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.options import HELP_NAMES

VERB_ALIASES: Mapping[str, str] = {"ls": "list", "rm": "delete", "show": "get"}


class NounGroup(click.Group):
    """The verbs of one noun; `ls` and `rm` are `list` and `delete`."""

    aliases: Mapping[str, str] = VERB_ALIASES

    def __init__(self, *args: Any, **attributes: Any) -> None:
        attributes.setdefault("context_settings", {}).update(HELP_NAMES)
        super().__init__(*args, **attributes)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs in the order in which they are written."""
        return list(self.commands)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name or alias."""
        return super().get_command(ctx, self.aliases.get(cmd_name, cmd_name))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the arguments name.

        Raises:
            UsageProblem: There is none; says which is near.
        """
        wanted = args[0]
        if not wanted.startswith("-") and self.get_command(ctx, wanted) is None:
            import difflib

            known = self.list_commands(ctx)
            close = difflib.get_close_matches(wanted, [*known, *self.aliases], n=1)
            meant = self.aliases.get(close[0], close[0]) if close else ""
            hint = f"did you mean `{ctx.command_path} {meant}`? " if meant else ""
            raise UsageProblem(
                f'`{ctx.command_path}` has no command "{wanted}"',
                why=f"there is {', '.join(known)}",
                fix=f"{hint}see `{ctx.command_path} --help`",
            )
        return super().resolve_command(ctx, args)


class LazyGroup(NounGroup):
    """A group that imports the module of a command when it is called.

    Args:
        modules: Where each command is: `package.module:attribute`, by name.
        aliases: Other names of them.
    """

    def __init__(
        self, *args: Any, modules: Mapping[str, str], aliases: Mapping[str, str], **attributes: Any
    ) -> None:
        super().__init__(*args, **attributes)
        self.modules = modules
        self.aliases = aliases

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Names of all commands, none of them loaded."""
        return list(self.modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load the command of this name or alias."""
        place = self.modules.get(self.aliases.get(cmd_name, cmd_name))
        if place is None:
            return None
        module, _, attribute = place.partition(":")
        command = getattr(import_module(module), attribute)
        if not isinstance(command, click.Command):
            raise TypeError(f"{place} is not a command")
        return command
