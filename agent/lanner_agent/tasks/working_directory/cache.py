"""The cache of a WorkingDirectory: files of its folder that its next run finds there again.

An archive in artifact storage. Its first entry says when it was made, by the date of a file that
was written then; so an old one can be told by the date of the file that was just fetched.
"""

from __future__ import annotations

import asyncio
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from lanner_agent.tasks.contract import FailureCause, LogLevel, TaskContext, TaskFailed
from lanner_agent.tasks.durations import duration_seconds
from lanner_agent.tasks.properties import PropertyReader
from lanner_agent.tasks.working_directory.placed_files import matching

_MADE_ENTRY = ".lanner-cache"
_RESTORED_FILE = "cache-restored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """What is kept, and how long.

    Attributes:
        patterns: Of the files; empty: nothing is kept.
        ttl_seconds: An older archive counts as none; absent: none is too old.
    """

    patterns: Sequence[str]
    ttl_seconds: float | None


def read_cache(reader: PropertyReader) -> Cache:
    """Read the property `cache`."""
    given = reader.record("cache")
    text = given.text("ttl")
    ttl_seconds = None
    if text:
        try:
            ttl_seconds = duration_seconds(text)
        except ValueError as problem:
            reader.refuse(str(problem))
    return Cache(patterns=given.texts("patterns"), ttl_seconds=ttl_seconds)


async def restore(context: TaskContext, cache: Cache) -> None:
    """Put the files of the last run into the folder, if there are any that are not too old.

    Raises:
        TaskFailed: The archive cannot be had.
    """
    archive = context.own_dir / "cache.tar.gz"
    if not cache.patterns or not await context.fetch_cache(archive):
        return
    try:
        is_restored = await asyncio.to_thread(_unpack, archive, context.working_dir, cache)
    except (OSError, tarfile.TarError) as problem:
        await context.log(LogLevel.WARN, f"The cache cannot be used and is made anew: {problem}.")
        return
    what = "was put into the folder" if is_restored else "is too old and is not used"
    await context.log(LogLevel.DEBUG, f"The cache {what}.")


async def save(context: TaskContext, cache: Cache) -> None:
    """Keep the files for the next run, if one of them was written since they were restored.

    Raises:
        TaskFailed: They cannot be kept.
    """
    if not cache.patterns:
        return
    root = context.working_dir
    files = await matching(root, cache.patterns)
    if not await asyncio.to_thread(_are_changed, root, files):
        await context.log(LogLevel.DEBUG, "The files of the cache did not change.")
        return
    archive = context.own_dir / "cache.tar.gz"
    try:
        await asyncio.to_thread(_pack, archive, root, files)
    except (OSError, tarfile.TarError) as cause:
        raise TaskFailed(f"The cache cannot be made: {cause}.", cause=FailureCause.TASK) from cause
    await context.store_cache(archive)
    await context.log(LogLevel.DEBUG, f"The cache has {len(files)} files.")


def _pack(archive: Path, root: Path, files: Sequence[Path]) -> None:
    made = archive.parent / _MADE_ENTRY
    made.write_bytes(b"")
    with tarfile.open(archive, "w:gz", compresslevel=1) as tar:
        tar.add(made, _MADE_ENTRY)
        for path in files:
            file = root / path
            if not (file.is_symlink() and file.readlink().is_absolute()):
                tar.add(file, path.as_posix(), recursive=False)


def _unpack(archive: Path, root: Path, cache: Cache) -> bool:
    """Whether the archive was young enough."""
    with tarfile.open(archive, "r:gz") as tar:
        made = tar.next()
        if made is None or made.name != _MADE_ENTRY:
            raise tarfile.TarError("it is no cache")
        age_seconds = archive.stat().st_mtime - made.mtime
        if cache.ttl_seconds is not None and age_seconds > cache.ttl_seconds:
            return False
        while (entry := tar.next()) is not None:
            tar.extract(entry, root, filter="data")
    _restored_file(root).write_bytes(b"")
    return True


def _are_changed(root: Path, files: Sequence[Path]) -> bool:
    restored = _restored_file(root)
    if not restored.exists():
        return True
    restored_at = restored.stat().st_mtime_ns
    return any((root / path).stat().st_mtime_ns > restored_at for path in files)


def _restored_file(root: Path) -> Path:
    """Beside the folder, so that no task sees it."""
    return root.parent / _RESTORED_FILE
