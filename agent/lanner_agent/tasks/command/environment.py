"""What tasks with a command read the same way: environment, files, patterns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lanner_agent.tasks.command.input_files import is_artifact_uri, read_input_files
from lanner_agent.tasks.command.namespace_files import (
    NO_NAMESPACE_FILES,
    NamespaceFiles,
    read_namespace_files,
)
from lanner_agent.tasks.properties import PropertyReader


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandEnvironment:
    """What a command finds and what is kept of it.

    Attributes:
        variables: Variables of its environment.
        input_files: Relative path to text or URI.
        output_files: Patterns of files to store.
        namespace_files: Files of namespaces.
    """

    variables: Mapping[str, str]
    input_files: Mapping[str, str]
    output_files: Sequence[str]
    namespace_files: NamespaceFiles = NO_NAMESPACE_FILES

    @property
    def texts(self) -> list[str]:
        """All texts that may name artifacts; files that are artifacts as a whole are not."""
        contents = [text for text in self.input_files.values() if not is_artifact_uri(text)]
        return [*self.variables.values(), *contents]


def read_environment(reader: PropertyReader, working_dir_token: str) -> CommandEnvironment:
    """Read `env`, `inputFiles`, `outputFiles` and `namespaceFiles`."""
    return CommandEnvironment(
        variables=reader.text_map("env"),
        input_files=read_input_files(reader),
        namespace_files=read_namespace_files(reader),
        output_files=tuple(
            pattern.removeprefix(f"{working_dir_token}/") for pattern in reader.texts("outputFiles")
        ),
    )
