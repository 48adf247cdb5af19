"""Secrets are kept out of arguments, and commands do the same as before."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from lanner_agent.hidden_arguments import (
    COMMANDS_VARIABLE,
    has_secret_arguments,
    without_secret_arguments,
)
from lanner_agent.masking import Masker
from lanner_agent.runners.contract import Command

MASKER = Masker(["swordfish"])


def a_command(*argv: str) -> Command:
    return Command(
        attempt_id="a",
        argv=argv,
        environment={"A": "b"},
        working_dir=Path("w"),
        output_dir=Path("o"),
        working_dir_token="@w",
        output_dir_token="@o",
    )


@pytest.mark.parametrize(
    "shell", [("/bin/sh", "-c"), ("bash", "-ec"), ("/bin/bash", "-e", "-u", "-c"), ("zsh", "-c")]
)
def test_a_shell_finds_its_commands_in_its_environment(shell: Sequence[str]) -> None:
    command = without_secret_arguments(a_command(*shell, "echo swordfish"), MASKER)

    assert not has_secret_arguments(command, MASKER)
    assert tuple(command.argv[:-1]) == tuple(shell)
    assert command.environment == {"A": "b", COMMANDS_VARIABLE: "echo swordfish"}


@pytest.mark.parametrize(
    "argv",
    [
        ("/bin/sh", "-c", "echo trout"),
        ("python", "-c", "print('swordfish')"),
        ("curl", "-H", "swordfish"),
        ("sh", "swordfish.sh"),
        ("sh", "--rcfile-c", "swordfish"),
        ("sh", "-c", "echo $0", "swordfish"),
    ],
)
def test_other_commands_stay_as_they_are(argv: Sequence[str]) -> None:
    command = a_command(*argv)

    assert without_secret_arguments(command, MASKER) is command


@pytest.mark.parametrize(
    "commands",
    [
        "echo swordfish",
        "set -e\nfalse\necho swordfish",
        "exit 3 # swordfish",
        "echo 'a \"b\" $HOME `c` \\d' swordfish",
        "cat <<'END'\nswordfish $A\nEND\necho done",
        'x="swordfish"\nif [ "$x" = swordfish ]; then echo yes; fi',
        "f() { echo swordfish; return 4; }\nf",
        f'echo "swordfish ${{{COMMANDS_VARIABLE}:-gone}} ${{lanner_commands:-gone}}"; env | sort',
        "sh -c 'exit 7' swordfish",
        "echo swordfish >&2; echo out",
    ],
)
def test_commands_do_the_same_as_before(commands: str) -> None:
    plain = a_command("/bin/sh", "-c", commands)
    hidden = without_secret_arguments(plain, MASKER)

    assert hidden is not plain
    assert ended(hidden) == ended(plain)


def ended(command: Command) -> tuple[int, str, str]:
    done = subprocess.run(
        command.argv,
        env=dict(command.environment),
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr
