"""What a container is created with, and what it is told, where there are secrets."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from lanner_agent.hidden_arguments import with_secrets_named, without_secret_arguments
from lanner_agent.masking import Masker
from lanner_agent.runners.contract import Command, ContainerOptions
from lanner_agent.runners.docker.hidden_start import (
    HiddenStart,
    hides_anything,
    names_in_the_open,
)
from lanner_agent.runners.seen_paths import SeenPaths

SECRET = "sword'fi$h \"`x`\\\n\tend"
MASKER = Masker([SECRET])


def a_command(*argv: str, entrypoint: tuple[str, ...] | None = (), **environment: str) -> Command:
    return Command(
        attempt_id="a",
        argv=argv,
        environment=environment,
        working_dir=Path("w"),
        output_dir=Path("o"),
        working_dir_token="@w",
        output_dir_token="@o",
        container=ContainerOptions(image="busybox", entrypoint=entrypoint),
    )


def start_of(command: Command, image: Mapping[str, object] | None = None) -> HiddenStart:
    command = with_secrets_named(without_secret_arguments(command, MASKER), MASKER)
    seen = SeenPaths.of(command, working="/w", output="/o", libraries={})
    return HiddenStart.of(command, seen, image or {})


def ended(start: HiddenStart, told: bytes | None = None) -> tuple[int, str, str]:
    """What a container does that is started so."""
    done = subprocess.run(
        [*start.entrypoint, *start.arguments],
        env={"PATH": "/usr/bin:/bin", **start.variables},
        input=start.told if told is None else told,
        capture_output=True,
        timeout=20,
        check=False,
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def shown(start: HiddenStart) -> str:
    return f"{start} {start.entrypoint} {start.arguments} {start.variables}"


def test_a_secret_variable_is_set_and_shown_to_nobody() -> None:
    command = a_command("sh", "-c", 'echo "$A $B $WORKING_DIR"; cat; exit 3', A=SECRET, B="@w/b")
    start = start_of(command)

    assert ended(start) == (3, f"{SECRET} /w/b /w\n", "")
    assert "fi$h" not in shown(start)
    assert start.arguments == ["sh", "-c", 'echo "$A $B $WORKING_DIR"; cat; exit 3']
    assert start.variables == {"B": "/w/b", "WORKING_DIR": "/w", "OUTPUT_DIR": "/o"}


def test_secret_arguments_and_secret_commands_of_a_shell_are_shown_to_nobody() -> None:
    plain = start_of(a_command("printf", "%s.", "a b", SECRET, ""))
    commands = start_of(a_command("sh", "-c", f"cat <<'END'\n{SECRET}\nEND"))

    assert ended(plain) == (0, f"a b.{SECRET}..", "")
    assert ended(commands) == (0, f"{SECRET}\n", "")
    assert "fi$h" not in shown(plain) + shown(commands)


@pytest.mark.parametrize(
    ("entrypoint", "argv", "printed"),
    [
        (None, (), "image's command"),
        (None, ("given",), "image's given"),
        ((), ("echo", "given"), "given"),
        (("echo", "own"), ("given",), "own given"),
        (("echo", "own"), (), "own"),
    ],
)
def test_the_program_is_the_one_that_the_engine_would_run(
    entrypoint: tuple[str, ...] | None, argv: tuple[str, ...], printed: str
) -> None:
    image = {"Entrypoint": ["echo", "image's"], "Cmd": ["command"]}
    start = start_of(a_command(*argv, entrypoint=entrypoint, A=SECRET), image)

    assert ended(start) == (0, f"{printed}\n", "")


@pytest.mark.parametrize("kept", [0, 5, 30, 60])
def test_a_container_that_is_not_told_all_of_it_runs_nothing(kept: int) -> None:
    start = start_of(a_command("echo", "never", A="x" * 50 + SECRET))

    code, printed, complaint = ended(start, start.told[:kept])

    assert code in (2, 125)
    assert printed == ""
    assert "fi$h" not in complaint


def test_only_what_a_shell_can_set_is_hidden() -> None:
    plain = replace(a_command("env"), environment={"a.b": SECRET, "c": "open"})
    command = with_secrets_named(plain, MASKER)

    assert not hides_anything(command)
    assert names_in_the_open(command) == ["a.b"]
    assert hides_anything(replace(command, has_secret_arguments=True))


def test_a_command_without_secrets_stays_as_it_is() -> None:
    command = a_command("env", A="open")

    assert with_secrets_named(command, Masker()) is command
    assert not hides_anything(with_secrets_named(command, MASKER))
    assert names_in_the_open(command) == []
