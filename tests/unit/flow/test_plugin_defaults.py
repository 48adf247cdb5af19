from __future__ import annotations

import pytest

from lanner_coordinator.flow.model import PluginDefault
from tests.unit.flow.sources import HEAD, found, good, read

_QUERY = "io.kestra.plugin.jdbc.postgresql.Query"
_TASK = f"tasks:\n  - {{id: q, type: {_QUERY}, sql: SELECT 1"


def _properties(
    defaults: str, own: str = "", *, configured: tuple[PluginDefault, ...] = ()
) -> dict[str, object]:
    source = f"{HEAD}pluginDefaults: {defaults}\n{_TASK}{own}}}\n"
    return dict(good(source, plugin_defaults=configured).tasks[0].properties)


def _configured(
    values: dict[str, object], *, type_name: str = _QUERY, forced: bool = False
) -> PluginDefault:
    return PluginDefault(type=type_name, values=values, is_forced=forced)


def test_the_tasks_own_values_win_over_the_flows_and_those_over_the_configuration() -> None:
    properties = _properties(
        f"[{{type: {_QUERY}, values: {{url: flow, username: flow}}}}]",
        ", url: own",
        configured=(_configured({"url": "conf", "username": "conf", "fetchType": "STORE"}),),
    )

    assert properties == {
        "url": "own",
        "username": "flow",
        "fetchType": "STORE",
        "sql": "SELECT 1",
    }


def test_forced_values_win_and_those_of_the_configuration_most() -> None:
    properties = _properties(
        f"[{{type: {_QUERY}, forced: true, values: {{url: flow, username: flow}}}}]",
        ", url: own, username: own",
        configured=(_configured({"url": "conf"}, forced=True),),
    )

    assert (properties["url"], properties["username"]) == ("conf", "flow")


@pytest.mark.parametrize(
    "type_name",
    ["io.kestra.plugin.jdbc", "jdbc.postgresql", "io.kestra.plugin.jdbc.postgresql.Q"],
)
def test_a_default_may_name_the_start_of_types(type_name: str) -> None:
    properties = _properties(f"[{{type: {type_name}, values: {{url: u, unknownHere: x}}}}]")

    assert properties == {"url": "u", "sql": "SELECT 1"}


def test_a_default_for_one_type_is_none_for_types_that_start_alike() -> None:
    source = HEAD + (
        "pluginDefaults: [{type: core.flow.If, values: {condition: x}}]\n"
        "tasks: [{id: a, type: core.log.Log, message: x}]\n"
    )

    assert good(source).tasks[0].properties == {"message": "x"}


def test_the_more_exact_type_wins() -> None:
    properties = _properties(
        f"[{{type: {_QUERY}, values: {{url: exact}}}}, {{type: jdbc, values: {{url: start}}}}]"
    )

    assert properties["url"] == "exact"


def test_maps_are_merged_deeply_and_lists_replaced() -> None:
    properties = _properties(
        f"[{{type: {_QUERY}, values: {{url: u, parameters: {{a: {{x: 1, y: 2}}, l: [1, 2]}}}}}}]",
        ", parameters: {a: {y: 3}, l: [4]}",
    )

    assert properties["parameters"] == {"a": {"x": 1, "y": 3}, "l": [4]}


def test_nested_plugins_take_the_defaults_of_their_own_type() -> None:
    properties = _properties(
        "[{type: my.runner.Docker, values: {image: python}}, {type: jdbc, values: {url: u}}]",
        ", taskRunner: {type: my.runner.Docker, user: me}",
    )

    assert properties["taskRunner"] == {"type": "my.runner.Docker", "image": "python", "user": "me"}


def test_a_nested_plugin_of_another_type_is_not_mixed_with_the_default() -> None:
    properties = _properties(
        "[{type: jdbc, values: {url: u, taskRunner: {type: my.Docker, image: python}}}]",
        ", taskRunner: {type: my.Process}",
    )

    assert properties["taskRunner"] == {"type": "my.Process"}


def test_a_default_satisfies_a_required_property_only_for_its_type() -> None:
    assert found(f"{HEAD}{_TASK}}}\n") == ["LNR021 4:5"]


def test_defaults_apply_to_triggers_and_to_common_properties() -> None:
    source = HEAD + (
        "pluginDefaults:\n  - {type: core.trigger, values: {timezone: Europe/Paris}}\n"
        "  - {type: core.log.Log, values: {level: WARN, timeout: PT5S}}\n"
        "tasks: [{id: a, type: core.log.Log, message: x}]\n"
        "triggers: [{id: t, type: core.trigger.Schedule, cron: '@daily'}]\n"
    )

    flow = good(source)

    assert flow.triggers[0].properties == {"cron": "@daily", "timezone": "Europe/Paris"}
    assert (flow.tasks[0].timeout, flow.tasks[0].properties["level"]) == ("PT5S", "WARN")


def test_a_default_of_an_exact_type_is_checked() -> None:
    source = HEAD + (
        "pluginDefaults: [{type: core.log.Log, values: {levl: WARN}}]\n"
        "tasks: [{id: a, type: core.log.Log, message: x}]\n"
    )

    assert found(source) == ["LNR020 3:48"]


@pytest.mark.parametrize(
    ("default", "code"),
    [
        ("{values: {a: 1}}", "LNR021"),
        ("{type: x}", "LNR021"),
        ("{type: x, values: {a: null}}", "LNR021"),
        ("{type: x, values: [a]}", "LNR022"),
        ("{type: x, values: {}, forced: maybe}", "LNR022"),
        ("{type: x, values: {}, ref: y}", "LNR028"),
        ("text", "LNR022"),
    ],
)
def test_a_wrong_default_is_shown(default: str, code: str) -> None:
    source = (
        f"{HEAD}pluginDefaults: [{default}]\ntasks: [{{id: a, type: core.log.Log, message: x}}]\n"
    )

    assert [one.code for one in read(source).problems] == [code]


def test_the_model_keeps_the_defaults_of_the_flow() -> None:
    source = HEAD + (
        "pluginDefaults: [{type: core.log.Log, values: {level: WARN}, forced: true}]\n"
        "tasks: [{id: a, type: core.log.Log, message: x}]\n"
    )

    assert good(source).plugin_defaults == (
        PluginDefault(
            type="io.kestra.plugin.core.log.Log", values={"level": "WARN"}, is_forced=True
        ),
    )
