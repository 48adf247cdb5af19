"""Options of every list: how many rows, which columns."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

import click

from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.invocation import Listing

DEFAULT_ROWS = 50
Work = TypeVar("Work", bound=Callable[..., Any])


def listing_options(work: Work) -> Callable[..., Any]:
    """Add --limit, --all, --columns, --no-headers; `work` gets `limit` (0: all) and `listing`."""

    @click.option("--limit", type=click.IntRange(min=1), help=f"Rows (default {DEFAULT_ROWS}).")
    @click.option("--all", "all_rows", is_flag=True, help="All rows.")
    @click.option("--columns", metavar="NAMES", help="Columns, separated by commas.")
    @click.option("--no-headers", is_flag=True, help="No titles.")
    @wraps(work)
    def with_listing(
        *args: Any,
        limit: int | None,
        all_rows: bool,
        columns: str | None,
        no_headers: bool,
        **others: Any,
    ) -> Any:
        if limit and all_rows:
            raise UsageProblem("--limit and --all exclude each other", fix="give one of them")
        names = tuple(name.strip() for name in (columns or "").split(",") if name.strip())
        listing = Listing(columns=names, has_header=not no_headers)
        wanted = 0 if all_rows else limit or DEFAULT_ROWS
        return work(*args, limit=wanted, listing=listing, **others)

    return with_listing
