"""Flow sources from files, folders and stdin."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.exit_codes import ExitCode
from lanner_console.models import FlowText

SUFFIXES = (".yaml", ".yml")
MAX_SOURCES = 1000
STDIN = "<stdin>"


def read_sources(
    paths: Sequence[str], *, if_revision: int | None = None, with_suites: bool = False
) -> list[FlowText]:
    """The sources of files, of all YAML files below folders, and of stdin for `-`.

    Args:
        paths: Of files and folders.
        if_revision: Told with each source.
        with_suites: Whether suites of tests count that are found in folders.

    Raises:
        UsageProblem: A path is not there or not text, there is no source, or there are too many.
    """
    texts = [text for path in paths for text in _texts(path, if_revision, with_suites)]
    if not texts:
        raise UsageProblem(
            f"there is no flow in {', '.join(paths)}",
            why="folders are searched for *.yaml and *.yml",
            fix="name a file, a folder or - for stdin",
        )
    if len(texts) > MAX_SOURCES:
        raise UsageProblem(
            f"{len(texts)} flows are too many for one call",
            why=f"the coordinator takes {MAX_SOURCES:,} at once",
            fix="name fewer folders",
        )
    return texts


def _texts(path: str, if_revision: int | None, with_suites: bool) -> Iterator[FlowText]:
    if path == "-":
        yield FlowText(name=STDIN, source=sys.stdin.read(), if_revision=if_revision)
        return
    for file in yaml_files(Path(path)):
        source = read_text(file)
        if not with_suites and str(file) != path and is_suite(source):
            continue
        yield FlowText(name=str(file), source=source, if_revision=if_revision)


def is_suite(source: str) -> bool:
    """Whether a text is a suite of tests rather than a flow, judged without reading it."""
    return any(line.startswith(("testCases:", '"testCases":')) for line in source.splitlines())


def read_text(file: Path) -> str:
    """The text of a file.

    Raises:
        UsageProblem: It is no text.
    """
    try:
        return file.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageProblem(
            f"{file} is not UTF-8 text", why=str(error), fix="save it as UTF-8"
        ) from error


def yaml_files(path: Path, *, is_deep: bool = True) -> list[Path]:
    """A file, or the YAML files of a folder, in order.

    Args:
        path: Of either.
        is_deep: Whether folders below count too.

    Raises:
        UsageProblem: There is nothing.
    """
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UsageProblem(
            f"{path} is not there",
            fix="name a file, a folder or - for stdin",
            exit_code=ExitCode.USAGE,
        )
    below = path.rglob("*") if is_deep else path.glob("*")
    found = (file for file in below if file.suffix in SUFFIXES and file.is_file())
    return sorted(file for file in found if not _is_hidden(file.relative_to(path)))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
