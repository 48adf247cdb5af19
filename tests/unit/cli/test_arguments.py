from __future__ import annotations

import io

import pytest

from lanner_console.cli.arguments import execution_ids, flow_name, key_values, trigger_key
from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.filters import list_filter


def test_a_flow_is_named_with_its_namespace_or_in_the_default_one() -> None:
    assert str(flow_name("company.etl/load", "")) == "company.etl/load"
    assert str(flow_name("load", "company")) == "company/load"


@pytest.mark.parametrize("text", ["load", "/load", "a/", "a/b/c", ""])
def test_what_names_no_flow_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageProblem) as problem:
        flow_name(text, "")

    assert problem.value.fix == "write NAMESPACE/ID, for example company.etl/load_orders"


def test_a_trigger_is_named_by_its_flow() -> None:
    key = trigger_key("a.b/flow/daily", "")

    assert (key.namespace, key.flow_id, key.trigger_id) == ("a.b", "flow", "daily")
    assert trigger_key("flow/daily", "mine").namespace == "mine"


def test_a_trigger_without_a_flow_is_refused() -> None:
    with pytest.raises(UsageProblem, match="does not name a trigger"):
        trigger_key("daily", "mine")


def test_values_may_hold_equals_signs() -> None:
    assert key_values(["a=b=c", "d="], "-i") == {"a": "b=c", "d": ""}


@pytest.mark.parametrize("words", [["novalue"], ["=x"], ["a=1", "a=2"]])
def test_words_that_are_no_pairs_are_refused(words: list[str]) -> None:
    with pytest.raises(UsageProblem):
        key_values(words, "-i")


def test_ids_are_read_from_stdin_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("b c\na\n"))

    assert execution_ids(["a", "-"]) == ["a", "b", "c"]


def test_an_empty_stdin_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    with pytest.raises(UsageProblem, match="no id came from stdin"):
        execution_ids(["-"])


@pytest.mark.parametrize(
    ("whole", "text"),
    [
        (list_filter("", ""), ""),
        (list_filter("", "company"), "ns:company,company.*"),
        (list_filter("ns:other", "company"), "ns:other"),
        (list_filter("dur>10m", states=["FAILED", "KILLED"]), "dur>10m state:FAILED,KILLED"),
        (list_filter("", labels={"team": 'a "b"'}), 'label.team:"a \\"b\\""'),
    ],
)
def test_options_become_terms_of_one_filter(whole: str, text: str) -> None:
    assert whole == text
