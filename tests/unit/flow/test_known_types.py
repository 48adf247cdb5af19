from __future__ import annotations

import pytest

from lanner_coordinator.flow.aliases import ALIASES, canonical_name
from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import TaskKind
from lanner_coordinator.flow.types import namespace_files, storage, upkeep
from lanner_coordinator.flow.types.flowables import FLOWABLES
from lanner_coordinator.flow.types.log import FETCH_TYPE
from lanner_coordinator.flow.types.native import NATIVE_TYPES
from lanner_coordinator.flow.types.subflow import SUBFLOW_TYPE
from lanner_coordinator.flow.types.templating import TEMPLATED_TASK

_LOG = "io.kestra.plugin.core.log.Log"


def _name(types: KnownTypes, name: str) -> str:
    found = types.task_type(name)
    return found.name if found else ""


@pytest.mark.parametrize("name", [_LOG, "core.log.Log", "io.kestra.core.tasks.log.Log"])
def test_a_type_is_found_by_all_its_names(name: str) -> None:
    assert _name(KnownTypes(), name) == _LOG


@pytest.mark.parametrize("name", ["", "Log", "log.Log", "io.kestra.plugin.core.log.log"])
def test_other_names_are_no_types(name: str) -> None:
    assert _name(KnownTypes(), name) == ""


def test_agents_add_types_with_aliases_to_those_of_the_coordinator() -> None:
    thing = TypeDescription(name="com.acme.Thing", kind=TaskKind.AGENT, aliases=("acme.Old",))
    none = KnownTypes()

    some = none.with_agent_types([thing])

    assert (none.has_agent_types, some.has_agent_types) == (False, True)
    assert _name(none, "com.acme.Thing") == ""
    assert [_name(some, name) for name in ("com.acme.Thing", "acme.Old")] == ["com.acme.Thing"] * 2
    assert _name(some, "core.log.Log") == _LOG


def test_the_types_of_agents_are_those_offered_last() -> None:
    one = TypeDescription(name="com.acme.One", kind=TaskKind.AGENT)
    two = TypeDescription(name="com.acme.Two", kind=TaskKind.AGENT)

    types = KnownTypes([one]).with_agent_types([two])

    assert (_name(types, "com.acme.One"), _name(types, "com.acme.Two")) == ("", "com.acme.Two")


def test_an_agent_cannot_replace_a_type_of_the_coordinator() -> None:
    fake = TypeDescription(name=_LOG, kind=TaskKind.AGENT)

    found = KnownTypes([fake]).task_type(_LOG)

    assert found is not None
    assert found.kind is TaskKind.NATIVE


def test_triggers_are_no_tasks() -> None:
    types = KnownTypes()

    assert types.task_type("core.trigger.Schedule") is None
    schedule = types.trigger_type("io.kestra.core.models.triggers.types.Schedule")
    assert schedule is not None
    assert schedule.name == "io.kestra.plugin.core.trigger.Schedule"
    assert schedule in types.trigger_types()
    names = {one.name for one in types.trigger_types()}
    assert names.isdisjoint(one.name for one in types.task_types())


def test_every_own_type_is_listed_once() -> None:
    names = [one.name for one in KnownTypes().task_types()]

    errands = (*storage.TYPES, *namespace_files.TYPES, *upkeep.TYPES)
    errand_types = [known.name for known in errands]
    own = {*NATIVE_TYPES, *FLOWABLES, SUBFLOW_TYPE, FETCH_TYPE, TEMPLATED_TASK, *errand_types}
    assert sorted(names) == sorted(own)


def test_older_names_lead_to_a_present_one() -> None:
    assert all(target not in ALIASES for target in ALIASES.values())
    assert canonical_name("core.flow.WaitFor") == "io.kestra.plugin.core.flow.LoopUntil"
    assert canonical_name("com.acme.Thing") == "io.kestra.plugin.com.acme.Thing"
