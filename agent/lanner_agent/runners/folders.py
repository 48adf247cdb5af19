"""The folders of an attempt on this host: made before its command starts, searched after its end.

What blocks for long is done in a thread. Most commands have no files, and waiting for a thread's
turn takes longer than finding that out, so that is done at once.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from lanner_agent.errors import RunnerError
from lanner_agent.runners.contract import Command
from lanner_agent.runners.globs import FilePatterns


def inner_path(path: str) -> PurePosixPath:
    """A relative path that stays below the folder it is meant for.

    Raises:
        RunnerError: It does not.
    """
    inner = PurePosixPath(path)
    if inner.is_absolute() or ".." in inner.parts or not inner.parts or "\0" in path:
        raise RunnerError(
            f'The file "{path}" would not be inside the working folder: give a relative path'
            ' without "..".'
        )
    return inner


async def prepare_folders(command: Command, text_files: Mapping[str, bytes]) -> None:
    """Make the working and output folders and write the text files.

    Raises:
        RunnerError: A file cannot be written there.
    """
    if text_files:
        await asyncio.to_thread(make_folders, command, text_files)
    else:
        make_folders(command, text_files)


async def found_files(root: Path, patterns: Sequence[str]) -> list[Path]:
    """`find_files` without blocking."""
    return await asyncio.to_thread(find_files, root, patterns) if patterns else []


async def all_files(root: Path) -> list[Path]:
    """Relative paths of all files below `root`, sorted, without links that lead out of it."""
    with os.scandir(root) as entries:
        is_empty = next(entries, None) is None
    return [] if is_empty else await asyncio.to_thread(lambda: sorted(list_files(root)))


def make_folders(command: Command, text_files: Mapping[str, bytes]) -> None:
    """`prepare_folders`; blocks."""
    try:
        for folder in (command.working_dir, command.output_dir):
            # Asked first: nearly always it is there, and an error would cost more.
            if not folder.is_dir():
                folder.mkdir(parents=True, exist_ok=True)
        for path, content in text_files.items():
            target = command.working_dir / inner_path(path)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
    except OSError as cause:
        raise RunnerError(
            f"The attempt's folder {command.working_dir} cannot be filled: {cause.strerror}"
            f" ({cause.filename})."
        ) from cause


def find_files(root: Path, patterns: Sequence[str]) -> list[Path]:
    """Relative paths of the files below `root` that match one of `patterns`, sorted; blocks.

    Links are not followed to folders, and those to files only where they stay below `root`.
    """
    if not patterns:
        return []
    wanted = FilePatterns(patterns)
    return sorted(path for path in list_files(root) if wanted.matches(path.as_posix()))


def list_files(root: Path) -> Iterator[Path]:
    """Relative paths of all files below `root`, without links that lead out of it; blocks."""
    real_root = root.resolve()
    for folder, _, names in os.walk(root):
        for name in names:
            file = Path(folder, name)
            if not file.is_symlink() or _stays_below(file, real_root):
                yield file.relative_to(root)


def _stays_below(link: Path, real_root: Path) -> bool:
    target = link.resolve()
    return target.is_file() and target.is_relative_to(real_root)
