from __future__ import annotations

import asyncio
import json

import grpc
import pytest

from lanner_proto.v1 import batch_pb2, state_pb2
from tests.integration.cli.conftest import Lanner
from tests.support.eventually import eventually
from tests.support.fake_api import FakeApi
from tests.support.fake_coordinator.data import make_execution, make_log, make_task_run


@pytest.fixture
def executions(api: FakeApi) -> FakeApi:
    """One that failed (the newest), one that runs, one that ended well."""
    failed = make_task_run("load", state_pb2.STATE_FAILED, error="timeout")
    api.add_execution(
        make_execution("fail01", state_pb2.STATE_FAILED, task_runs=[failed], error="timeout")
    )
    api.add_execution(make_execution("runs01", state_pb2.STATE_RUNNING, age_seconds=60))
    api.add_execution(
        make_execution("good01", age_seconds=120, namespace="other", labels={"env": "prod"})
    )
    return api


async def test_list_shows_the_newest_first(executions: FakeApi, lanner: Lanner) -> None:
    ended = await lanner("execution", "list")

    lines = ended.out.splitlines()
    assert [line.split()[0] for line in lines] == ["ID", "fail01", "runs01", "good01"]
    assert "load: timeout" in lines[1]
    assert "2026-11-23T12:00:00Z" in lines[1]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        (["--filter", "state:FAILED,RUNNING"], ["fail01", "runs01"]),
        (["--state", "failed"], ["fail01"]),
        (["-l", "env=prod"], ["good01"]),
        (["-n", "other"], ["good01"]),
        (["--sort", "created"], ["good01", "runs01", "fail01"]),
    ],
)
async def test_list_is_narrowed_and_sorted_by_the_coordinator(
    executions: FakeApi, lanner: Lanner, words: list[str], ids: list[str]
) -> None:
    ended = await lanner("ex", "ls", "-o", "name", *words)

    assert ended.out.split() == ids


async def test_a_wrong_filter_is_refused_with_the_coordinators_sentence(
    executions: FakeApi, lanner: Lanner
) -> None:
    ended = await lanner("execution", "list", "--filter", "stat:FAILED")

    assert ended.code == 2
    assert 'the filter has no key "stat"' in ended.err


async def test_get_takes_a_prefix_or_a_name(executions: FakeApi, lanner: Lanner) -> None:
    by_prefix = await lanner("execution", "get", "good", "-o", "name")
    latest = await lanner("execution", "get", "@latest", "-o", "name")
    failed = await lanner("execution", "get", "@failed", "-o", "json")

    assert (by_prefix.out, latest.out) == ("good01\n", "fail01\n")
    assert json.loads(failed.out)["taskRuns"][0]["attempts"][0]["error"] == "timeout"


async def test_retry_of_one_restarts_it(executions: FakeApi, lanner: Lanner) -> None:
    ended = await lanner("execution", "retry", "@failed", "--reason", "db is back")

    assert ended.code == 0
    assert "RESTARTED" in ended.out
    assert executions.requests("RetryExecution")[0].reason == "db is back"


async def test_an_act_that_the_state_forbids_is_a_conflict(
    executions: FakeApi, lanner: Lanner
) -> None:
    retried = await lanner("execution", "retry", "good01")
    killed = await lanner("execution", "kill", "good01")

    assert (retried.code, killed.code) == (6, 6)
    assert "execution good01 is SUCCESS" in retried.err


async def test_kill_gives_the_grace_that_was_asked(executions: FakeApi, lanner: Lanner) -> None:
    ended = await lanner("execution", "kill", "runs01", "--grace", "30s", "-o", "json")

    assert json.loads(ended.out)["items"][0]["state"] == "KILLED"
    assert executions.requests("KillExecution")[0].grace.seconds == 30


async def test_an_act_needs_ids_or_a_filter_and_not_both(lanner: Lanner) -> None:
    neither = await lanner("execution", "retry")
    both = await lanner("execution", "kill", "a", "--filter", "state:RUNNING")

    assert (neither.code, both.code) == (2, 2)
    assert "needs ids or --filter, and not both" in neither.err


async def test_a_bulk_act_asks_and_without_a_person_does_nothing(
    executions: FakeApi, lanner: Lanner
) -> None:
    ended = await lanner("execution", "retry", "--filter", "ns:*")

    assert ended.code == 2
    assert "retry 1 of 3 executions" in ended.err
    assert "only FAILED, KILLED and WARNING are retried" in ended.err
    assert executions.requests("CreateBatch") == []


