"""`lanner completion`: the script that a shell reads to complete commands and options."""

from __future__ import annotations

import click

from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Verb, Word

SHELLS = ("bash", "zsh", "fish")
# The \b keeps click from filling the lines below it.
HELP = """Print the completion script of bash, zsh or fish.

\b
bash   lanner completion bash > ~/.local/share/bash-completion/completions/lanner
zsh    lanner completion zsh > "${fpath[1]}/_lanner"
fish   lanner completion fish > ~/.config/fish/completions/lanner.fish
"""


@click.command("completion", cls=Verb, help=HELP)
@click.argument("shell", type=Word(SHELLS, "SHELL"))
@click.pass_obj
def completion(invocation: Invocation, shell: str) -> None:
    """Print the completion script of a shell."""
    from click.shell_completion import get_completion_class

    from lanner_console.cli.root import root

    kind = get_completion_class(shell)
    if kind is None:
        raise TypeError(f"click has no completion for {shell}")
    invocation.emit(kind(root, {}, "lanner", "_LANNER_COMPLETE").source())
