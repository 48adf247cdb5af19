"""The languages of scripts: one line each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language that scripts are written in.

    Attributes:
        name: Last part of the package's name, `io.kestra.plugin.scripts.<name>`.
        title: Its name for people.
        image: Image that its containers get by default.
        programs: What runs a script's file, the first one that is installed; empty: the script is
            itself a command of the shell.
        file_name: Name of the script's file.
        example: A script.
    """

    name: str
    title: str
    image: str
    programs: Sequence[str] = ()
    file_name: str = ""
    example: str

    def command_for(self, file_name: str) -> str:
        """The shell's command that runs a script's file."""
        first, *others = self.programs
        if not others:
            return f"{first} {file_name}"
        tries = " || ".join(f"command -v {program}" for program in self.programs)
        return f'"$({tries} || echo {first})" {file_name}'


LANGUAGES: Sequence[Language] = (
    Language(
        name="python",
        title="Python",
        image="python:3.13-slim",
        programs=("python", "python3"),
        file_name="script.py",
        example="print('Hello')",
    ),
    Language(name="shell", title="shell", image="ubuntu", example="echo Hello"),
)
