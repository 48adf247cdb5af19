r"""The script of a scripted command: a few words of shell, played on the event loop's clock.

A scenario test is an ordinary flow: the same `io.kestra.plugin.scripts.shell.Commands` task that
runs in a shell elsewhere is played here, without a process and without waiting for real time. The
script is the last argument of the command, one statement a line (or between `;`), in the quoting of
the shell; `$NAME` and `${NAME}` are the command's variables. Empty lines, comments, `set …`
and `true` mean nothing.

    echo WORDS             a line of stdout
    echo WORDS >&2         a line of stderr
    echo WORDS > PATH      a line into a file of the working folder, or of `$OUTPUT_DIR`
    echo WORDS >> PATH     one more line into it
    cat PATH               the lines of a file, to stdout
    sleep SECONDS          time passes
    exit CODE              ends the command; without it, it ends with 0 after the last statement

What a shell does not have, for what goes wrong:

    hang                   nothing more until it is stopped
    oom                    ends like a container that exceeded its memory
    lost                   ends like a container that was removed by somebody else
    no-image WORDS         as the first statement: does not start, the image cannot be had
    unavailable WORDS      as the first statement: does not start, the engine does not answer

For example `echo '::{"outputs":{"rows":3}}::'` gives an output, and `sleep 3600; exit 1` fails
after an hour.
"""

from __future__ import annotations

import shlex
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from string import Template

from lanner_agent.errors import ImageUnavailable, RunnerError, RunnerUnavailable
from lanner_agent.runners.contract import Stream


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Write a line to a stream."""

    stream: Stream
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Save:
    """Write a line into a file.

    Attributes:
        path: Below the working folder, or absolute below the output folder.
        text: The line.
        appends: Whether what is in the file stays.
    """

    path: str
    text: str
    appends: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """Write a file's lines to stdout."""

    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleep:
    """Let time pass; for ever, where `seconds` is infinite."""

    seconds: float


class Ending(StrEnum):
    """How a script ends."""

    EXIT = "exit"
    OUT_OF_MEMORY = "oom"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """End the command."""

    ending: Ending
    exit_code: int | None


Statement = Write | Save | Show | Sleep | End


def parse_script(argv: Sequence[str], environment: Mapping[str, str]) -> list[Statement]:
    """Read the script of a command.

    Raises:
        RunnerError: The script says so, or cannot be understood.
    """
    text = argv[-1] if argv else ""
    statements = []
    for line in text.splitlines():
        for words in _split(Template(line).safe_substitute(environment)):
            statement = _statement(words)
            if statement is not None:
                statements.append(statement)
    return statements


def _split(line: str) -> list[list[str]]:
    """Words of each statement of a line; redirections are words of their own."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=";>&")
    lexer.whitespace_split = True
    lexer.commenters = "#"
    try:
        tokens = list(lexer)
    except ValueError as cause:
        raise RunnerError(f'The script line "{line}" cannot be read: {cause}.') from cause
    statements: list[list[str]] = [[]]
    for token in tokens:
        if token == ";":
            statements.append([])
        else:
            statements[-1].append(token)
    return [words for words in statements if words]


def _statement(words: list[str]) -> Statement | None:
    verb, *rest = words
    read = _VERBS.get(verb)
    if read is None:
        raise RunnerError(
            f'The scripted runner does not know "{verb}"; it knows {", ".join(sorted(_VERBS))}.'
        )
    try:
        return read(rest)
    except (ValueError, IndexError) as cause:
        raise RunnerError(f'The statement "{shlex.join(words)}" makes no sense.') from cause


def _nothing(_: list[str]) -> None:
    return None


def _echo(words: list[str]) -> Statement:
    if words[-2:] == [">&", "2"]:
        return Write(stream=Stream.STDERR, text=" ".join(words[:-2]))
    if len(words) >= 2 and words[-2] in (">", ">>"):
        text = " ".join(words[:-2])
        return Save(path=words[-1], text=text, appends=words[-2] == ">>")
    return Write(stream=Stream.STDOUT, text=" ".join(words))


def _exit(words: list[str]) -> Statement:
    return End(ending=Ending.EXIT, exit_code=int(words[0]) if words else 0)


def _no_image(words: list[str]) -> Statement:
    raise ImageUnavailable(" ".join(words))


def _unavailable(words: list[str]) -> Statement:
    raise RunnerUnavailable(" ".join(words))


_VERBS: Mapping[str, Callable[[list[str]], Statement | None]] = {
    "set": _nothing,
    "true": _nothing,
    "echo": _echo,
    "cat": lambda words: Show(path=words[0]),
    "sleep": lambda words: Sleep(seconds=float(words[0])),
    "hang": lambda _: Sleep(seconds=float("inf")),
    "exit": _exit,
    "oom": lambda _: End(ending=Ending.OUT_OF_MEMORY, exit_code=137),
    "lost": lambda _: End(ending=Ending.LOST, exit_code=None),
    "no-image": _no_image,
    "unavailable": _unavailable,
}
