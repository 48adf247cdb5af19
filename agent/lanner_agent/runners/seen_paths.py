"""The paths of an attempt's folders as its command sees them, and the tokens for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lanner_agent.runners.contract import Command


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenPaths:
    """Where the command finds its folders.

    Attributes:
        working: Path of the working folder.
        output: Path of the output folder.
        tokens: Token to the path that takes its place.
    """

    working: str
    output: str
    tokens: Mapping[str, str]

    @classmethod
    def of(
        cls, command: Command, *, working: str, output: str, libraries: Mapping[str, str]
    ) -> SeenPaths:
        """The paths for a command; those of its libraries by their tokens."""
        tokens = {
            command.working_dir_token: working,
            command.output_dir_token: output,
            **libraries,
        }
        return cls(working=working, output=output, tokens=tokens)

    @classmethod
    def on_host(cls, command: Command) -> SeenPaths:
        """The paths for a command that runs on this host itself."""
        return cls.of(
            command,
            working=str(command.working_dir),
            output=str(command.output_dir),
            libraries={token: str(path) for token, path in command.libraries.items()},
        )

    def fill(self, text: str) -> str:
        """Put the paths where the tokens are."""
        for token, path in self.tokens.items():
            text = text.replace(token, path)
        return text

    def argv(self, command: Command) -> list[str]:
        """Program and arguments with paths."""
        return [self.fill(word) for word in command.argv]

    def environment(self, command: Command) -> dict[str, str]:
        """The command's variables with paths, and those that name the folders."""
        given = {name: self.fill(value) for name, value in command.environment.items()}
        return {**given, "WORKING_DIR": self.working, "OUTPUT_DIR": self.output}

    def text_files(self, command: Command) -> dict[str, bytes]:
        """Content of the command's text files by relative path."""
        return {
            path: self.fill(text).encode("utf-8", "surrogatepass")
            for path, text in command.text_files.items()
        }
