"""Who changes something and goes away before the answer: what is durable counts all the same."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from lanner_coordinator.flow.types.keeping import Setting
from tests.support.services_stage import NAMESPACE, Services, services

MOST_TURNS = 1000
"""Turns of the event loop a change may take until it is durable: none here waits for anything."""

TEMPLATE = (
    f"id: notify\nnamespace: {NAMESPACE}\ntasks:\n  - {{id: a, type: core.log.Log, message: hi}}\n"
)


async def left_alone(on: Services, change: Coroutine[Any, Any, object]) -> None:
    """Begin a change, and go away as soon as it is durable."""
    before = on.store.commit_count
    async with asyncio.TaskGroup() as tasks:
        call = tasks.create_task(change)
        for _ in range(MOST_TURNS):
            await asyncio.sleep(0)
            if on.store.commit_count > before:
                break
        else:
            pytest.fail("nothing was made durable")
        call.cancel()
    await asyncio.sleep(0)
    await asyncio.sleep(0)


async def test_a_secret_that_is_durable_is_there() -> None:
    async with services() as on:
        await left_alone(on, on.secrets.set(NAMESPACE, "TOKEN", "value", by="ada"))

        secrets, _ = on.secrets.page(NAMESPACE, "", is_inherited=False, limit=9, offset=0)
        assert [one.key for one in secrets] == ["TOKEN"]

        await left_alone(on, on.secrets.delete(NAMESPACE, "TOKEN", by="ada"))

        assert on.secrets.page(NAMESPACE, "", is_inherited=False, limit=9, offset=0) == ([], 0)


async def test_a_template_that_is_durable_is_there() -> None:
    async with services() as on:
        await left_alone(on, on.templates.apply(TEMPLATE, by="ada"))

        assert on.templates.get(NAMESPACE, "notify").version == 1

        await left_alone(on, on.templates.delete(NAMESPACE, "notify"))

        assert on.templates.page(NAMESPACE, limit=9, offset=0) == ([], 0)


async def test_a_value_that_is_durable_is_there() -> None:
    async with services() as on:
        await left_alone(on, on.key_values.set(NAMESPACE, "cursor", Setting(value=41)))

        assert on.key_values.get(NAMESPACE, "cursor", is_inherited=False).version == 1
