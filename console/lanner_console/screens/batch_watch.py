"""Waits for the end of a batch, whether its window is open or not."""

from __future__ import annotations

from lanner_console.models import BatchView
from lanner_console.screens.asking import Asking
from lanner_console.screens.streams import keep_open


async def await_batch(screen: Asking, batch: BatchView) -> None:
    """Tell the user of the end of a batch."""
    client, last = screen.place.client, batch

    def take(latest: BatchView) -> None:
        nonlocal last
        last = latest

    await keep_open(lambda: client.watch_batch(batch.id), take, screen.tell_failure)
    text = f"{last.succeeded_count} ok, {last.failed_count} failed"
    text += f", {last.refused_count} refused" if last.refused_count else ""
    is_bad = bool(last.failed_count or last.refused_count)
    screen.app.notify(
        text,
        title=f"Batch {last.id} has {last.status.lower()}",
        severity="warning" if is_bad else "information",
    )
