from __future__ import annotations

import re

import click
import pytest

from lanner_console.cli.options import Verb
from lanner_console.cli.root import ALIASES, HELP, MODULES, root
from lanner_console.cli.topics import FILTER_TEXT, exit_codes_text


def commands() -> list[tuple[str, click.Command]]:
    """Every command of the program, by the words that call it."""
    context = click.Context(root, info_name="lanner")
    found: list[tuple[str, click.Command]] = []
    for noun in root.list_commands(context):
        command = root.get_command(context, noun)
        assert command is not None
        found.append((noun, command))
        if isinstance(command, click.Group):
            found += [(f"{noun} {name}", verb) for name, verb in command.commands.items()]
    return found


def test_the_programs_help_names_every_command() -> None:
    words = set(re.findall(r"[a-z-]+", HELP))

    missing = [name for name, _ in commands() if not set(name.split()) <= words]

    assert missing == []


def test_the_programs_help_names_no_verb_that_is_not_there() -> None:
    listed = re.findall(r"^  (\w+) {2,}([a-z-]+(?:, [a-z-]+)+)", HELP, re.MULTILINE)
    there = {name for name, _ in commands()}

    named = {f"{noun} {verb}" for noun, verbs in listed for verb in verbs.split(", ")}

    assert len(named) > 20
    assert named - there == set()


def test_help_fits_eighty_columns() -> None:
    lines = (HELP + FILTER_TEXT + exit_codes_text()).splitlines()

    assert [line for line in lines if len(line) > 80] == []


def test_every_command_says_what_it_does() -> None:
    assert [name for name, command in commands() if not command.get_short_help_str()] == []


def test_every_alias_leads_to_a_command() -> None:
    assert set(ALIASES.values()) <= set(MODULES)


@pytest.mark.parametrize(
    "name",
    [name for name, command in commands() if isinstance(command, Verb)],
)
def test_every_verb_takes_the_shared_options(name: str) -> None:
    verb = dict(commands())[name]

    options = {option for param in verb.params for option in param.opts}

    assert {"--output", "--address", "--timeout", "--debug", "--ascii"} <= options


def test_no_verb_uses_an_option_twice() -> None:
    for name, command in commands():
        options = [option for param in command.params for option in param.opts]
        assert len(options) == len(set(options)), name
