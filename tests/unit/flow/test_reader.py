from __future__ import annotations

from datetime import timedelta

import pytest

from lanner_coordinator.flow.diagnostics import Severity
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import AgentLostPolicy, TaskKind
from lanner_coordinator.flow.reader import check_part, read_flow
from tests.unit.flow.sources import HEAD, TASKS, found, good, only, read


def _task(body: str) -> str:
    return HEAD + "tasks:\n  - id: one\n    type: core.log.Log\n    message: Hello\n" + body


def test_a_whole_flow_becomes_a_model() -> None:
    source = """\
id: demo
namespace: company.team
description: What it does
labels: {team: data, size: 3}
disabled: yes
inputs:
  - {id: name, type: STRING, defaults: World}
variables: {greeting: Hello}
tasks:
  - id: hello
    type: core.log.Log
    message: "{{ vars.greeting }} {{ inputs.name }}"
    level: WARN
errors:
  - {id: failed, type: core.log.Log, message: "{{ outputs.hello }}"}
finally:
  - {id: last, type: core.log.Log, message: Bye}
afterExecution:
  - {id: after, type: core.log.Log, message: "{{ execution.state }}"}
outputs:
  - {id: result, type: INT, value: "{{ 1 }}"}
triggers:
  - {id: daily, type: core.trigger.Schedule, cron: "@daily", inputs: {name: You}}
retry: {type: constant, interval: PT5S, maxAttempts: 3}
"""

    flow = good(source)

    assert (flow.id, flow.namespace, flow.description) == ("demo", "company.team", "What it does")
    assert flow.labels == {"team": "data", "size": "3"}
    assert flow.is_disabled
    assert [one.id for one in flow.inputs] == ["name"]
    assert flow.variables == {"greeting": "Hello"}
    assert [one.id for one in flow.tasks] == ["hello"]
    assert flow.tasks[0].properties == {
        "message": "{{ vars.greeting }} {{ inputs.name }}",
        "level": "WARN",
    }
    assert [one.id for one in flow.errors] == ["failed"]
    assert [one.id for one in flow.finally_tasks] == ["last"]
    assert [one.id for one in flow.after_execution] == ["after"]
    assert flow.outputs[0].value == "{{ 1 }}"
    assert flow.triggers[0].inputs == {"name": "You"}
    assert flow.retry is not None
    assert flow.retry.max_attempts == 3
    assert flow.source == source


def test_a_task_has_its_common_properties() -> None:
    flow = good(
        _task(
            '    description: Says it\n    timeout: PT1M\n    runIf: "{{ inputs.x ?? true }}"\n'
            "    disabled: true\n    allowFailure: true\n    allowWarning: true\n"
            "    logLevel: INFO\n    agentLabels: {zone: eu, size: 2}\n"
            "    workerGroup: {key: gpu}\n    onAgentLost: FAIL\n    maxDisconnect: PT30S\n"
        )
    )

    task = flow.tasks[0]
    assert task.type == "io.kestra.plugin.core.log.Log"
    assert task.kind is TaskKind.NATIVE
    assert (task.description, task.timeout) == ("Says it", "PT1M")
    assert task.run_if == "{{ inputs.x ?? true }}"
    assert (task.is_disabled, task.allow_failure, task.allow_warning) == (True, True, True)
    assert task.log_level == "INFO"
    assert task.labels == {"zone": "eu", "size": "2", "group": "gpu"}
    assert task.on_agent_lost is AgentLostPolicy.FAIL
    assert task.max_disconnect == timedelta(seconds=30)
    assert (task.position.line, task.position.column) == (4, 5)


def test_when_is_another_word_for_run_if() -> None:
    assert good(_task("    when: false\n")).tasks[0].run_if == "false"
    assert found(_task('    when: "{{ true }}"\n    runIf: true\n')) == ["LNR027 8:5"]


@pytest.mark.parametrize("source", ["", "  \n# nothing\n", "null\n", "[1]\n", "text\n"])
def test_what_is_no_map_is_no_flow(source: str) -> None:
    assert [one.code for one in read(source).problems] == ["LNR009"]


def test_every_problem_is_found_at_once_with_its_place() -> None:
    source = """\
id: my flow
namespce: company.team
labels: {system.x: 1}
tasks:
  - id: one
    type: core.log.Logg
    message: Hello
  - id: two
    type: core.log.Log
    mesage: Hello
    timeout: 5 minutes
    retry: {type: constant}
  - id: two
    type: core.flow.Parallel
    tasks: []
quotas: {limit: 1}
"""

    assert found(source) == [
        "LNR021 1:1",  # namespace is missing
        "LNR030 1:5",
        "LNR020 2:1",
        "LNR034 3:10",
        "LNR040 6:11",
        "LNR021 8:5",  # message is missing
        "LNR020 10:5",
        "LNR050 11:14",
        "LNR021 12:12",  # interval is missing
        "LNR033 13:9",
        "LNR023 15:5",
        "LNR028 16:1",
    ]


