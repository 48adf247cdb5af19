"""Files of rows. All of it blocks: call it in a thread."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from lanner_agent.tasks.postgresql.columns import Column
from lanner_agent.tasks.postgresql.settings import StoreFormat

Row = Sequence[object]

_NEEDS_QUOTES = re.compile(r'[",\r\n]|\A\Z|\A\\\.\Z')


class RowFile(Protocol):
    """A file that rows are written to; closed by leaving its context."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None: ...

    def write(self, rows: Sequence[Row]) -> None:
        """Add some rows."""


def open_row_file(store_format: StoreFormat, path: Path, columns: Sequence[Column]) -> RowFile:
    """Begin a file.

    Raises:
        TaskFailed: Parquet is not installed.
    """
    names = [column.name for column in columns]
    match store_format:
        case StoreFormat.CSV:
            return _CsvFile(path, names)
        case StoreFormat.JSONL:
            return _JsonLinesFile(path, names)
        case StoreFormat.PARQUET:
            from lanner_agent.tasks.postgresql.parquet_file import open_parquet

            return open_parquet(path, columns)


class _TextFile:
    def __init__(self, path: Path) -> None:
        self._opened = path.open("w", encoding="utf-8", newline="")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._opened.close()

    def _write_lines(self, lines: Sequence[str]) -> None:
        self._opened.write("".join(f"{line}\n" for line in lines))


class _CsvFile(_TextFile):
    """CSV with a header, as `COPY … (FORMAT csv, HEADER)` reads it: null is an empty field."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        super().__init__(path)
        self._write_lines([_csv_line(columns)])

    def write(self, rows: Sequence[Row]) -> None:
        self._write_lines([_csv_line(row) for row in rows])


class _JsonLinesFile(_TextFile):
    """One JSON object a line."""

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        super().__init__(path)
        self._columns = columns
        self._encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode

    def write(self, rows: Sequence[Row]) -> None:
        self._write_lines(
            [self._encode(dict(zip(self._columns, row, strict=True))) for row in rows]
        )


def _csv_line(row: Row) -> str:
    return ",".join(["" if value is None else _csv_field(str(value)) for value in row])


def _csv_field(text: str) -> str:
    if _NEEDS_QUOTES.search(text):
        return '"' + text.replace('"', '""') + '"'
    return text
