from __future__ import annotations

import pytest

from lanner_console.flow_switch import switched

SOURCE = """# nightly work
id: nightly
namespace: company
tasks:
  - {id: a, type: core.log.Log, message: hello, disabled: true}
"""


def test_a_flow_is_switched_off_and_on_again_without_a_trace() -> None:
    off = switched(SOURCE, is_disabled=True)

    assert off == SOURCE.replace("company\n", "company\ndisabled: true\n")
    assert switched(off, is_disabled=False) == SOURCE
    assert switched(off, is_disabled=True) == off


def test_a_flow_that_says_no_is_switched_too() -> None:
    source = SOURCE + "disabled: false  # for now\n"

    assert "disabled: true\ntasks" in switched(source, is_disabled=True)


def test_a_source_without_lines_of_its_own_is_refused() -> None:
    with pytest.raises(ValueError, match="no line"):
        switched("{id: a, namespace: b, tasks: []}", is_disabled=True)
