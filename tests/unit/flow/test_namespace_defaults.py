"""Plugin defaults of namespaces: stronger than the configuration's, weaker than the flow's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import PluginDefault
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.flow.reading.namespace_defaults import read_namespace_defaults

LOG = "io.kestra.plugin.core.log.Log"


def log(values: Mapping[str, object], *, is_forced: bool = False) -> PluginDefault:
    return PluginDefault(type=LOG, values=values, is_forced=is_forced)


def level_of(
    *,
    own: str = "",
    flow: str = "",
    namespaces: Sequence[Sequence[PluginDefault]] = (),
    configured: Sequence[PluginDefault] = (),
) -> object:
    source = f"id: a\nnamespace: company.team\n{flow}tasks:\n"
    source += f"  - {{id: t, type: {LOG}, message: hi{own}}}\n"
    asked: list[str] = []

    def of_namespace(name: str) -> Sequence[Sequence[PluginDefault]]:
        asked.append(name)
        return namespaces

    result = read_flow(
        source, KnownTypes(), plugin_defaults=configured, namespace_defaults=of_namespace
    )
    assert result.flow is not None, result.problems
    assert asked == ["company.team"]
    return result.flow.tasks[0].properties.get("level")


OUTER, NEAREST = [log({"level": "ERROR"})], [log({"level": "WARN"})]
OF_FLOW = f"pluginDefaults: [{{type: {LOG}, values: {{level: DEBUG}}}}]\n"


def test_the_nearest_namespace_wins_over_those_above_and_the_configuration() -> None:
    configured = [log({"level": "TRACE"})]

    assert level_of(configured=configured, namespaces=[OUTER]) == "ERROR"
    assert level_of(configured=configured, namespaces=[OUTER, NEAREST]) == "WARN"


def test_the_flow_and_the_task_win_over_the_namespace() -> None:
    assert level_of(namespaces=[NEAREST], flow=OF_FLOW) == "DEBUG"
    assert level_of(namespaces=[NEAREST], flow=OF_FLOW, own=", level: INFO") == "INFO"


def test_a_forced_default_wins_over_the_flow_and_the_outer_namespace_over_the_inner() -> None:
    forced = [log({"level": "ERROR"}, is_forced=True)]
    inner = [log({"level": "WARN"}, is_forced=True)]

    assert level_of(namespaces=[forced], flow=OF_FLOW, own=", level: INFO") == "ERROR"
    assert level_of(namespaces=[forced, inner]) == "ERROR"
    assert level_of(namespaces=[[], inner], own=", level: INFO") == "WARN"


def test_given_defaults_are_read_and_every_problem_is_told() -> None:
    good = {"type": "core.log.Log", "values": {"level": "WARN"}, "forced": True}
    bad = [{"type": "core.log.Log", "values": {"levle": "WARN"}}, {"values": {}}, "x"]

    defaults, problems = read_namespace_defaults([good], KnownTypes())
    assert (list(defaults), list(problems)) == ([log({"level": "WARN"}, is_forced=True)], [])

    _, problems = read_namespace_defaults(bad, KnownTypes())
    told = " ".join(problem.message for problem in problems)
    assert "has no property `levle`" in told
    assert "`type`" in told
    assert len(problems) == 3
