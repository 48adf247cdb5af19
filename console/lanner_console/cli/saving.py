"""Bytes that come from the coordinator, to stdout or into a file."""

from __future__ import annotations

import asyncio
import secrets
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path

from lanner_console.cli.errors import CliError


async def write_out(chunks: AsyncIterator[bytes]) -> None:
    """Write bytes to stdout; a reader that goes away is no error."""
    await _write(chunks, sys.stdout.buffer.write)
    with suppress(BrokenPipeError):
        sys.stdout.buffer.flush()


async def save(chunks: AsyncIterator[bytes], target: Path) -> None:
    """Write a file, which nobody sees before it is whole and checked.

    Raises:
        CliError: It cannot be written.
    """
    draft = target.parent / f".lanner-{secrets.token_hex(8)}"
    try:
        with await asyncio.to_thread(draft.open, "xb") as file:
            await _write(chunks, file.write)
        await asyncio.to_thread(draft.replace, target)
    except OSError as error:
        raise CliError(f"{target} cannot be written: {error.strerror}") from error
    finally:
        await asyncio.to_thread(draft.unlink, missing_ok=True)


async def _write(chunks: AsyncIterator[bytes], write: Callable[[bytes], object]) -> None:
    async for chunk in chunks:
        await asyncio.to_thread(write, chunk)
