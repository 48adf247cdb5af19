from __future__ import annotations

import pytest

from lanner_coordinator.runtime.errors import Changed, InvalidRequest, NotFound
from lanner_coordinator.runtime.flows.changes import Change, GivenDeletion, GivenSource
from lanner_coordinator.store.memory import MemoryStore
from tests.support.services_stage import NAMESPACE, daily, flow_source, services


async def test_an_applied_source_is_revision_one() -> None:
    async with services() as on:
        (applied,) = await on.apply(flow_source())

        assert (applied.change, applied.revision) == (Change.CREATED, 1)
        assert on.flows.count == 1
        assert (await on.flows.plan(NAMESPACE, "nightly")).revision == 1


async def test_an_unchanged_source_makes_no_revision() -> None:
    async with services() as on:
        await on.apply(flow_source())
        (applied,) = await on.apply(flow_source())

        assert (applied.change, applied.revision) == (Change.UNCHANGED, 1)
        assert len(await on.flows.revisions(NAMESPACE, "nightly")) == 1


async def test_a_changed_source_is_the_next_revision_and_the_old_one_stays() -> None:
    async with services() as on:
        await on.apply(flow_source())
        (applied,) = await on.apply(flow_source(task="log"))

        assert (applied.change, applied.revision) == (Change.UPDATED, 2)
        assert (await on.flows.plan(NAMESPACE, "nightly")).flow.tasks[0].type.endswith("Log")
        old = await on.flows.plan(NAMESPACE, "nightly", 1)
        assert old.flow.tasks[0].type.endswith("Script")


async def test_one_wrong_source_keeps_all_from_being_stored() -> None:
    async with services() as on:
        with pytest.raises(InvalidRequest) as refused:
            await on.apply(flow_source("good"), "id: bad\nnamespace: company\ntasks: 7\n")

        assert 'nothing was applied: "b.yaml": line 3' in str(refused.value)
        assert refused.value.problems
        assert on.flows.count == 0


async def test_two_sources_of_one_flow_are_refused() -> None:
    async with services() as on:
        with pytest.raises(InvalidRequest, match="company/nightly is given twice"):
            await on.apply(flow_source(), flow_source(task="log"))


async def test_a_dry_run_tells_and_stores_nothing() -> None:
    async with services() as on:
        given = GivenSource(name="a.yaml", text=flow_source())
        (applied,) = await on.editor.apply([given], by="moist", dry_run=True)

        assert applied.change is Change.CREATED
        assert on.flows.count == 0
        assert on.store.commit_count == 0


@pytest.mark.parametrize("expected", [0, 1, 7])
async def test_a_flow_at_another_revision_than_named_is_not_touched(expected: int) -> None:
    async with services() as on:
        await on.apply(flow_source())
        await on.apply(flow_source(task="log"))
        given = GivenSource(name="a.yaml", text=flow_source(task="fail"), if_revision=expected)

        with pytest.raises(Changed, match="is at revision 2"):
            await on.editor.apply([given], by="moist")


async def test_a_flow_at_the_named_revision_is_changed() -> None:
    async with services() as on:
        await on.apply(flow_source())
        given = GivenSource(name="a.yaml", text=flow_source(task="log"), if_revision=1)

        (applied,) = await on.editor.apply([given], by="moist")

        assert applied.revision == 2


async def test_validation_tells_of_every_source_and_stores_nothing() -> None:
    async with services() as on:
        good, bad = await on.editor.validate(
            [
                GivenSource(name="good", text=flow_source()),
                GivenSource(name="bad", text=flow_source(more="lables: {a: b}")),
            ]
        )

        assert (good.flow_id, list(good.problems)) == ("nightly", [])
        assert [problem.position.line for problem in bad.problems] == [3]
        assert on.flows.count == 0


async def test_a_source_of_more_than_a_megabyte_is_refused() -> None:
    async with services() as on:
        with pytest.raises(InvalidRequest, match="larger than 1 MB"):
            await on.apply("#" * (1024 * 1024 + 1))


async def test_a_deleted_flow_is_gone_but_its_revisions_are_kept() -> None:
    async with services() as on:
        await on.apply(flow_source(schedule="0 6 * * *"))
        await on.editor.delete(NAMESPACE, "nightly", by="moist")

        with pytest.raises(NotFound):
            await on.flows.plan(NAMESPACE, "nightly")
        assert (await on.flows.record(NAMESPACE, "nightly", 1)).revision == 1
        assert [one.revision for one in await on.flows.revisions(NAMESPACE, "nightly")] == [1]
        assert await on.store.triggers() == []


async def test_flows_are_deleted_together_with_what_is_applied() -> None:
    async with services() as on:
        await on.apply(flow_source("old"))
        given = GivenSource(name="a.yaml", text=flow_source())
        gone = GivenDeletion(namespace=NAMESPACE, flow_id="old", if_revision=1)
        commits = on.store.commit_count

        applied, deleted = await on.editor.apply([given], by="moist", deletions=[gone])

        assert (applied.change, deleted.change) == (Change.CREATED, Change.DELETED)
        assert (deleted.flow_id, deleted.revision) == ("old", 2)
        assert on.store.commit_count == commits + 1
        assert [record.flow_id for record in on.flows.current()] == ["nightly"]


