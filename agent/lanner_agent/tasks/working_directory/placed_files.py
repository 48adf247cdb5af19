"""Files put into a working folder without a command, and files of it that are stored."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from pathlib import Path

from lanner_agent.runners.folders import found_files, inner_path
from lanner_agent.tasks.command.input_files import ARTIFACTS_FOLDER, place_artifacts
from lanner_agent.tasks.contract import FailureCause, TaskContext, TaskFailed


async def place(context: TaskContext, files: Mapping[str, str]) -> None:
    """Put files into the working folder: texts as they are, URIs as the files that they name.

    Raises:
        TaskFailed: A file cannot be had or written.
    """
    root = context.working_dir
    texts = await place_artifacts(context, files)
    paths = {
        path: text.replace(context.working_dir_token, str(root)) for path, text in texts.items()
    }
    try:
        await asyncio.to_thread(_write, root, paths)
    except OSError as cause:
        raise TaskFailed(
            f"The working folder cannot be filled: {cause.strerror} ({cause.filename}).",
            cause=FailureCause.TASK,
        ) from cause


async def matching(root: Path, patterns: Sequence[str]) -> Sequence[Path]:
    """Relative paths of the files in a working folder that match one of the patterns."""
    found = await found_files(root, patterns)
    return [path for path in found if path.parts[0] != ARTIFACTS_FOLDER]


async def store(context: TaskContext, patterns: Sequence[str]) -> dict[str, str]:
    """Store the files of the working folder that match: their URIs by relative path.

    Raises:
        TaskFailed: A file cannot be stored.
    """
    root = context.working_dir
    plain = [pattern.removeprefix(f"{context.working_dir_token}/") for pattern in patterns]
    names = [path.as_posix() for path in await matching(root, plain)]
    return {name: (await context.store(root / name, name)).uri for name in names}


def _write(root: Path, texts: Mapping[str, str]) -> None:
    for path, text in texts.items():
        target = root / inner_path(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        # A file that was placed here may be the same as one that others read.
        target.unlink(missing_ok=True)
        target.write_text(text, encoding="utf-8")
