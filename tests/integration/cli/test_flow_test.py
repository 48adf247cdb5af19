from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.integration.cli.conftest import Lanner
from tests.support.eventually import eventually

_FLOW = """\
id: orders
namespace: company.team
tasks:
  - id: load
    type: io.kestra.plugin.gcp.bigquery.Load
  - id: told
    type: io.kestra.plugin.core.log.Log
    message: loaded {{ outputs.load.rows }} rows
  - id: never
    type: io.kestra.plugin.core.log.Log
    runIf: "{{ false }}"
    message: never
"""
_SUITE = """\
id: orders_tests
namespace: company.team
flowId: orders
testCases:
  - id: passes
    fixtures:
      tasks: [{ id: load, outputs: { rows: 3 } }]
    assertions:
      - value: "{{ logs }}"
        contains: loaded 3 rows
  - id: fails
    fixtures:
      tasks: [{ id: load, outputs: { rows: 4 } }]
    assertions:
      - value: "{{ outputs.load.rows }}"
        equalTo: 5
  - id: lacks
    assertions:
      - value: x
        equalTo: x
  - id: waits
    disabled: true
    assertions:
      - value: x
        equalTo: x
"""


def _write(folder: Path, suite: str = _SUITE) -> None:
    (folder / "flows").mkdir()
    (folder / "flows" / "orders.yaml").write_text(_FLOW)
    (folder / "flows" / "orders.test.yaml").write_text(suite)


async def test_tests_are_reported_with_place_values_and_log(lanner: Lanner, tmp_path: Path) -> None:
    _write(tmp_path)

    ended = await lanner("flow", "test", "flows", "--coverage")

    assert ended.code == 1
    assert "flows/orders.test.yaml .FEs\n" in ended.out
    failure = (
        "flows/orders.test.yaml:16:18: failed: orders_tests::fails: expected "
        "{{ outputs.load.rows }} to equal 5\n"
        "  16 |         equalTo: 5\n"
        "     |                  ^\n"
        "    expected: 5\n"
        "    actual:   4\n"
        "    execution: SUCCESS\n"
        "    log:\n"
        "      INFO  told loaded 4 rows\n"
    )
    assert failure in ended.out
    assert 'orders_tests::lacks: task "load" of flow "orders" would run on an agent' in ended.out
    assert "         - id: load\n" in ended.out
    assert "company.team/orders: 2 of 3 tasks reached (66 %); not reached: never\n" in ended.out
    assert "1 passed, 1 failed, 1 error, 1 skipped in " in ended.err


async def test_one_file_finds_its_flow_beside_it(lanner: Lanner, tmp_path: Path) -> None:
    _write(tmp_path)

    ended = await lanner("flow", "test", "flows/orders.test.yaml", "-k", "passes")

    assert (ended.code, ended.out) == (0, "flows/orders.test.yaml .\n")
    assert "1 passed, 3 left out in " in ended.err


async def test_nothing_is_run_after_the_first_failure_if_so_asked(
    lanner: Lanner, tmp_path: Path
) -> None:
    _write(tmp_path)

    ended = await lanner("flow", "test", "flows", "-x")

    assert (ended.code, ended.out.split("\n")[0]) == (1, "flows/orders.test.yaml .F")


async def test_results_are_data_for_programs(lanner: Lanner, tmp_path: Path) -> None:
    _write(tmp_path)

    ended = await lanner("flow", "test", "flows", "-o", "json")

    found = json.loads(ended.out)
    assert (ended.code, found["kind"], found["totalCount"]) == (1, "FlowTestList", 4)
    outcomes = [(one["case"], one["outcome"]) for one in found["items"]]
    assert outcomes == [
        ("passes", "passed"),
        ("fails", "failed"),
        ("lacks", "error"),
        ("waits", "skipped"),
    ]
    (flaw,) = found["items"][1]["flaws"]
    assert (flaw["line"], flaw["expected"], flaw["actual"]) == (16, 5, 4)


async def test_results_are_written_as_junit_xml(lanner: Lanner, tmp_path: Path) -> None:
    _write(tmp_path)

    await lanner("flow", "test", "flows", "--junit", "tests.xml")

    (suite,) = ElementTree.parse(tmp_path / "tests.xml").getroot()
    counts = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert counts == {"tests": "4", "failures": "1", "errors": "1", "skipped": "1"}
    failure = suite.find("testcase[@name='fails']/failure")
    assert failure is not None
    assert failure.get("message") == "expected {{ outputs.load.rows }} to equal 5"
    assert "flows/orders.test.yaml:16:18" in (failure.text or "")


