"""What holds in a namespace: its own settings and those above it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

from lanner_coordinator.runtime.namespaces.book import NOTHING, NamespaceBook
from lanner_coordinator.store.namespace_records import NamespaceRecord

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def a_record(
    name: str,
    variables: object = None,
    defaults: Sequence[object] = (),
    groups: tuple[str, ...] | None = None,
) -> NamespaceRecord:
    return NamespaceRecord(
        name=name,
        variables=json.dumps(variables or {}),
        plugin_defaults=json.dumps(defaults),
        allowed_groups=groups,
        created_at=NOW,
        updated_at=NOW,
    )


def test_nothing_is_inherited_where_nothing_is_set() -> None:
    assert NamespaceBook().inherited("company.team") == NOTHING


def test_variables_are_merged_from_the_outermost_namespace_on() -> None:
    book = NamespaceBook()
    book.load(
        [
            a_record("company", {"db": {"host": "a", "port": 1}, "list": [1, 2], "only": "up"}),
            a_record("company.team.etl", {"db": {"host": "b"}, "list": [3], "x": None}),
        ]
    )

    assert book.variables("company.team.etl.deep") == {
        "db": {"host": "b", "port": 1},
        "list": [3],
        "only": "up",
        "x": None,
    }
    assert book.variables("company.team") == {
        "db": {"host": "a", "port": 1},
        "list": [1, 2],
        "only": "up",
    }


def test_a_namespace_beside_inherits_nothing() -> None:
    book = NamespaceBook()
    book.load([a_record("company.team", {"a": 1})])

    assert book.variables("company.teams") == {}
    assert book.variables("company") == {}


def test_a_change_counts_for_all_below_at_once() -> None:
    book = NamespaceBook()
    book.load([a_record("company", {"a": 1})])
    assert book.variables("company.team") == {"a": 1}

    book.put(a_record("company", {"a": 2}))
    assert book.variables("company.team") == {"a": 2}

    book.remove("company")
    assert book.variables("company.team") == {}


def test_the_nearest_namespace_says_which_groups_are_allowed() -> None:
    book = NamespaceBook()
    book.load([a_record("company", groups=("gpu", "cpu")), a_record("company.team", groups=())])

    above = book.inherited("company.other")
    assert (above.allowed_groups, above.groups_from) == (("gpu", "cpu"), "company")
    below = book.inherited("company.team.etl")
    assert (below.allowed_groups, below.groups_from) == ((), "company.team")
    assert book.inherited("elsewhere").allowed_groups is None


def test_flows_are_read_anew_only_when_plugin_defaults_change() -> None:
    book = NamespaceBook()
    told: list[int] = []
    book.on_change(lambda: told.append(1))
    default = {"type": "core.log.Log", "values": {"level": "WARN"}}

    book.put(a_record("company", {"a": 1}))
    assert told == []

    book.put(a_record("company", {"a": 1}, [default]))
    assert told == [1]
    book.remove("company")
    assert told == [1, 1]
    assert not book.plugin_defaults("company")
