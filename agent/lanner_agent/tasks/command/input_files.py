"""The files that a command finds in its working folder, and the texts that name them.

Wherever a text of a task holds the URI of a file in artifact storage, the file is fetched and the
text holds its path instead, as the command sees it.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from lanner_agent.errors import RunnerError
from lanner_agent.runners.folders import inner_path
from lanner_agent.tasks.contract import FailureCause, TaskContext, TaskFailed
from lanner_agent.tasks.properties import PropertyReader

ARTIFACTS_FOLDER = ".lanner"
"""Folder in the working folder for files that only a text names."""

_ARTIFACT_URI = re.compile(r"(?:kestra|lanner):///[-A-Za-z0-9%._+~#=@/]*[-A-Za-z0-9%_+~#=@/]")

_OTHER_SCHEMES = ("nsfile://", "file://")


@dataclass(frozen=True, slots=True)
class ArtifactTexts:
    """Replaces URIs in texts.

    Attributes:
        paths: URI to the path that takes its place.
    """

    paths: Mapping[str, str]

    def fill(self, text: str) -> str:
        """Put paths where the URIs are."""
        return _ARTIFACT_URI.sub(lambda found: self.paths.get(found[0], found[0]), text)


def artifact_uris(texts: Iterable[str]) -> list[str]:
    """URIs in some texts, each once, in order."""
    return list(dict.fromkeys(uri for text in texts for uri in _ARTIFACT_URI.findall(text)))


def is_artifact_uri(text: str) -> bool:
    """Whether the text is one URI and nothing else."""
    return _ARTIFACT_URI.fullmatch(text.strip()) is not None


async def fetch_named(context: TaskContext, texts: Iterable[str]) -> ArtifactTexts:
    """Fetch every file that one of `texts` names into the working folder.

    Raises:
        TaskFailed: A file cannot be had.
    """
    paths = {}
    for number, uri in enumerate(artifact_uris(texts), start=1):
        fetched = await context.fetch(uri)
        inner = f"{ARTIFACTS_FOLDER}/{number}/{fetched.name}"
        await asyncio.to_thread(place, fetched, context.working_dir / inner)
        paths[uri] = f"{context.working_dir_token}/{inner}"
    return ArtifactTexts(paths)


def read_input_files(reader: PropertyReader, name: str = "inputFiles") -> dict[str, str]:
    """Read `inputFiles`, or what has its form: relative path to content or URI."""
    files = reader.text_map(name)
    for path, content in files.items():
        if content.startswith(_OTHER_SCHEMES):
            reader.refuse(
                f'The input file "{path}" comes from {content.partition(":")[0]}://, which'
                " this version does not read: give its text, or the URI of an artifact."
            )
        try:
            inner_path(path)
        except RunnerError as problem:
            reader.refuse(str(problem))
    return files


async def place_artifacts(context: TaskContext, files: Mapping[str, str]) -> dict[str, str]:
    """Put those of `files` that are URIs into the working folder; the texts are left over.

    Raises:
        TaskFailed: A file cannot be had.
    """
    left = {}
    for path, content in files.items():
        if is_artifact_uri(content):
            fetched = await context.fetch(content.strip())
            await asyncio.to_thread(place, fetched, context.working_dir / path)
        else:
            left[path] = content
    return left


def place(source: Path, target: Path) -> None:
    """Make a fetched file appear at another place, without copying it where that is possible."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        try:
            os.link(source, target)
        except OSError:
            shutil.copyfile(source, target)
    except OSError as cause:
        raise TaskFailed(
            f"The file {target.name} cannot be placed in the working folder: {cause.strerror}.",
            cause=FailureCause.ARTIFACT,
        ) from cause