async def test_a_wrong_suite_is_told_as_a_wrong_flow_is(lanner: Lanner, tmp_path: Path) -> None:
    _write(tmp_path, _SUITE.replace("contains:", "contain:"))

    tested = await lanner("flow", "test", "flows", "--junit", "tests.xml")
    checked = await lanner("flow", "validate", "flows")

    told = (
        "flows/orders.test.yaml:10:9: error LNR020: An assertion has no key `contain`\n"
        "  10 |         contain: loaded 3 rows\n"
    )
    assert (tested.code, checked.code) == (8, 8)
    assert told in tested.out
    assert told in checked.out
    assert "fix: Did you mean `contains`?" in tested.out
    assert ElementTree.parse(tmp_path / "tests.xml").getroot().find(".//error") is not None


async def test_a_folder_without_tests_is_a_usage_problem(lanner: Lanner, tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "orders.yaml").write_text(_FLOW)

    ended = await lanner("flow", "test", "flows")

    assert ended.code == 2
    assert "there is no test in flows" in ended.err


async def test_the_schema_of_suites_is_printed(lanner: Lanner) -> None:
    ended = await lanner("flow", "schema", "--tests")

    assert (ended.code, json.loads(ended.out)["title"]) == (0, "Tests of a Lanner flow")


async def test_an_agent_runs_what_has_no_fixture_if_so_asked(
    lanner: Lanner, tmp_path: Path
) -> None:
    (tmp_path / "orders.yaml").write_text(
        _FLOW.replace(
            "    type: io.kestra.plugin.gcp.bigquery.Load\n",
            "    type: io.kestra.plugin.scripts.shell.Script\n"
            "    taskRunner: { type: io.kestra.plugin.core.runner.Process }\n"
            "    script: |\n"
            """      echo '::{"outputs": {"rows": 7}}::'\n""",
        ).replace("outputs.load.rows", "outputs.load.vars.rows")
    )
    (tmp_path / "orders.test.yaml").write_text(
        _SUITE[: _SUITE.index("  - id: passes")]
        + """\
  - id: real
    assertions:
      - value: "{{ outputs.load.vars.rows }}"
        equalTo: 7
      - value: "{{ logs | last | jq('.message') | first }}"
        equalTo: loaded 7 rows
  - id: answered
    fixtures:
      tasks: [{ id: load, outputs: { vars: { rows: 8 } } }]
    assertions:
      - value: "{{ outputs.load.vars.rows }}"
        equalTo: 8
"""
    )

    ended = await lanner("flow", "test", ".", "--with-agent")

    assert (ended.code, ended.out) == (0, "orders.test.yaml ..\n")


async def test_a_task_that_the_agent_does_not_run_needs_a_fixture(
    lanner: Lanner, tmp_path: Path
) -> None:
    _write(tmp_path)

    ended = await lanner("flow", "test", "flows", "--with-agent", "-k", "lacks")

    assert ended.code == 1
    assert "(io.kestra.plugin.gcp.bigquery.Load): it needs a fixture" in ended.out


async def test_words_that_no_test_has_are_a_usage_problem(lanner: Lanner, tmp_path: Path) -> None:
    _write(tmp_path)

    ended = await lanner("flow", "test", "flows", "-k", "nothing")

    assert ended.code == 2
    assert "no test in flows has nothing in its name" in ended.err


async def test_ctrl_c_ends_all_that_was_begun_and_leaves_no_folder(
    tmp_path: Path, tmp_socket_dir: Path
) -> None:
    started = tmp_path / "started"
    (tmp_path / "slow.yaml").write_text(
        "id: slow\nnamespace: company.team\ntasks:\n"
        "  - id: wait\n"
        "    type: io.kestra.plugin.scripts.shell.Commands\n"
        "    taskRunner: { type: io.kestra.plugin.core.runner.Process }\n"
        f"    commands: ['echo $$ > {started}', 'sleep 600']\n"
    )
    (tmp_path / "slow.test.yaml").write_text(
        "id: slow_tests\nnamespace: company.team\nflowId: slow\ntestCases:\n"
        "  - { id: one, assertions: [{ value: 1, equalTo: 1 }] }\n"
    )
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lanner_console", "flow", "test", str(tmp_path), "--with-agent"),
        env={**os.environ, "TMPDIR": str(tmp_socket_dir)},
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    await eventually(lambda: started.exists() and started.read_text().strip(), 60)

    process.send_signal(signal.SIGINT)
    _, said = await process.communicate()

    assert (process.returncode, said.strip()) == (130, b"interrupted")
    assert [one for one in os.listdir(tmp_socket_dir) if one.startswith("lanner-test-")] == []
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)