def test_an_unknown_key_suggests_the_nearest() -> None:
    assert only(HEAD + TASKS + "trigers: []\n") == (
        "A flow has no key `trigers` | Did you mean `triggers`?"
    )
    assert only(_task("    alowFailure: true\n")) == (
        "`io.kestra.plugin.core.log.Log` has no property `alowFailure` "
        "| Did you mean `allowFailure`?"
    )


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("id: ''", "LNR030"),
        ("id: -x", "LNR030"),
        (f"id: {'x' * 101}", "LNR030"),
        ("id: [x]", "LNR022"),
        ("namespace: Company", "LNR031"),
        ("namespace: a b", "LNR031"),
    ],
)
def test_names_of_flows_follow_their_rules(line: str, code: str) -> None:
    other = "namespace: a\n" if line.startswith("id") else "id: a\n"

    assert [one.code for one in read(f"{line}\n{other}{TASKS}").problems] == [code]


def test_a_word_for_an_action_is_a_poor_id() -> None:
    result = read(f"id: pause\nnamespace: a\n{TASKS}")

    assert result.flow is not None
    assert [one.code for one in result.problems] == ["LNR032"]


@pytest.mark.parametrize("tasks", ["", "tasks:\n", "tasks: []\n"])
def test_a_flow_needs_tasks(tasks: str) -> None:
    assert [one.code for one in read(HEAD + tasks).problems] == ["LNR023"]


def test_ids_are_unique_over_all_levels_and_sections() -> None:
    source = (
        HEAD
        + """\
tasks:
  - id: a
    type: core.flow.Sequential
    tasks:
      - {id: b, type: core.log.Log, message: x}
    errors:
      - {id: a, type: core.log.Log, message: x}
errors:
  - {id: b, type: core.log.Log, message: x}
"""
    )

    assert found(source) == ["LNR033 9:14", "LNR033 11:10"]


def test_older_names_warn_and_name_the_new_one() -> None:
    source = HEAD + (
        "taskDefaults: []\n"
        "tasks:\n  - {id: a, type: io.kestra.core.tasks.log.Log, message: x}\n"
        "  - {id: b, type: core.debug.Echo, format: x}\n"
    )

    result = read(source)

    assert result.flow is not None
    assert result.flow.tasks[0].type == "io.kestra.plugin.core.log.Log"
    assert [(one.severity, one.hint) for one in result.problems] == [
        (Severity.WARNING, "Write `pluginDefaults`."),
        (Severity.WARNING, "Write `io.kestra.plugin.core.log.Log`."),
        (Severity.WARNING, "Use `io.kestra.plugin.core.log.Log`."),
    ]


@pytest.mark.parametrize("key", ["quotas"])
def test_what_this_version_cannot_do_is_refused_not_ignored(key: str) -> None:
    assert [one.code for one in read(f"{HEAD}{TASKS}{key}: x\n").problems] == ["LNR028"]


@pytest.mark.parametrize(
    ("type_name", "code"),
    [
        ("core.kv.Version", "LNR041"),
        ("core.trigger.Schedule", "LNR043"),
        ("core.trigger.Webhook", "LNR043"),
        ("core.log.Nothing", "LNR040"),
        ("something.else", "LNR040"),
        ("''", "LNR040"),
    ],
)
def test_a_type_that_cannot_run_says_why(type_name: str, code: str) -> None:
    source = f"{HEAD}tasks:\n  - {{id: a, type: {type_name}, x: 1}}\n"

    assert [one.code for one in read(source).problems] == [code]


def test_an_unknown_type_shows_the_nearest_ones() -> None:
    source = f"{HEAD}tasks:\n  - {{id: a, type: jdbc.postgres.Query, url: x}}\n"

    assert only(source) == (
        "There is no task type `jdbc.postgres.Query` | Did you mean `jdbc.postgresql.Query`?"
    )


def test_before_any_agent_came_an_unknown_type_is_a_warning() -> None:
    source = f"{HEAD}tasks:\n  - {{id: a, type: my.company.Thing, x: 1}}\n"

    result = read_flow(source, KnownTypes())

    assert [(one.severity, one.code) for one in result.problems] == [(Severity.WARNING, "LNR042")]
    assert result.flow is not None
    assert result.flow.tasks[0].kind is TaskKind.AGENT
    assert result.flow.tasks[0].properties == {"x": 1}


def test_a_single_task_and_a_single_trigger_can_be_checked() -> None:
    types = KnownTypes()

    assert check_part('{"id": "a", "type": "core.log.Log", "message": "x"}', "task", types) == ()
    missing = check_part("{id: a, type: core.log.Log}", "task", types)
    assert [one.code for one in missing] == ["LNR021"]
    cron = check_part("{id: a, type: core.trigger.Schedule, cron: x}", "trigger", types)
    assert [one.code for one in cron] == ["LNR051"]
    assert [one.code for one in check_part("", "trigger", types)] == ["LNR009"]
