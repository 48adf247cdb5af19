from __future__ import annotations

import pytest

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.migration.migrate import migrate
from lanner_coordinator.flow.model import TaskKind
from tests.unit.flow.sources import HEAD, TYPES, good

_SCRIPT = TypeDescription(name="io.kestra.plugin.scripts.shell.Commands", kind=TaskKind.AGENT)
_TYPES = KnownTypes([_SCRIPT])


def _tasks(text: str) -> str:
    return f"{HEAD}tasks:\n{text}"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (
            "  - id: q\n    type: jdbc.postgresql.Query\n    url: u\n    sql: s\n"
            "    store: true # all\n",
            "  - id: q\n    type: jdbc.postgresql.Query\n    url: u\n    sql: s\n"
            "    fetchType: STORE # all\n",
        ),
        (
            "  - {id: q, type: jdbc.postgresql.Query, fetchOne: true, sql: s}\n",
            "  - {id: q, type: jdbc.postgresql.Query, fetchType: FETCH_ONE, sql: s}\n",
        ),
        (
            "  - {id: q, type: io.kestra.plugin.jdbc.duckdb.Query, fetch: false, sql: s}\n",
            "  - {id: q, type: io.kestra.plugin.jdbc.duckdb.Query, fetchType: NONE, sql: s}\n",
        ),
        (
            "  - id: e\n    type: core.debug.Echo\n    format: Hi # there\n    level: WARN\n",
            "  - id: e\n    type: core.log.Log\n    message: Hi # there\n    level: WARN\n",
        ),
        (
            "  - id: e\n    type: core.flow.EachSequential\n    value: [a, b]\n"
            "    tasks:\n      - {id: x, type: core.log.Log, message: Hi}\n",
            "  - id: e\n    type: core.flow.ForEach\n    values: [a, b]\n"
            "    tasks:\n      - {id: x, type: core.log.Log, message: Hi}\n",
        ),
        (
            "  - type: core.flow.EachParallel\n    id: e\n    value: [a, b]\n"
            "    tasks:\n      - {id: x, type: core.log.Log, message: Hi}\n",
            "  - concurrencyLimit: 0\n    type: core.flow.ForEach\n    id: e\n    values: [a, b]\n"
            "    tasks:\n      - {id: x, type: core.log.Log, message: Hi}\n",
        ),
        (
            "  - {id: e, type: core.flow.EachParallel, value: [a], concurrent: 2,"
            " tasks: [{id: x, type: core.log.Log, message: Hi}]}\n",
            "  - {id: e, type: core.flow.ForEach, values: [a], concurrencyLimit: 2,"
            " tasks: [{id: x, type: core.log.Log, message: Hi}]}\n",
        ),
        (
            "  - id: s\n    type: scripts.shell.Commands\n    runner: DOCKER  # where\n"
            "    docker:\n      # the image\n      image: 'ubuntu:24.04'\n      pullPolicy: NEVER\n"
            "    commands: [ls]\n",
            "  - id: s\n    type: scripts.shell.Commands\n"
            "    containerImage: 'ubuntu:24.04'  # where\n"
            "    taskRunner:\n      # the image\n"
            "      type: io.kestra.plugin.scripts.runner.docker.Docker\n      pullPolicy: NEVER\n"
            "    commands: [ls]\n",
        ),
        (
            "  - id: s\n    type: scripts.shell.Commands\n    docker: {image: ubuntu}\n",
            "  - id: s\n    type: scripts.shell.Commands\n    containerImage: ubuntu\n"
            "    taskRunner: {type: io.kestra.plugin.scripts.runner.docker.Docker}\n",
        ),
        (
            "  - id: s\n    type: scripts.shell.Commands\n    runner: PROCESS\n",
            "  - id: s\n    type: scripts.shell.Commands\n    taskRunner:\n"
            "      type: io.kestra.plugin.core.runner.Process\n",
        ),
        (
            "  - {id: s, type: scripts.shell.Commands, runner: process}\n",
            "  - {id: s, type: scripts.shell.Commands,"
            " taskRunner: {type: io.kestra.plugin.core.runner.Process}}\n",
        ),
        (
            "  - id: p\n    type: core.flow.Pause\n    delay: PT1S\n    onResume:\n"
            "      - {name: a, type: ENUM, values: [x]}\n"
            "      - {id: b, type: MULTISELECT, options: [x], itemType: BOOLEAN}\n",
            "  - id: p\n    type: core.flow.Pause\n    pauseDuration: PT1S\n    onResume:\n"
            "      - {id: a, type: SELECT, values: [x]}\n"
            "      - {id: b, type: MULTISELECT, values: [x], itemType: BOOL}\n",
        ),
        (
            "  - id: p\n    type: core.flow.Approval\n    inputs: [{name: a, type: BOOLEAN}]\n",
            "  - id: p\n    type: core.flow.Approval\n    inputs: [{id: a, type: BOOL}]\n",
        ),
    ],
)
def test_what_a_task_says_in_an_old_way_is_said_in_the_new_one(old: str, new: str) -> None:
    result = migrate(_tasks(old), _TYPES)

    assert result.text == _tasks(new)
    assert result.kept == ()
    assert migrate(result.text, _TYPES).changes == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("{type: jdbc.postgresql.Query, store: '{{ vars.s }}'}", "not written out as `true`"),
        ("{type: jdbc.postgresql.Query, store: true, fetchType: FETCH}", "stands beside it"),
        ("{type: jdbc.postgresql.Query, store: true, fetch: false}", "stand together"),
        ("{type: scripts.shell.Commands, runner: '{{ vars.r }}'}", "not written out in one line"),
        ("{type: scripts.shell.Commands, runner: DOCKER, taskRunner: {}}", "stands beside it"),
        ("{type: scripts.shell.Commands, runner: PROCESS, docker: {image: a}}", "does nothing"),
        ("{type: scripts.shell.Commands, docker: {pullPolicy: NEVER}}", "it names no image"),
        ("{type: scripts.shell.Commands, docker: '{{ vars.d }}'}", "its map is not written out"),
        (
            "{type: core.flow.EachParallel, value: [a], tasks: [{id: x, type: core.log.Log},"
            " {id: y, type: core.log.Log}]}",
            "wrap them in Parallel",
        ),
        ("{type: core.flow.EachSequential, value: [a], values: [b]}", "`values` is there already"),
    ],
)
def test_what_cannot_be_said_in_the_new_way_stays_with_the_reason(text: str, why: str) -> None:
    source = _tasks(f"  - {text.replace('{type', '{id: t, type', 1)}\n")

    result = migrate(source, _TYPES)

    assert result.text == source
    assert any(why in one.sentence for one in result.kept)


