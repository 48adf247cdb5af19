from __future__ import annotations

import jsonschema
import pytest

from lanner_coordinator.flow.nodes import plain
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.yaml_text import read_yaml
from lanner_coordinator.testing.reading import ASSERTION, CASE, SUITE
from lanner_coordinator.testing.reading_fixtures import FIXTURES, TASK_FIXTURE, TRIGGER_FIXTURE
from lanner_coordinator.testing.schema import suite_schema

_SUITE = """\
id: suite
namespace: company.team
flowId: tested
testCases:
  - id: one
    type: io.kestra.core.tests.flow.UnitTest
    fixtures:
      files: { a.csv: "1,2" }
      tasks: [{ id: load, state: FAILED, value: 3, outputs: { rows: 0 } }]
    assertions:
      - value: "{{ outputs.load.rows }}"
        equalTo: 0
"""


def _plain(source: str) -> object:
    root = read_yaml(source, Report())
    assert root is not None
    return plain(root)


def test_a_suite_fits_the_schema() -> None:
    jsonschema.validate(_plain(_SUITE), suite_schema())


@pytest.mark.parametrize(
    ("right", "wrong"),
    [("flowId", "flow"), ("FAILED", "FAILD"), ("equalTo", "equal"), ("fixtures", "fixture")],
)
def test_a_typo_does_not_fit_the_schema(right: str, wrong: str) -> None:
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(_plain(_SUITE.replace(right, wrong)), suite_schema())


def test_the_schema_has_the_keys_that_are_read() -> None:
    def properties(schema: object) -> dict[str, object]:
        assert isinstance(schema, dict)
        found = schema["properties"]
        assert isinstance(found, dict)
        return found

    suite = properties(suite_schema())
    case = properties(_items(suite["testCases"]))
    fixtures = properties(case["fixtures"])
    assertion = properties(_items(case["assertions"]))

    assert set(SUITE.names) - {"tenantId", "deleted"} == set(suite)
    assert set(CASE.names) == set(case)
    assert set(FIXTURES.names) == set(fixtures)
    assert set(TASK_FIXTURE.names) == set(properties(_items(fixtures["tasks"])))
    assert set(TRIGGER_FIXTURE.names) == set(properties(fixtures["trigger"]))
    assert set(ASSERTION.names) | {"equalsTo", "notEqualsTo"} == set(assertion)


def _items(schema: object) -> object:
    assert isinstance(schema, dict)
    return schema["items"]
