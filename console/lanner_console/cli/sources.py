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


def read_sources(paths: Sequence[str], *, if_revision: int | None = None) -> list[FlowText]:
    """The sources of files, of all YAML files below folders, and of stdin for `-`.

    Raises:
        UsageProblem: A path is not there or not text, there is no source, or there are too many.
    """
    texts = [text for path in paths for text in _texts(path, if_revision)]
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


def _texts(path: str, if_revision: int | None) -> Iterator[FlowText]:
    if path == "-":
        yield FlowText(name=STDIN, source=sys.stdin.read(), if_revision=if_revision)
        return
    for file in _files(Path(path)):
        try:
            source = file.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise UsageProblem(
                f"{file} is not UTF-8 text", why=str(error), fix="save it as UTF-8"
            ) from error
        yield FlowText(name=str(file), source=source, if_revision=if_revision)


def _files(path: Path) -> list[Path]:
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UsageProblem(
            f"{path} is not there",
            fix="name a file, a folder or - for stdin",
            exit_code=ExitCode.USAGE,
        )
    found = (file for file in path.rglob("*") if file.suffix in SUFFIXES and file.is_file())
    return sorted(file for file in found if not _is_hidden(file.relative_to(path)))


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
