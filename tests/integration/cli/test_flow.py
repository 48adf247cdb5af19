from __future__ import annotations

import json
from pathlib import Path

import grpc

from lanner_proto.v1 import flow_pb2, state_pb2
from lanner_proto.values import from_struct
from tests.integration.cli.conftest import Lanner
from tests.support.fake_api import FakeApi
from tests.support.fake_coordinator.data import make_flow
from tests.support.fake_coordinator.state import Outcome

PROBLEM = flow_pb2.Problem(
    severity=flow_pb2.Problem.SEVERITY_ERROR,
    code="LNR012",
    message='unknown type "pyton"',
    hint='did you mean "python"?',
    line=4,
    column=11,
)
SOURCE = "id: nightly\nnamespace: company\n"


async def test_validate_prints_problems_as_a_compiler_does(
    api: FakeApi, lanner: Lanner, tmp_path: Path
) -> None:
    (tmp_path / "bad.yaml").write_text(SOURCE)
    api.state.checks["bad.yaml"] = flow_pb2.FlowCheck(problems=[PROBLEM])

    ended = await lanner("flow", "validate", "--server", "bad.yaml")

    assert ended.code == 8
    assert ended.out == (
        'bad.yaml:4:11: error LNR012: unknown type "pyton"\n    fix: did you mean "python"?\n'
    )
    assert "1 checked, 1 invalid" in ended.err


async def test_validate_of_sound_flows_prints_nothing_on_stdout(
    lanner: Lanner, tmp_path: Path
) -> None:
    (tmp_path / "good.yaml").write_text(SOURCE)

    ended = await lanner("flow", "validate", "--server", ".")

    assert (ended.code, ended.out) == (0, "")
    assert "1 checked, all valid" in ended.err


async def test_validate_needs_no_coordinator(lanner: Lanner, tmp_path: Path) -> None:
    tasks = "tasks:\n  - {id: a, type: core.log.Log, mesage: Hello}\n"
    (tmp_path / "bad.yaml").write_text(SOURCE + tasks)
    (tmp_path / "types.json").write_text("[]")

    text = await lanner("flow", "validate", "bad.yaml")
    sarif = await lanner("flow", "validate", "bad.yaml", "--format", "sarif")
    given = await lanner(
        "flow", "validate", "-", "--types", "types.json", "--strict",
        stdin=SOURCE + 'tasks:\n  - {id: a, type: core.log.Log, message: "{{ inputs.x }}"}\n',
    )  # fmt: skip

    assert (text.code, sarif.code, given.code) == (8, 8, 8)
    assert "bad.yaml:4:33: error LNR020" in text.out
    assert "    fix: Did you mean `message`?" in text.out
    assert json.loads(sarif.out)["runs"][0]["results"][0]["level"] == "error"
    assert "1 checked, all valid, 1 warning" in given.err


async def test_apply_stores_every_yaml_file_below_a_folder_but_hidden_ones(
    api: FakeApi, lanner: Lanner, tmp_path: Path
) -> None:
    for name in ("a.yaml", "deep/b.yml", ".git/c.yaml", "notes.txt"):
        path = tmp_path / "flows" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"id: {path.stem}\nnamespace: company\n")

    ended = await lanner("flow", "apply", "flows", "-o", "name")

    assert (ended.code, ended.out) == (0, "company/a\ncompany/b\n")
    assert sorted(api.state.flows) == [("company", "a"), ("company", "b")]


async def test_apply_reads_a_source_from_stdin(api: FakeApi, lanner: Lanner) -> None:
    ended = await lanner("flow", "apply", "-", "-o", "json", stdin=SOURCE)

    applied = json.loads(ended.out)["items"]
    assert [(one["flowId"], one["change"], one["revision"]) for one in applied] == [
        ("nightly", "created", 1)
    ]


async def test_a_dry_run_changes_nothing(api: FakeApi, lanner: Lanner) -> None:
    ended = await lanner("flow", "apply", "-", "--dry-run", stdin=SOURCE)

    assert "created" in ended.out
    assert "nothing was changed" in ended.err
    assert api.state.flows == {}


