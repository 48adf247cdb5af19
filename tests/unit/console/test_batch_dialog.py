"""A batch runs on the coordinator; its window can be closed and opened again."""

from __future__ import annotations

import msgspec

from lanner_console.dialogs.act import ActDialog
from lanner_console.dialogs.batch_progress import BatchProgressDialog
from lanner_console.models import (
    BatchAct,
    BatchControl,
    BatchItemRow,
    BatchSelection,
    BatchStatus,
    BatchView,
    ItemOutcome,
)
from tests.support.console_scene import afternoon, opened, settle
from tests.support.eventually import eventually
from tests.support.fake_console_client import FakeConsoleClient
from tests.support.frames import frame


def with_batch(**facts: int) -> FakeConsoleClient:
    client = afternoon()
    batch = BatchView(id="b-1", act=BatchAct.RETRY, status=BatchStatus.RUNNING, total_count=8)
    client.batches["b-1"] = msgspec.structs.replace(batch, **facts)
    return client


async def end(client: FakeConsoleClient, **facts: int) -> None:
    client.batches["b-1"] = msgspec.structs.replace(
        client.batches["b-1"], status=BatchStatus.ENDED, **facts
    )
    await client.notify()


async def test_a_batch_is_watched_to_its_end() -> None:
    client = with_batch(succeeded_count=3, running_count=2)
    client.items = [BatchItemRow(execution_id="zzz", outcome=ItemOutcome.FAILED, message="again")]
    async with opened(client) as (app, pilot):
        await pilot.press("b")
        await settle(pilot)
        await pilot.press("enter")
        await eventually(lambda: "3/8" in frame(app))

        await end(client, succeeded_count=7, failed_count=1, running_count=0)

        await eventually(lambda: "8/8" in frame(app))
        await eventually(lambda: "again" in frame(app))


async def test_a_batch_is_paused_resumed_and_stopped() -> None:
    client = with_batch()
    async with opened(client) as (app, pilot):
        await pilot.press("b")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("p")
        await eventually(lambda: "p go on" in frame(app))
        await pilot.press("p")
        await eventually(lambda: "p pause" in frame(app))
        await pilot.press("ctrl+k")
        await settle(pilot)

        controls = [control for _, control in client.asked("control_batch")]
        assert controls == [BatchControl.PAUSE, BatchControl.RESUME, BatchControl.STOP]


async def test_what_failed_again_can_be_retried_from_the_window() -> None:
    client = with_batch(failed_count=1)
    client.items = [BatchItemRow(execution_id="zzz", outcome=ItemOutcome.FAILED)]
    async with opened(client) as (app, pilot):
        await pilot.press("b")
        await settle(pilot)
        await pilot.press("enter")
        await settle(pilot)
        await pilot.press("r")

        await eventually(lambda: isinstance(app.screen, ActDialog))
        selection = BatchSelection(execution_ids=("zzz",))
        await eventually(lambda: client.asked("preview_batch") == [(BatchAct.RETRY, selection)])


async def test_the_end_of_a_batch_is_told_though_its_window_was_closed() -> None:
    client = afternoon()
    async with opened(client) as (app, pilot):
        await pilot.press("asterisk", "r")
        await eventually(lambda: "to go on, type 7" in frame(app))
        await pilot.press("7", "enter")
        await eventually(lambda: isinstance(app.screen, BatchProgressDialog))
        await pilot.press("escape")
        await settle(pilot)

        await end(client, succeeded_count=6, failed_count=1)

        await eventually(lambda: "6 ok, 1 failed" in app.told)
