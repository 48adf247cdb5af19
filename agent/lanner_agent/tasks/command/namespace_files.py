"""Files of namespaces in the working folder: `namespaceFiles`.

The coordinator has chosen them: the property holds URIs by place.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from lanner_agent.errors import RunnerError
from lanner_agent.runners.folders import inner_path
from lanner_agent.tasks.command.environment_schema import IF_EXISTS
from lanner_agent.tasks.command.input_files import place
from lanner_agent.tasks.contract import (
    FailureCause,
    LogLevel,
    MetricKind,
    TaskContext,
    TaskFailed,
)
from lanner_agent.tasks.properties import PropertyReader

TOGETHER = 8
"""Files that are fetched at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceFiles:
    """Files of namespaces that a task asks for.

    Attributes:
        files: Relative path to URI.
        if_exists: What becomes of a file that is there already, one of `IF_EXISTS`.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    if_exists: str = IF_EXISTS[0]


NO_NAMESPACE_FILES = NamespaceFiles()
"""None are asked for."""


def read_namespace_files(reader: PropertyReader) -> NamespaceFiles:
    """Read `namespaceFiles`."""
    if "namespaceFiles" not in reader:
        return NO_NAMESPACE_FILES
    inner = reader.record("namespaceFiles")
    files = inner.text_map("files")
    for path in files:
        try:
            inner_path(path)
        except RunnerError as problem:
            reader.refuse(str(problem))
    return NamespaceFiles(
        files=files, if_exists=inner.choice("ifExists", IF_EXISTS, default=IF_EXISTS[0])
    )


async def place_namespace_files(context: TaskContext, wanted: NamespaceFiles) -> None:
    """Put the files into the working folder.

    Raises:
        TaskFailed: A file cannot be had, or it is there and must not be.
    """
    if not wanted.files:
        return
    clock = asyncio.get_running_loop().time
    began_at = clock()
    free = asyncio.Semaphore(TOGETHER)

    async def one(path: str, uri: str) -> None:
        async with free:
            await _place_one(context, wanted.if_exists, path, uri)

    try:
        async with asyncio.TaskGroup() as tasks:
            for path, uri in wanted.files.items():
                tasks.create_task(one(path, uri))
    except* TaskFailed as failures:
        raise failures.exceptions[0] from failures
    context.metric("namespacefiles.count", MetricKind.COUNTER, len(wanted.files))
    context.metric("namespacefiles.duration", MetricKind.TIMER, clock() - began_at)


async def _place_one(context: TaskContext, if_exists: str, path: str, uri: str) -> None:
    target = context.working_dir / path
    if if_exists != "OVERWRITE" and await asyncio.to_thread(target.exists):
        if if_exists == "FAIL":
            raise TaskFailed(
                f"The namespace file {path} cannot be placed: the working folder has such a file.",
                cause=FailureCause.ARTIFACT,
            )
        if if_exists == "WARN":
            await context.log(LogLevel.WARN, f"The file {path} is there already and stays.")
        return
    await asyncio.to_thread(place, await context.fetch(uri), target)