async def test_apply_of_an_invalid_flow_tells_why_and_exits_with_8(
    api: FakeApi, lanner: Lanner
) -> None:
    api.state.checks["<stdin>"] = flow_pb2.FlowCheck(problems=[PROBLEM])

    ended = await lanner("flow", "apply", "-", stdin=SOURCE)

    assert ended.code == 8
    assert "<stdin>:4:11: error LNR012" in ended.out
    assert "nothing was applied" in ended.err


async def test_prune_deletes_flows_without_a_source_in_the_same_request(
    api: FakeApi, lanner: Lanner, tmp_path: Path
) -> None:
    for namespace, flow_id in (("company", "old"), ("company.etl", "kept"), ("company", "nightly")):
        api.add_flow(make_flow(namespace, flow_id))
    revision = make_flow().revision
    (tmp_path / "flow.yaml").write_text(SOURCE)

    planned = await lanner("flow", "apply", "flow.yaml", "--prune", "--dry-run")
    refused = await lanner("flow", "apply", "flow.yaml", "--prune")
    before = sorted(api.state.flows)
    done = await lanner("flow", "apply", "flow.yaml", "--prune", "--yes", "-o", "json")

    assert (planned.code, refused.code, done.code) == (0, 2, 0)
    assert "deleted" in planned.out
    assert "kept" not in planned.out
    assert len(before) == 3
    assert sorted(api.state.flows) == [("company", "nightly"), ("company.etl", "kept")]
    changes = [(one["flowId"], one["change"]) for one in json.loads(done.out)["items"]]
    assert changes == [("nightly", "updated"), ("old", "deleted")]
    sent = api.requests("ApplyFlows")[-1]
    assert [one.if_revision for one in (*sent.sources, *sent.deletions)] == [1, revision]


async def test_a_dry_run_shows_what_differs(api: FakeApi, lanner: Lanner, tmp_path: Path) -> None:
    api.add_flow(make_flow("company", "nightly", source=SOURCE + "description: old\n"))
    (tmp_path / "flow.yaml").write_text(SOURCE + "description: new\n")

    ended = await lanner("flow", "apply", "flow.yaml", "--dry-run")

    assert "-description: old\n+description: new\n" in ended.out


async def test_flows_outside_the_namespace_given_are_refused(
    api: FakeApi, lanner: Lanner, tmp_path: Path
) -> None:
    (tmp_path / "flow.yaml").write_text(SOURCE)

    outside = await lanner("flow", "apply", "flow.yaml", "--namespace", "other")
    inside = await lanner("flow", "apply", "flow.yaml", "--namespace", "company")

    assert (outside.code, inside.code) == (2, 0)
    assert "1 of 1 flows are not in other" in outside.err
    assert "company/nightly" in outside.err


async def test_apply_to_another_revision_is_a_conflict(api: FakeApi, lanner: Lanner) -> None:
    api.fail("ApplyFlows", grpc.StatusCode.ABORTED, 'flow "nightly" is at revision 4, not 3')

    ended = await lanner("flow", "apply", "-", "--if-revision", "3", stdin=SOURCE)

    assert ended.code == 6
    assert 'flow "nightly" is at revision 4, not 3' in ended.err
    assert api.requests("ApplyFlows")[0].sources[0].if_revision == 3


