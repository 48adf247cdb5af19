"""Starts a container without telling the engine its secrets.

What a container is created with, its variables and arguments among it, is told by `docker inspect`
and lies in clear on the engine's disk. So secrets go into the standard input of the container: its
shell reads them there, sets the variables, and becomes the program that was asked for, which finds
an empty input as always. Nothing of it is kept by the engine or in the container's log.

That needs `/bin/sh` in the image.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex
from typing import TYPE_CHECKING

from lanner_agent.runners.contract import Command, ContainerOptions
from lanner_agent.runners.seen_paths import SeenPaths

if TYPE_CHECKING:
    from docker import APIClient

SHELL = "/bin/sh"

SMALL_BYTES = 16 * 1024
"""Fits into the buffers on the way: it is sent before the start, so that no crash of the agent can
come in between."""

SEND_SECONDS = 30.0

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_READ_AND_RUN = """\
lanner_given=
while IFS= read -r lanner_line; do
[ "$lanner_line" = "$0" ] && break
lanner_given="$lanner_given$lanner_line
"
done
exec </dev/null
eval "unset lanner_line lanner_given
$lanner_given"
echo "The agent went away before this container had its environment." >&2
exit 125
"""
"""Reads to the line that is the shell's own name, and does what it has read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenStart:
    """What a container is created with in place of what was asked for, and what it is told then.

    Attributes:
        entrypoint: The shell that reads.
        arguments: Program and arguments, where there is no secret in them.
        variables: Variables without secrets.
        told: For its standard input.
    """

    entrypoint: Sequence[str]
    arguments: Sequence[str]
    variables: Mapping[str, str]
    told: bytes = field(repr=False)

    @classmethod
    def of(cls, command: Command, seen: SeenPaths, image: Mapping[str, object]) -> HiddenStart:
        """The start of a command.

        Args:
            command: What was asked for.
            seen: The paths in it.
            image: `Config` of the image.
        """
        program = _program(command.container, seen.argv(command), image)
        variables = seen.environment(command)
        hidden = {name: variables.pop(name) for name in _hidden_names(command)}
        lines = [f"export {name}={shlex.quote(text)}" for name, text in hidden.items()]
        if command.has_secret_arguments:
            lines.append(f"set -- {shlex.join(program)}")
        end = f"lanner-{token_hex(8)}"
        told = "\n".join([*lines, 'exec "$@"', end, ""])
        return cls(
            entrypoint=(SHELL, "-c", _READ_AND_RUN, end),
            arguments=() if command.has_secret_arguments else program,
            variables=variables,
            told=told.encode("utf-8", "surrogateescape"),
        )

    def start(self, client: APIClient, container_id: str) -> None:
        """Start the container that was created, and tell it.

        Raises:
            docker.errors.APIError: The engine refuses.
            OSError: The connection broke.
        """
        opened = client.attach_socket(container_id, params={"stdin": 1, "stream": 1})
        # The SDK gives a file for reading; what can be written to is below it.
        connection = getattr(opened, "_sock", opened)
        try:
            connection.settimeout(SEND_SECONDS)
            is_small = len(self.told) <= SMALL_BYTES
            if is_small:
                connection.sendall(self.told)
            client.start(container_id)
            if not is_small:
                connection.sendall(self.told)
        finally:
            opened.close()
            connection.close()


def hides_anything(command: Command) -> bool:
    """Whether there are secrets that can be hidden."""
    return command.has_secret_arguments or bool(_hidden_names(command))


def names_in_the_open(command: Command) -> list[str]:
    """Variables with secrets that no shell can set."""
    return sorted(command.secret_variables.difference(_hidden_names(command)))


def _hidden_names(command: Command) -> list[str]:
    """Variables with secrets that a shell can set."""
    return [
        name
        for name in command.environment
        if name in command.secret_variables and _NAME.fullmatch(name)
    ]


def _program(
    options: ContainerOptions | None, arguments: Sequence[str], image: Mapping[str, object]
) -> list[str]:
    """What the engine would run: the image's own program counts where there is no other."""
    given = options.entrypoint if options is not None else None
    if given is not None:
        return [*given, *arguments]
    return [*_words(image.get("Entrypoint")), *(arguments or _words(image.get("Cmd")))]


def _words(value: object) -> list[str]:
    return [str(word) for word in value] if isinstance(value, list) else []
