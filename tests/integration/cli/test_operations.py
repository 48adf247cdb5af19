"""Triggers, agents, batches, doctor, version, and failures of any command."""

from __future__ import annotations

import json
from pathlib import Path

import grpc
import pytest

from lanner_proto.v1 import server_pb2, state_pb2
from tests.integration.cli.conftest import Lanner
from tests.support.fake_api import FakeApi
from tests.support.fake_coordinator.data import make_agent, make_execution, make_trigger

TRIGGER = "company.etl/load_orders/schedule"


async def test_triggers_are_listed_and_switched(api: FakeApi, lanner: Lanner) -> None:
    api.add_trigger(make_trigger())

    disabled = await lanner("trigger", "disable", TRIGGER, "-o", "json")
    listed = await lanner("triggers", "list", "company.etl/load_orders")
    enabled = await lanner("trigger", "enable", TRIGGER, "-o", "json")

    assert json.loads(disabled.out)["items"][0]["isEnabled"] is False
    assert "schedule  Schedule  no" in listed.out
    assert json.loads(enabled.out)["items"][0]["isEnabled"] is True


async def test_the_list_says_why_a_trigger_cannot_be_evaluated(
    api: FakeApi, lanner: Lanner
) -> None:
    trigger = make_trigger()
    trigger.type = "io.kestra.plugin.core.http.Trigger"
    trigger.condition = "every PT30S"
    trigger.poll_error = "shop.example cannot be reached"
    api.add_trigger(trigger)

    listed = await lanner("trigger", "list", "company.etl/load_orders")

    assert "http.Trigger  yes      shop.example cannot be reached  every PT30S" in listed.out


async def test_a_backfill_is_begun_and_ended(api: FakeApi, lanner: Lanner) -> None:
    api.add_trigger(make_trigger())

    begun = await lanner(
        *("trigger", "backfill", TRIGGER, "--start", "2026-11-01T00:00:00Z"),
        *("--end", "2026-11-04T00:00:00Z", "-i", "day=x", "-l", "why=late"),
    )
    twice = await lanner("trigger", "backfill", TRIGGER, "--start", "-1d")
    ended = await lanner("trigger", "backfill", TRIGGER, "--stop")

    request = api.requests("CreateBackfill")[0]
    assert (begun.code, twice.code, ended.code) == (0, 6, 0)
    assert "3 dates from 2026-11-01T00:00:00Z to 2026-11-04T00:00:00Z" in begun.err
    assert request.start.ToJsonString() == "2026-11-01T00:00:00Z"
    assert dict(request.labels) == {"why": "late"}


async def test_a_backfill_needs_a_start_or_a_stop(lanner: Lanner) -> None:
    assert (await lanner("trigger", "backfill", TRIGGER)).code == 2


async def test_agents_are_listed_and_drained(api: FakeApi, lanner: Lanner) -> None:
    api.add_agent(make_agent("etl-1"))

    drained = await lanner("agent", "drain", "etl-1", "--deadline", "1h", "--cancel")
    listed = await lanner("agent", "list", "-o", "json")

    request = api.requests("DrainAgent")[0]
    assert drained.code == 0
    assert "--undo" in drained.err
    assert (request.deadline.seconds, request.cancel_at_deadline) == (3600, True)
    assert json.loads(listed.out)["items"][0]["status"] == "DRAINING"


async def test_batches_are_listed_described_and_controlled(api: FakeApi, lanner: Lanner) -> None:
    api.add_execution(make_execution("a1", state_pb2.STATE_FAILED))
    api.add_execution(make_execution("b1", state_pb2.STATE_RUNNING))
    await lanner("execution", "retry", "a1", "b1", "--yes")

    paused = await lanner("batch", "pause", "b-1")
    resumed = await lanner("batch", "resume", "b-1")
    items = await lanner("batch", "describe", "b-1", "--outcome", "refused", "-o", "name")
    stopped = await lanner("batch", "stop", "b-1")
    again = await lanner("batch", "stop", "b-1")
    waited = await lanner("batch", "describe", "b-1", "--wait")
    listed = await lanner("batch", "list", "-o", "name")

    assert "PAUSED" in paused.out
    assert "RUNNING" in resumed.out
    assert items.out == "b1\n"
    assert "STOPPED" in stopped.out
    assert (again.code, waited.code) == (6, 7)
    assert listed.out == "b-1\n"


async def test_doctor_is_content_when_all_is_there(
    api: FakeApi, lanner: Lanner, tmp_path: Path
) -> None:
    api.add_agent(make_agent())

    ended = await lanner("doctor", "--data", str(tmp_path / "data"))

    assert ended.code == 0
    assert "ok    coordinator  0.1.0 at unix:" in ended.out
    assert "ok    agents       1 of 1 ready" in ended.out
    assert "clocks and this one are" not in ended.out


async def test_doctor_fails_without_a_coordinator_and_says_what_to_do(
    lanner: Lanner, tmp_path: Path
) -> None:
    address = f"unix:{tmp_path}/none.sock"

    ended = await lanner("doctor", "--data", str(tmp_path / "data"), "--address", address)

    assert ended.code == 1
    assert f"fail  coordinator  no answer at {address}" in ended.out
    assert "start one with `lanner up`" in ended.out


@pytest.fixture
def open_folder(tmp_path: Path) -> Path:
    """A data folder that other users can read."""
    folder = tmp_path / "open"
    folder.mkdir()
    folder.chmod(0o755)
    return folder