async def test_a_path_without_flows_is_refused(lanner: Lanner, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()

    ended = await lanner("flow", "apply", "empty")
    missing = await lanner("flow", "apply", "nowhere")

    assert (ended.code, missing.code) == (2, 2)
    assert "there is no flow in empty" in ended.err
    assert "nowhere is not there" in missing.err


async def test_list_shows_flows_of_the_namespace_and_below(api: FakeApi, lanner: Lanner) -> None:
    for namespace in ("company", "company.etl", "other"):
        api.add_flow(make_flow(namespace, "daily"))

    every = await lanner("flow", "list", "-o", "name")
    some = await lanner("flows", "ls", "-n", "company", "-o", "name")

    assert every.out == "company/daily\ncompany.etl/daily\nother/daily\n"
    assert some.out == "company/daily\ncompany.etl/daily\n"


async def test_a_list_tells_that_there_is_more(api: FakeApi, lanner: Lanner) -> None:
    for number in range(5):
        api.add_flow(make_flow(flow_id=f"flow{number}"))

    some = await lanner("flow", "list", "--limit", "2", "--columns", "flow", "--no-headers")
    every = await lanner("flow", "list", "--all", "-o", "name")

    assert some.out == "flow0\nflow1\n"
    assert "2 of 5 shown" in some.err
    assert len(every.out.splitlines()) == 5


async def test_get_prints_the_source_to_the_letter(api: FakeApi, lanner: Lanner) -> None:
    api.add_flow(make_flow(source="# a comment\nid: load_orders\nnamespace: company.etl\n"))

    ended = await lanner("flow", "get", "company.etl/load_orders", "--source")

    assert ended.out == "# a comment\nid: load_orders\nnamespace: company.etl\n"


async def test_get_shows_inputs_and_tasks(api: FakeApi, lanner: Lanner) -> None:
    day = flow_pb2.Input(id="day", type="DATE", is_required=True)
    api.add_flow(make_flow(inputs=[day], task_ids=("extract", "load")))

    ended = await lanner("flow", "get", "load_orders", "-n", "company.etl")

    assert "day    DATE  yes" in ended.out
    assert "extract  core.log.Log" in ended.out


async def test_delete_asks_and_without_a_person_does_nothing(api: FakeApi, lanner: Lanner) -> None:
    api.add_flow(make_flow())

    asked = await lanner("flow", "delete", "company.etl/load_orders")
    assert (asked.code, len(api.state.flows)) == (2, 1)

    told = await lanner("flow", "rm", "company.etl/load_orders", "--yes")
    assert (told.code, len(api.state.flows)) == (0, 0)


async def test_run_prints_the_id_and_how_to_follow(api: FakeApi, lanner: Lanner) -> None:
    api.add_flow(make_flow())

    ended = await lanner(
        *("flow", "run", "company.etl/load_orders", "-i", "day=2026-11-23"),
        *("-l", "env=prod", "--request-id", "order-1"),
    )

    request = api.requests("CreateExecution")[0]
    assert (ended.code, ended.out) == (0, "exec0001\n")
    assert "lanner logs exec0001 -f" in ended.err
    assert from_struct(request.inputs) == {"day": "2026-11-23"}
    assert (dict(request.labels), request.request_id) == ({"env": "prod"}, "order-1")


async def test_a_file_input_is_uploaded_first_and_another_becomes_text(
    api: FakeApi, lanner: Lanner, tmp_path: Path
) -> None:
    orders = flow_pb2.Input(id="orders", type="FILE")
    payload = flow_pb2.Input(id="payload", type="JSON")
    api.add_flow(make_flow(inputs=[orders, payload]))
    (tmp_path / "orders.csv").write_text("id,quantity\n1,2\n")
    (tmp_path / "payload.json").write_text('{"limit": 100}')

    await lanner(
        *("flow", "run", "company.etl/load_orders", "-i", "orders=@orders.csv"),
        *("-i", "payload=@payload.json", "-i", "mail=@@home"),
    )

    uri = "kestra:///company.etl/load_orders/inputs/orders.csv"
    inputs = from_struct(api.requests("CreateExecution")[0].inputs)
    assert inputs == {"orders": uri, "payload": '{"limit": 100}', "mail": "@home"}
    assert api.state.artifacts[uri] == b"id,quantity\n1,2\n"


async def test_a_file_that_is_not_there_starts_nothing(api: FakeApi, lanner: Lanner) -> None:
    api.add_flow(make_flow(inputs=[flow_pb2.Input(id="orders", type="FILE")]))

    ended = await lanner("flow", "run", "company.etl/load_orders", "-i", "orders=@none.csv")

    assert ended.code == 2
    assert 'input "orders": cannot read none.csv' in ended.err
    assert api.requests("CreateExecution") == []


async def test_inputs_come_from_a_file_and_the_command_line_wins(
    api: FakeApi, lanner: Lanner, tmp_path: Path
) -> None:
    api.add_flow(make_flow())
    (tmp_path / "inputs.json").write_text('{"day": "2026-01-01", "count": 3}')
    (tmp_path / "inputs.yaml").write_text("day: x\nnested: {a: [1]}\n")

    run = ("flow", "run", "company.etl/load_orders")
    await lanner(*run, "--inputs-file", "inputs.json", "-i", "day=2026-11-23")
    await lanner(*run, "--input-file", "inputs.yaml")

    first, second = (from_struct(one.inputs) for one in api.requests("CreateExecution"))
    assert first == {"day": "2026-11-23", "count": 3}
    assert second == {"day": "x", "nested": {"a": [1]}}


async def test_follow_prints_log_lines_as_data_and_states_as_narration(
    api: FakeApi, lanner: Lanner
) -> None:
    api.add_flow(make_flow(), outcome=Outcome(log_texts=("one", "two \x1b[31mred")))

    ended = await lanner("flow", "run", "company.etl/load_orders", "--follow")

    assert ended.code == 0
    assert ended.out == (
        "2026-11-23T12:00:01Z INFO  load one\n2026-11-23T12:00:02Z INFO  load two ␛[31mred\n"
    )
    assert "started company.etl/load_orders as execution exec0001" in ended.err
    assert "SUCCESS  load" in ended.err


async def test_with_json_the_log_stays_off_stdout(api: FakeApi, lanner: Lanner) -> None:
    api.add_flow(make_flow(), outcome=Outcome(log_texts=("one",), outputs={"rows": 3}))

    ended = await lanner("flow", "run", "company.etl/load_orders", "-f", "-o", "json")

    written = json.loads(ended.out)
    assert (written["state"], written["outputs"]) == ("SUCCESS", {"rows": 3})
    assert "INFO  load one" in ended.err


async def test_only_with_exit_status_a_failed_execution_fails_the_command(
    api: FakeApi, lanner: Lanner
) -> None:
    failed = Outcome(state=state_pb2.STATE_FAILED, error="timeout")
    api.add_flow(make_flow(), outcome=failed)

    waited = await lanner("flow", "run", "company.etl/load_orders", "--wait")
    judged = await lanner("flow", "run", "company.etl/load_orders", "--exit-status")

    assert (waited.code, judged.code) == (0, 1)
    assert "FAILED  execution exec0002" in judged.err


async def test_a_wait_that_takes_too_long_says_how_to_look_again(
    api: FakeApi, lanner: Lanner
) -> None:
    api.add_flow(make_flow())

    ended = await lanner("flow", "run", "company.etl/load_orders", "--wait", "--timeout", "300ms")

    assert ended.code == 124
    assert "it goes on" in ended.err
    assert "lanner execution watch exec0001" in ended.err


async def test_a_flow_that_is_not_there_is_not_found(lanner: Lanner) -> None:
    ended = await lanner("flow", "run", "company/none")

    assert ended.code == 5
    assert ended.err.startswith('✖ there is no flow "company/none"\n')


async def test_a_disabled_flow_is_a_conflict(api: FakeApi, lanner: Lanner) -> None:
    api.fail("CreateExecution", grpc.StatusCode.FAILED_PRECONDITION, 'flow "a/b" is disabled')

    ended = await lanner("flow", "run", "a/b")

    assert ended.code == 6


async def test_a_disabled_flow_is_a_new_revision_of_the_one_that_was_read(
    api: FakeApi, lanner: Lanner
) -> None:
    api.add_flow(make_flow(source="id: load_orders\nnamespace: company.etl\n"))

    ended = await lanner("flow", "disable", "company.etl/load_orders")

    assert ended.code == 0
    sent = api.requests("ApplyFlows")[0].sources[0]
    assert sent.source == "id: load_orders\nnamespace: company.etl\ndisabled: true\n"
    assert sent.if_revision > 0
