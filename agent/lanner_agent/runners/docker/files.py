"""The files of a container: brought in before its start, fetched after its end.

Going through archives costs the engine a process of its own each time, so it is only done where
there is something to bring: a container of root without files gets its folders from the engine, and
whether something was left in the output folder is seen by that folder's time of change.
"""

from __future__ import annotations

import base64
import json
import os
import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from lanner_agent.runners.contract import Command
from lanner_agent.runners.docker.archives import (
    OPEN_FILE,
    OPEN_FOLDER,
    ArchiveWriter,
    extract,
    write_tree,
)
from lanner_agent.runners.docker.creation import OUTPUT_FOLDER, WORKING_FOLDER, ContainerPlan
from lanner_agent.runners.docker.engine import DockerEngine
from lanner_agent.runners.folders import find_files, inner_path, list_files, make_folders
from lanner_agent.runners.globs import FilePatterns

if TYPE_CHECKING:
    from docker import APIClient

STAT_HEADER = "X-Docker-Container-Path-Stat"

ROOT_USERS = frozenset({"", "0", "root"})


def prepare_on_host(plan: ContainerPlan) -> None:
    """Make the attempt's folders; where they are mounted, writable for any user of a container.

    Raises:
        RunnerError: They cannot be made, or a text file lies outside.
    """
    text_files = plan.seen.text_files(plan.command) if plan.mounts_files else {}
    for path in plan.command.text_files:
        inner_path(path)
    make_folders(plan.command, text_files)
    if plan.mounts_files:
        plan.command.output_dir.chmod(OPEN_FOLDER)
        _open_to_all(plan.command.working_dir)


def has_files(plan: ContainerPlan) -> bool:
    """Whether the command has files that must be copied into its container."""
    if plan.mounts_files:
        return False
    if plan.command.text_files or plan.libraries:
        return True
    return any(list_files(plan.command.working_dir))


def has_file(engine: DockerEngine, client: APIClient, container_id: str, path: str) -> bool:
    """Whether there is a file, or a link, in a container."""
    from docker.errors import NotFound

    try:
        with engine.stream(
            client, "HEAD", f"/containers/{container_id}/archive", {"path": path}
        ) as answer:
            return bool(answer.header(STAT_HEADER))
    except NotFound:
        return False


def bring_in(
    engine: DockerEngine, client: APIClient, container_id: str, plan: ContainerPlan
) -> str:
    """Fill the folders of a container that was created.

    Returns:
        The time of change of its output folder, as the engine tells it; empty: it is mounted.

    Raises:
        RunnerError: A file became shorter meanwhile.
    """
    if plan.mounts_files:
        return ""
    if plan.has_files or not _is_root(client, container_id, plan):
        client.put_archive(container_id, "/", _archive(plan))
    return _changed_at(engine, client, container_id)


def fetch_output(
    engine: DockerEngine, client: APIClient, container_id: str, target: Path, unchanged_at: str
) -> None:
    """Fetch the output folder of a container that ended, where it changed since the start."""
    if _changed_at(engine, client, container_id) != unchanged_at:
        _fetch(engine, client, container_id, OUTPUT_FOLDER, target, lambda inner: True)


def fetch_matching(
    engine: DockerEngine,
    client: APIClient,
    container_id: str,
    command: Command,
    patterns: Sequence[str],
) -> list[Path]:
    """Fetch the matching files of the working folder of a container that ended; their paths."""
    wanted = FilePatterns(patterns)
    for prefix in wanted.fixed_prefixes if patterns else []:
        path = f"{WORKING_FOLDER}/{prefix}".rstrip("/")
        _fetch(engine, client, container_id, path, command.working_dir, wanted.matches)
    return find_files(command.working_dir, patterns)


def fetch_whole(
    engine: DockerEngine, client: APIClient, container_id: str, command: Command
) -> None:
    """Bring the working folder here as a container that ended left it."""
    left: set[Path] = set()

    def note(inner: str) -> bool:
        left.add(Path(inner))
        return True

    _fetch(engine, client, container_id, WORKING_FOLDER, command.working_dir, note)
    for file in list(list_files(command.working_dir)):
        if file not in left:
            (command.working_dir / file).unlink(missing_ok=True)


def _open_to_all(root: Path) -> None:
    """Let any user of a container read and write what is in a folder, as in one that is copied."""
    root.chmod(OPEN_FOLDER)
    for folder, folders, names in os.walk(root):
        for name in folders:
            Path(folder, name).chmod(OPEN_FOLDER)
        for name in names:
            path = Path(folder, name)
            if not path.is_symlink():
                path.chmod(OPEN_FILE | stat.S_IMODE(path.stat().st_mode))


def _is_root(client: APIClient, container_id: str, plan: ContainerPlan) -> bool:
    user = plan.options.user
    if user is None:
        user = str(client.inspect_container(container_id)["Config"]["User"] or "")
    return user.partition(":")[0] in ROOT_USERS


def _archive(plan: ContainerPlan) -> Iterator[bytes]:
    writer = ArchiveWriter()
    yield writer.folder(str(PurePosixPath(WORKING_FOLDER).parent).lstrip("/"))
    yield writer.folder(OUTPUT_FOLDER.lstrip("/"))
    yield from write_tree(
        writer,
        WORKING_FOLDER.lstrip("/"),
        plan.command.working_dir,
        plan.seen.text_files(plan.command),
    )
    for target, source in plan.libraries.items():
        yield from write_tree(writer, target.lstrip("/"), source, {})
    yield writer.end()


def _changed_at(engine: DockerEngine, client: APIClient, container_id: str) -> str:
    path = f"/containers/{container_id}/archive"
    with engine.stream(client, "HEAD", path, {"path": OUTPUT_FOLDER}) as answer:
        status = json.loads(base64.b64decode(answer.header(STAT_HEADER)))
        return str(status["mtime"])


def _fetch(
    engine: DockerEngine,
    client: APIClient,
    container_id: str,
    path: str,
    target: Path,
    is_wanted: Callable[[str], bool],
) -> None:
    """Extract the wanted files of a file or folder in the container, which need not be there."""
    from docker.errors import NotFound

    root = OUTPUT_FOLDER if path == OUTPUT_FOLDER else WORKING_FOLDER
    above = PurePosixPath(path).parent

    def place(name: str) -> str | None:
        inner = (above / name).relative_to(root).as_posix()
        return inner if is_wanted(inner) else None

    try:
        with engine.stream(
            client, "GET", f"/containers/{container_id}/archive", {"path": path}
        ) as answer:
            extract(answer, target, place)
    except NotFound:
        return