async def test_a_dry_run_prints_the_preview_as_data(executions: FakeApi, lanner: Lanner) -> None:
    ended = await lanner("execution", "retry", "--filter", "ns:*", "--dry-run", "-o", "json")

    preview = json.loads(ended.out)
    assert (preview["eligibleCount"], preview["refusedCount"]) == (1, 2)
    assert executions.requests("CreateBatch") == []


async def test_a_confirmed_bulk_act_makes_a_batch(executions: FakeApi, lanner: Lanner) -> None:
    ended = await lanner(
        *("execution", "retry", "--filter", "state:FAILED", "-n", "company", "--yes"),
        *("--max-parallel", "5", "--reason", "db", "-o", "name"),
    )

    request = executions.requests("CreateBatch")[0]
    assert (ended.code, ended.out) == (0, "b-1\n")
    assert request.selection.filter == "state:FAILED ns:company,company.*"
    assert (request.max_parallel, request.reason) == (5, "db")


async def test_several_ids_make_a_batch_of_whole_ids(executions: FakeApi, lanner: Lanner) -> None:
    await lanner("execution", "kill", "-", "--yes", stdin="fail runs01\n@latest\n")

    selection = executions.requests("CreateBatch")[0].selection
    assert list(selection.execution_ids) == ["fail01", "runs01"]


async def test_a_batch_with_nothing_to_do_is_not_made(executions: FakeApi, lanner: Lanner) -> None:
    ended = await lanner("execution", "retry", "--filter", "state:SUCCESS", "--yes")

    assert ended.code == 6
    assert "nothing was done" in ended.err


@pytest.mark.parametrize(("failed_count", "code"), [(0, 0), (1, 7)])
async def test_an_awaited_batch_exits_with_7_when_something_failed(
    executions: FakeApi, lanner: Lanner, failed_count: int, code: int
) -> None:
    async with asyncio.TaskGroup() as group:
        words = ("execution", "retry", "--filter", "state:FAILED", "--yes", "--wait")
        command = group.create_task(lanner(*words))
        await eventually(lambda: executions.requests("WatchBatch"))
        batch = executions.state.batches["b-1"]
        batch.status = batch_pb2.Batch.STATUS_ENDED
        batch.running_count, batch.failed_count = 0, failed_count
        batch.succeeded_count = 1 - failed_count
        executions.state.notify()

    assert command.result().code == code
    assert f"{failed_count} failed" in command.result().err


async def test_watch_tells_each_change_of_state_once(api: FakeApi, lanner: Lanner) -> None:
    execution = api.add_execution(make_execution("e1", state_pb2.STATE_RUNNING))

    async with asyncio.TaskGroup() as group:
        command = group.create_task(lanner("execution", "watch", "e1", "--exit-status"))
        await eventually(lambda: api.state.open_streams == 1)
        execution.task_runs.append(make_task_run("load", state_pb2.STATE_RUNNING))
        api.state.notify()
        await eventually(lambda: api.state.open_streams == 1)
        execution.task_runs[0].CopyFrom(make_task_run("load", state_pb2.STATE_FAILED))
        execution.summary.state = state_pb2.STATE_KILLED
        api.state.notify()

    ended = command.result()
    assert ended.code == 20
    assert ended.err.count("FAILED  load") == 1
    assert "KILLED  execution e1" in ended.err


async def test_watch_ends_with_21_when_a_person_is_needed(api: FakeApi, lanner: Lanner) -> None:
    api.add_execution(make_execution("e1", state_pb2.STATE_PAUSED))

    ended = await lanner("execution", "watch", "e1", "--exit-status")

    assert ended.code == 21


async def test_watch_outlives_a_lost_link_and_says_so(api: FakeApi, lanner: Lanner) -> None:
    execution = api.add_execution(make_execution("e1", state_pb2.STATE_RUNNING))
    api.fail("WatchExecution", grpc.StatusCode.UNAVAILABLE, "going down", after_messages=1)

    async with asyncio.TaskGroup() as group:
        command = group.create_task(lanner("execution", "watch", "e1"))
        await eventually(lambda: len(api.requests("WatchExecution")) == 2)
        execution.summary.state = state_pb2.STATE_SUCCESS
        api.state.notify()

    assert command.result().code == 0
    assert "no link to" in command.result().err
    assert "is back" in command.result().err


