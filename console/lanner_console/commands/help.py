"""`lanner help`: the program's help, that of a command, or a topic."""

from __future__ import annotations

import click

from lanner_console.cli.options import HELP_NAMES
from lanner_console.cli.topics import FILTER_TEXT, exit_codes_text, keys_text

TOPICS = {"exit-codes": exit_codes_text, "filter": lambda: FILTER_TEXT, "keys": keys_text}


@click.command("help", context_settings=HELP_NAMES)
@click.argument("words", nargs=-1, metavar="[exit-codes|filter|keys|COMMAND...]")
@click.pass_context
def help_command(ctx: click.Context, words: tuple[str, ...]) -> None:
    """Show the exit codes, the filter language, the console's keys, or a command's help."""
    if len(words) == 1 and words[0] in TOPICS:
        click.echo(TOPICS[words[0]](), nl=False)
        return
    named = ctx.find_root()
    for word in words:
        if not isinstance(named.command, click.Group):
            break
        name, command, _ = named.command.resolve_command(named, [word])
        if command is not None:
            named = click.Context(command, info_name=name, parent=named)
    click.echo(named.get_help())
