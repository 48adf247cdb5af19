"""Brings the files of a namespace to what a folder holds."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from lanner_console.cli.errors import CliError
from lanner_console.cli.paging import all_rows

if TYPE_CHECKING:
    from lanner_console.client import ConsoleClient

TOGETHER = 4
"""Files that are sent at once."""

DELETED_TOGETHER = 1_000
"""Names in one request to delete."""


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of one file.

    Attributes:
        change: created, updated, deleted or unchanged.
        path: In the namespace.
    """

    change: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a sync does.

    Attributes:
        steps: In order of path.
        sources: Files on this machine, by path in the namespace.
    """

    steps: Sequence[Planned]
    sources: Mapping[str, Path]


async def make_plan(
    client: ConsoleClient, namespace: str, folder: Path, target: str, *, has_deletions: bool
) -> Plan:
    """Compare a folder with the files of a namespace, by their checksums.

    Args:
        client: Of the coordinator.
        namespace: Whose files.
        folder: On this machine.
        target: Folder of the namespace; empty: its root.
        has_deletions: Delete files that the folder lacks.

    Raises:
        CliError: A file cannot be read.
    """
    prefix = f"{target}/" if target else ""
    sources = {f"{prefix}{path}": file for path, file in await asyncio.to_thread(_files, folder)}
    page = await all_rows(
        lambda rows, offset: client.list_namespace_files(
            namespace, folder=target, recursive=True, limit=rows, offset=offset
        ),
        0,
    )
    there = {row.path: row.sha256 for row in page.rows}
    steps = [
        Planned(change=await _change(file, there.get(path)), path=path)
        for path, file in sources.items()
    ]
    if has_deletions:
        gone = (path for path in there if path not in sources)
        steps += [Planned(change="deleted", path=path) for path in gone]
    return Plan(steps=sorted(steps, key=lambda one: one.path), sources=sources)


async def carry_out(client: ConsoleClient, namespace: str, plan: Plan) -> None:
    """Delete first, so that a file can take the place of a folder; then store what differs."""
    from lanner_proto.errors import LannerError

    gone = [one.path for one in plan.steps if one.change == "deleted"]
    for start in range(0, len(gone), DELETED_TOGETHER):
        await client.delete_namespace_files(namespace, gone[start : start + DELETED_TOGETHER])
    free = asyncio.Semaphore(TOGETHER)

    async def put(path: str) -> None:
        async with free:
            await client.put_namespace_file(plan.sources[path], namespace, path)

    try:
        async with asyncio.TaskGroup() as tasks:
            for one in plan.steps:
                if one.change in ("created", "updated"):
                    tasks.create_task(put(one.path))
    except* (LannerError, OSError) as failures:
        raise failures.exceptions[0] from None


def _files(folder: Path) -> Sequence[tuple[str, Path]]:
    """Plain files below a folder by their paths in it, without hidden ones and links."""

    def found() -> Iterator[tuple[str, Path]]:
        for place, folders, names in os.walk(folder):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                file = Path(place, name)
                if not name.startswith(".") and file.is_file() and not file.is_symlink():
                    yield file.relative_to(folder).as_posix(), file

    return list(found())


async def _change(file: Path, sha256: str | None) -> str:
    if sha256 is None:
        return "created"
    try:
        own = await asyncio.to_thread(_sha256, file)
    except OSError as error:
        raise CliError(f"{file} cannot be read: {error.strerror}") from error
    return "unchanged" if own == sha256 else "updated"


def _sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