async def test_doctor_warns_of_a_folder_that_others_can_read(
    lanner: Lanner, open_folder: Path
) -> None:
    ended = await lanner("doctor", "--data", str(open_folder), "-o", "json")

    verdicts = {one["name"]: one["verdict"] for one in json.loads(ended.out)["items"]}
    assert verdicts["data folder"] == "warn"
    assert verdicts["agents"] == "fail"


async def test_version_tells_both_versions_or_that_nobody_answers(
    lanner: Lanner, tmp_path: Path
) -> None:
    with_coordinator = await lanner("version", "-o", "json")
    without = await lanner("version", "--address", f"unix:{tmp_path}/none.sock")

    assert json.loads(with_coordinator.out)["coordinator"] == "0.1.0"
    assert "coordinator  no answer" in without.out
    assert without.code == 0


async def test_without_a_coordinator_a_command_exits_with_3(lanner: Lanner, tmp_path: Path) -> None:
    ended = await lanner("flow", "list", "--address", f"unix:{tmp_path}/none.sock")

    assert ended.code == 3
    what, why, fix = ended.err.splitlines()
    assert what == f"✖ no answer from the coordinator at unix:{tmp_path}/none.sock"
    assert why == "  No such file or directory"
    assert fix == "  start one with `lanner up`, or name another with --address"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (grpc.StatusCode.UNAUTHENTICATED, 4),
        (grpc.StatusCode.PERMISSION_DENIED, 4),
        (grpc.StatusCode.RESOURCE_EXHAUSTED, 1),
        (grpc.StatusCode.INTERNAL, 1),
        (grpc.StatusCode.UNIMPLEMENTED, 1),
    ],
)
async def test_a_refused_call_exits_by_its_status(
    api: FakeApi, lanner: Lanner, status: grpc.StatusCode, code: int
) -> None:
    api.fail("ListAgents", status, "no \x1b[2J")

    ended = await lanner("agent", "list")

    assert ended.code == code
    assert "no ␛[2J" in ended.err


async def test_a_hanging_coordinator_is_waited_for_no_longer_than_asked(
    api: FakeApi, lanner: Lanner
) -> None:
    api.state.hanging.add("ListFlows")

    ended = await lanner("flow", "list", "--timeout", "200ms")

    assert ended.code == 124


async def test_failures_are_json_when_the_output_is(lanner: Lanner) -> None:
    ended = await lanner("execution", "get", "none", "-o", "json")

    assert ended.out == ""
    assert json.loads(ended.err)["error"]["code"] == 5


async def test_debug_shows_the_trace_and_the_status(lanner: Lanner) -> None:
    ended = await lanner("--debug", "execution", "get", "none")

    assert "Traceback" in ended.err
    assert "gRPC status NOT_FOUND" in ended.err


@pytest.mark.parametrize(
    ("words", "hint"),
    [
        (["exeution", "list"], "did you mean `lanner execution`?"),
        (["flow", "lst"], "did you mean `lanner flow list`?"),
        (["flow", "list", "--limt", "3"], "Did you mean"),
        (["execution", "list", "--state", "FALED"], "did you mean FAILED?"),
        (["flow", "list", "-o", "jsn"], "did you mean json?"),
        (["flow", "list", "--columns", "nme"], "choose from namespace"),
        (["flow", "list", "--timeout", "soon"], "write for example 30s"),
        (["flow", "list", "--limit", "1", "--all"], "exclude each other"),
        (["logs", "@latest", "-o", "csv"], "a log has no csv form"),
        (["agent"], "Usage: lanner agent"),
    ],
)
async def test_wrong_usage_exits_with_2_and_a_hint(
    lanner: Lanner, words: list[str], hint: str
) -> None:
    ended = await lanner(*words)

    assert ended.code == 2
    assert hint in ended.err
    assert ended.out == ""


async def test_shared_options_count_before_and_after_the_verb(api: FakeApi, lanner: Lanner) -> None:
    api.add_agent(make_agent(status=server_pb2.Agent.STATUS_UNREACHABLE))

    before = await lanner("-o", "name", "agent", "list")
    after = await lanner("agent", "list", "-o", "name")
    last_wins = await lanner("-o", "json", "agent", "list", "-o", "name")

    assert before.out == after.out == last_wins.out == "local\n"


async def test_quiet_says_nothing_but_errors(api: FakeApi, lanner: Lanner) -> None:
    quiet = await lanner("flow", "list", "-q")
    failed = await lanner("flow", "get", "a/b", "-q")

    assert quiet.err == ""
    assert "there is no flow" in failed.err


@pytest.mark.parametrize("topic", ["exit-codes", "filter", "keys"])
async def test_help_has_topics(lanner: Lanner, topic: str) -> None:
    ended = await lanner("help", topic)

    assert ended.code == 0
    assert len(ended.out.splitlines()) > 10


async def test_help_shows_the_help_of_a_command(lanner: Lanner) -> None:
    program = await lanner("help")
    verb = await lanner("help", "flow", "run")

    assert program.out.startswith("lanner — run, watch and repair workflows")
    assert verb.out.startswith("Usage: lanner flow run [OPTIONS] NS/ID")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
async def test_completion_prints_a_script(lanner: Lanner, shell: str) -> None:
    ended = await lanner("completion", shell)

    assert "_LANNER_COMPLETE" in ended.out


async def test_the_console_needs_a_terminal(lanner: Lanner) -> None:
    ended = await lanner("ui")

    assert ended.code == 2
    assert "the console needs a terminal" in ended.err


async def test_bare_lanner_without_a_terminal_prints_its_help(lanner: Lanner) -> None:
    ended = await lanner()

    assert (ended.code, ended.err) == (0, "")
    assert ended.out.startswith("lanner — ")