async def test_logs_are_narrowed_and_cut(api: FakeApi, lanner: Lanner) -> None:
    api.add_execution(make_execution("e1"))
    for position, level in enumerate(("INFO", "WARN", "ERROR", "INFO"), start=1):
        number = state_pb2.LogLevel.Value(f"LOG_LEVEL_{level}")
        api.add_log(make_log("e1", position, f"line {position}", level=number))

    warned = await lanner("logs", "e1", "--level", "warn")
    last = await lanner("execution", "logs", "e1", "--tail", "1", "-o", "jsonl")
    found = await lanner("logs", "@latest", "--grep", "LINE 1")

    assert [line.split()[-1] for line in warned.out.splitlines()] == ["2", "3"]
    assert json.loads(last.out)["text"] == "line 4"
    assert found.out == "2026-11-23T12:00:01Z INFO  load line 1\n"


async def test_followed_logs_end_with_the_execution(api: FakeApi, lanner: Lanner) -> None:
    execution = api.add_execution(make_execution("e1", state_pb2.STATE_RUNNING))
    for position in (1, 2, 3):
        api.add_log(make_log("e1", position, f"line {position}"))

    async with asyncio.TaskGroup() as group:
        command = group.create_task(lanner("logs", "e1", "-f", "--tail", "1"))
        await eventually(lambda: api.requests("FollowLogs"))
        execution.summary.state = state_pb2.STATE_SUCCESS
        api.add_log(make_log("e1", 4, "line 4"))

    words = [line.split()[-1] for line in command.result().out.splitlines()]
    assert words == ["3", "4"]


async def test_replay_says_from_which_task_and_with_which_inputs(
    executions: FakeApi, lanner: Lanner
) -> None:
    ended = await lanner(
        "execution", "replay", "fail01", "--from", "load[x]", "-i", "n=5", "--revision", "latest"
    )

    assert ended.code == 0
    request = executions.requests("ActOnExecution")[0]
    assert request.act == batch_pb2.BATCH_ACT_REPLAY
    assert (request.details.task_run, request.details.revision) == ("load[x]", -1)
    assert request.details.inputs["n"] == "5"


async def test_the_state_and_the_labels_of_an_execution_are_changed(
    executions: FakeApi, lanner: Lanner
) -> None:
    changed = await lanner("execution", "change-state", "fail01", "--to", "warning")
    labelled = await lanner("execution", "label", "fail01", "-l", "env=prod", "--remove", "team")
    bare = await lanner("execution", "label", "fail01")

    assert "WARNING" in changed.out
    assert labelled.code == 0
    details = executions.requests("ActOnExecution")[1].details
    assert (dict(details.labels), list(details.removed_labels)) == ({"env": "prod"}, ["team"])
    assert bare.code == 2


async def test_a_task_run_is_marked(executions: FakeApi, lanner: Lanner) -> None:
    ended = await lanner("execution", "mark", "fail01", "load", "--to", "success")

    assert "RESTARTED" in ended.out
    assert executions.requests("MarkTaskRun")[0].state == state_pb2.STATE_SUCCESS


async def test_a_purge_is_a_batch_over_what_ended_before(
    executions: FakeApi, lanner: Lanner
) -> None:
    asked = await lanner("-n", "other", "execution", "purge", "--before", "-30d", "--dry-run")

    assert asked.code == 0
    request = executions.requests("PreviewBatch")[0]
    assert request.act == batch_pb2.BATCH_ACT_DELETE
    assert request.selection.filter == "ended<-30d ns:other,other.*"


async def test_an_expression_is_evaluated_in_an_execution(
    executions: FakeApi, lanner: Lanner
) -> None:
    ended = await lanner("execution", "eval", "fail01", "{{ flow.id }}", "--task", "load[a]")
    refused = await lanner("execution", "eval", "fail01", "{{ missing }}")

    assert (ended.code, ended.out) == (0, "{{ flow.id }}\n")
    assert executions.requests("EvaluateExpression")[0].task_run == "load[a]"
    assert refused.code == 1
    assert "Unknown variable `missing`" in refused.err


async def test_acts_are_listed_with_their_answers(executions: FakeApi, lanner: Lanner) -> None:
    ended = await lanner("execution", "acts", "fail01")

    assert "allowed" in ended.out
    assert "it has already ended (FAILED)" in ended.out
