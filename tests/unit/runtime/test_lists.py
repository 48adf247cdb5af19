from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.errors import InvalidRequest
from tests.support.services_stage import Services, flow_source, services


async def ids_of(
    on: Services, filter_text: str = "", *, sort: str = "", limit: int = 100, offset: int = 0
) -> tuple[list[str], int]:
    page = await on.lists.page(
        on.lists.filter_of(filter_text), sort=sort, limit=limit, offset=offset
    )
    return [row.id for row in page.rows], page.total_count


async def mixed(on: Services) -> None:
    """X0001, X0003, X0005 ended; X0002, X0004 live; a minute between them."""
    await on.apply(flow_source(), flow_source("logs", task="log"))
    for flow_id in ("logs", "nightly", "logs", "nightly", "logs"):
        await on.create(flow_id)
        await on.pass_time(timedelta(minutes=1))


async def test_live_and_archived_executions_are_one_list_newest_first() -> None:
    async with services() as on:
        await mixed(on)

        assert await ids_of(on) == (["X0005", "X0004", "X0003", "X0002", "X0001"], 5)


@pytest.mark.parametrize(
    ("sort", "found"),
    [
        ("created", "12345"),
        ("-created", "54321"),
        ("ended", "13524"),
        ("-ended", "53142"),
        ("flow", "13524"),
        ("-flow", "42531"),
        ("state", "24135"),
    ],
)
async def test_a_list_has_the_wished_order(sort: str, found: str) -> None:
    async with services() as on:
        await mixed(on)

        ids, _ = await ids_of(on, sort=sort)

        assert "".join(one[-1] for one in ids) == found


@pytest.mark.parametrize("sort", ["created", "-created", "ended", "-ended", "flow", "-state"])
@pytest.mark.parametrize("limit", [1, 2, 3, 4])
async def test_pages_put_together_are_the_whole_list(sort: str, limit: int) -> None:
    async with services() as on:
        await mixed(on)
        whole, _ = await ids_of(on, sort=sort)

        paged = []
        for offset in range(0, 6, limit):
            page, total = await ids_of(on, sort=sort, limit=limit, offset=offset)
            assert total == 5
            paged.extend(page)

        assert paged == whole


@pytest.mark.parametrize(
    ("filter_text", "found"),
    [
        ("state:SUCCESS", ["X0005", "X0003", "X0001"]),
        ("state:RUNNING", ["X0004", "X0002"]),
        ("flow:night*", ["X0004", "X0002"]),
        ("created<-3m", ["X0002", "X0001"]),
        ("id:X0003", ["X0003"]),
        ("state:FAILED", []),
    ],
)
async def test_a_filter_applies_to_live_and_archived_executions(
    filter_text: str, found: list[str]
) -> None:
    async with services() as on:
        await mixed(on)

        assert await ids_of(on, filter_text) == (found, len(found))


async def test_an_execution_that_is_live_again_is_listed_once_as_it_is_now() -> None:
    async with services() as on:
        await on.apply(flow_source())
        agent = await on.agent()
        execution_id = await on.create()
        await agent.finish((await agent.assignment()).attempt_id, State.FAILED, "no luck")
        await on.ended(execution_id)
        await on.retry(execution_id)

        assert await ids_of(on) == ([execution_id], 1)
        assert await ids_of(on, "state:FAILED") == ([], 0)
        assert (await on.all_summaries())[0].attempt_number == 2


async def test_a_wrong_filter_is_refused_with_its_column() -> None:
    async with services() as on:
        with pytest.raises(InvalidRequest, match='unknown key "stat"'):
            on.lists.filter_of("stat:FAILED")


async def test_an_unknown_order_is_refused() -> None:
    async with services() as on:
        with pytest.raises(InvalidRequest, match='cannot be sorted by "size"'):
            await ids_of(on, sort="size")
