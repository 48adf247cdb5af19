"""FILE inputs that are files of namespaces."""

from __future__ import annotations

import pytest

from lanner_coordinator.engine.plan import make_plan
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.runtime.effects import EffectSources
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.executions.inputs import InputResolver
from lanner_coordinator.runtime.key_values.book import KeyValueBook
from lanner_coordinator.runtime.namespaces.files.book import FileBook
from lanner_coordinator.runtime.secrets.environment import EnvironmentSecrets
from lanner_coordinator.runtime.variables import Surroundings
from lanner_coordinator.store.namespace_records import NamespaceFileRecord
from tests.support.fake_clock import START, FakeClock
from tests.support.stage import NoFiles

FLOW = """
id: load
namespace: company.team
inputs:
  - {id: orders, type: FILE, defaults: "nsfile:///orders.csv"}
  - {id: deep.rates, type: FILE, required: false}
tasks:
  - {id: a, type: core.log.Log, message: hi}
"""


def resolved(**given: object) -> dict[str, object]:
    book = FileBook()
    for namespace, path, version in (("company.team", "orders.csv", 2), ("company", "r.csv", 1)):
        book.put(
            NamespaceFileRecord(
                namespace=namespace,
                path=path,
                version=version,
                size_bytes=1,
                sha256="00" * 32,
                created_at=START,
            )
        )
    flow = read_flow(FLOW, KnownTypes()).flow
    assert flow is not None
    sources = EffectSources(
        clock=FakeClock(),
        secret_values=EnvironmentSecrets({}),
        files=NoFiles(),
        key_values=KeyValueBook(),
        namespace_files=book,
    )
    resolver = InputResolver(sources=sources, around=Surroundings())
    return resolver.resolve(make_plan(flow, 1), given, "E1")


def test_a_file_of_a_namespace_becomes_the_uri_of_its_version() -> None:
    assert resolved(**{"deep.rates": "nsfile://company/r.csv"}) == {
        "orders": "kestra:///company/team/_files/orders.csv.v2",
        "deep": {"rates": "kestra:///company/_files/r.csv"},
    }


def test_a_file_that_is_not_there_is_told() -> None:
    with pytest.raises(InvalidRequest, match=r"`orders`: There is no file 'never\.csv'"):
        resolved(orders="nsfile:///never.csv")
    with pytest.raises(InvalidRequest, match=r"'\.\.' is not allowed"):
        resolved(orders="nsfile:///../x")
