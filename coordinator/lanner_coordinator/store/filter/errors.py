"""What is wrong with a filter, and where."""

from __future__ import annotations


class FilterError(ValueError):
    """A filter that cannot be read.

    Attributes:
        message: A sentence: what is wrong and what would be right, without the column.
        column: Of the first character that is wrong, from 1.
    """

    def __init__(self, message: str, column: int) -> None:
        super().__init__(f"{message} (column {column})")
        self.message = message
        self.column = column