async def test_a_flow_that_is_deleted_in_the_same_moment_is_told_where_it_is_named() -> None:
    call = f"tasks: [{{id: c, type: core.flow.Subflow, namespace: {NAMESPACE}, flowId: old}}]"
    async with services() as on:
        await on.apply(flow_source("old"))
        given = GivenSource(name="a.yaml", text=f"id: caller\nnamespace: {NAMESPACE}\n{call}\n")
        gone = GivenDeletion(namespace=NAMESPACE, flow_id="old")

        applied, _ = await on.editor.apply([given], by="moist", deletions=[gone], dry_run=True)

        assert [one.code for one in applied.problems] == ["LNR087"]


@pytest.mark.parametrize(
    ("deletion", "error"),
    [
        (GivenDeletion(namespace=NAMESPACE, flow_id="old", if_revision=7), Changed),
        (GivenDeletion(namespace=NAMESPACE, flow_id="nobody"), NotFound),
        (GivenDeletion(namespace=NAMESPACE, flow_id="nightly"), InvalidRequest),
    ],
)
async def test_a_deletion_that_cannot_be_done_keeps_all_as_it_is(
    deletion: GivenDeletion, error: type[Exception]
) -> None:
    async with services() as on:
        await on.apply(flow_source("old"))
        given = GivenSource(name="a.yaml", text=flow_source())

        with pytest.raises(error):
            await on.editor.apply([given], by="moist", deletions=[deletion])

        assert [record.flow_id for record in on.flows.current()] == ["old"]


async def test_a_flow_that_comes_back_goes_on_counting_revisions() -> None:
    async with services() as on:
        await on.apply(flow_source())
        await on.editor.delete(NAMESPACE, "nightly", by="moist")
        (applied,) = await on.apply(flow_source())

        assert (applied.change, applied.revision) == (Change.CREATED, 3)


async def test_deleting_what_is_not_there_is_refused() -> None:
    async with services() as on:
        with pytest.raises(NotFound, match="there is no flow company/nobody"):
            await on.editor.delete(NAMESPACE, "nobody", by="moist")


async def test_flows_are_there_after_a_restart() -> None:
    async with MemoryStore() as store:
        async with services(store=store) as before:
            await before.apply(flow_source(), flow_source("other"))
        async with services(store=store) as after:
            assert [record.flow_id for record in after.flows.current()] == ["nightly", "other"]


async def test_a_type_that_no_agent_offers_is_an_error_of_a_given_source() -> None:
    source = flow_source().replace("scripts.shell.Script, script", "acme.Rocket, fuel")
    async with services() as on:
        with pytest.raises(InvalidRequest, match="Rocket"):
            await on.apply(source)


async def test_a_stored_flow_stays_readable_when_no_agent_offers_its_type_any_more() -> None:
    async with MemoryStore() as store:
        async with services(store=store) as before:
            await before.apply(flow_source())
        async with services(store=store) as after:
            after.catalog.offer("etl-1", ())

            plan = await after.flows.plan(NAMESPACE, "nightly")

            assert plan.flow.tasks[0].type == "io.kestra.plugin.scripts.shell.Script"


async def test_revisions_of_live_executions_are_known_at_once_after_preloading() -> None:
    async with MemoryStore() as store:
        async with services(store=store) as before:
            await before.apply(flow_source())
            await before.apply(flow_source(task="log"))
        async with services(store=store) as after:
            with pytest.raises(NotFound):
                after.flows.plan_of(NAMESPACE, "nightly", 1)
            await after.flows.preload([(NAMESPACE, "nightly", 1), (NAMESPACE, "nobody", 4)])

            assert after.flows.plan_of(NAMESPACE, "nightly", 1).revision == 1


async def test_a_list_shows_the_last_execution_and_the_next_date() -> None:
    async with services() as on:
        await on.apply(flow_source("fails", task="fail"), flow_source(schedule="0 7 * * *"))
        failed = await on.create("fails")
        running = await on.create("nightly")

        (fails, nightly), total = await on.flow_lists.page(
            namespace="", text="", limit=10, offset=0
        )

        assert total == 2
        assert fails.last is not None
        assert (fails.last.id, fails.next_at) == (failed, None)
        assert nightly.last is not None
        assert nightly.last.id == running
        record = on.scheduler.records.get(daily())
        assert record is not None
        assert nightly.next_at == record.next_at


@pytest.mark.parametrize(
    ("namespace", "text", "found"),
    [
        ("", "", ["company/a", "company.etl/b", "companyx/c"]),
        ("company", "", ["company/a"]),
        ("company.*", "", ["company/a", "company.etl/b"]),
        ("", "ETL", ["company.etl/b"]),
        ("nowhere", "", []),
    ],
)
async def test_a_list_finds_by_namespace_and_text(
    namespace: str, text: str, found: list[str]
) -> None:
    async with services() as on:
        await on.apply(
            flow_source("a"),
            flow_source("b", namespace="company.etl"),
            flow_source("c", namespace="companyx"),
        )

        page, _ = await on.flow_lists.page(namespace=namespace, text=text, limit=10, offset=0)

        assert [f"{one.record.namespace}/{one.record.flow_id}" for one in page] == found


async def test_a_page_of_a_list_begins_at_its_offset() -> None:
    async with services() as on:
        await on.apply(*(flow_source(flow_id) for flow_id in "abcd"))

        page, total = await on.flow_lists.page(namespace="", text="", limit=2, offset=1)

        assert ([one.record.flow_id for one in page], total) == (["b", "c"], 4)
