"""Parquet files of rows whose values are texts, with the types of the columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from lanner_agent.tasks.contract import TaskFailed
from lanner_agent.tasks.postgresql.columns import Column

if TYPE_CHECKING:
    import pyarrow

MOST_DIGITS = 38
"""Of Parquet's exact numbers; longer ones stay texts."""

_TYPES: dict[str, Callable[[Any], Any]] = {
    "bool": lambda arrow: arrow.bool_(),
    "int2": lambda arrow: arrow.int16(),
    "int4": lambda arrow: arrow.int32(),
    "int8": lambda arrow: arrow.int64(),
    "float4": lambda arrow: arrow.float32(),
    "float8": lambda arrow: arrow.float64(),
    "date": lambda arrow: arrow.date32(),
    "timestamp": lambda arrow: arrow.timestamp("us"),
    "timestamptz": lambda arrow: arrow.timestamp("us", "UTC"),
}


def open_parquet(path: Path, columns: Sequence[Column]) -> ParquetFile:
    """Begin a file.

    Raises:
        TaskFailed: The library is not installed.
    """
    try:
        import pyarrow
    except ImportError as cause:
        raise TaskFailed(
            "This agent cannot write Parquet: install it with pip install 'lanner[parquet]', or"
            " choose another `storeFormat`."
        ) from cause
    types = [_arrow_type(pyarrow, column) for column in columns]
    return ParquetFile(path, pyarrow.schema(zip((c.name for c in columns), types, strict=True)))


class ParquetFile:
    """A file that rows of texts are written to."""

    def __init__(self, path: Path, schema: pyarrow.Schema) -> None:
        from pyarrow.parquet import ParquetWriter

        self._schema = schema
        self._writer = ParquetWriter(path, schema)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._writer.close()

    def write(self, rows: Sequence[Sequence[object]]) -> None:
        """Add some rows.

        Raises:
            TaskFailed: A value does not fit its column, as an infinite date.
        """
        import pyarrow

        try:
            arrays = [
                pyarrow.array(values, pyarrow.string()).cast(field.type)
                for values, field in zip(zip(*rows, strict=True), self._schema, strict=True)
            ]
            self._writer.write_batch(pyarrow.record_batch(arrays, schema=self._schema))
        except pyarrow.ArrowInvalid as cause:
            raise TaskFailed(
                f"A row cannot be stored as Parquet: {cause}. Cast the column to text, or choose"
                " another `storeFormat`."
            ) from cause


def _arrow_type(arrow: Any, column: Column) -> Any:
    if column.type_name == "numeric" and column.precision and column.precision <= MOST_DIGITS:
        return arrow.decimal128(column.precision, column.scale or 0)
    return _TYPES.get(column.type_name, lambda arrow: arrow.string())(arrow)