def test_plugin_defaults_keep_what_they_would_change_from_being_rewritten() -> None:
    loop = _tasks(
        "  - {id: e, type: core.flow.EachSequential, value: [a],"
        " tasks: [{id: x, type: core.log.Log, message: Hi}]}\n"
        "pluginDefaults: [{type: core.flow.ForEach, values: {concurrencyLimit: 3}}]\n"
    )
    script = _tasks(
        "  - {id: s, type: scripts.shell.Commands, docker: {image: a}}\n"
        "pluginDefaults: [{type: io.kestra.plugin.scripts, values: {containerImage: b}}]\n"
    )

    results = [migrate(source, _TYPES) for source in (loop, script)]

    assert [one.text for one in results] == [loop, script]
    assert all("plugin defaults of the flow" in one.kept[0].sentence for one in results)


def test_plugin_defaults_are_rewritten_as_tasks_are() -> None:
    old = _tasks(
        "  - {id: s, type: core.log.Log, message: Hi}\npluginDefaults:\n"
        "  - {type: io.kestra.plugin.jdbc, values: {store: true}}\n"
        "  - {type: core.flow.Pause, values: {delay: PT1S, retry: {maxAttempt: 3}}}\n"
        "  - type: io.kestra.plugin.scripts\n    values:\n      docker:\n        image: a\n"
    )

    assert migrate(old, _TYPES).text == _tasks(
        "  - {id: s, type: core.log.Log, message: Hi}\npluginDefaults:\n"
        "  - {type: io.kestra.plugin.jdbc, values: {fetchType: STORE}}\n"
        "  - {type: core.flow.Pause, values: {pauseDuration: PT1S, retry: {maxAttempts: 3}}}\n"
        "  - type: io.kestra.plugin.scripts\n    values:\n      containerImage: a\n"
        "      taskRunner:\n        type: io.kestra.plugin.scripts.runner.docker.Docker\n"
    )


def test_loops_run_the_same_tasks_for_the_same_values_afterwards() -> None:
    old = _tasks(
        "  - {id: e, type: core.flow.EachParallel, value: [a, b],"
        " tasks: [{id: x, type: core.log.Log, message: Hi}]}\n"
    )

    before, after = good(old), good(migrate(old, TYPES).text)

    assert after.tasks[0].properties == {"values": ["a", "b"], "concurrencyLimit": 0}
    assert [one.properties for one in after.tasks[0].branches["tasks"]] == [
        one.properties for one in before.tasks[0].branches["tasks"]
    ]
