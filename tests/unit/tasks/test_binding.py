from __future__ import annotations

from collections.abc import Mapping

from lanner_agent.tasks.postgresql.binding import BoundStatement, bind
from lanner_agent.tasks.postgresql.statements import Statement


def bound(sql: str, parameters: Mapping[str, object], start: int = 0) -> BoundStatement:
    return bind(Statement(text=sql, start=start), parameters)


def test_each_parameter_gets_a_number() -> None:
    statement = bound("SELECT :a, :b, :a", {"a": 1, "b": "x"})

    assert statement.text == "SELECT $1, $2, $1"
    assert statement.values == [1, "x"]


def test_casts_texts_comments_and_slices_are_left_alone() -> None:
    sql = "SELECT ':a', x::a, l[1:n], \"b:a\" -- :a"

    assert bound(sql, {"a": 1}).text == sql


def test_without_parameters_colons_mean_nothing() -> None:
    assert bound("SELECT :a", {}).text == "SELECT :a"


def test_places_are_found_again_in_the_whole_sql() -> None:
    sql = "SELECT :first, 'text', :second + nme"
    statement = bound(sql, {"first": 1, "second": 2}, start=10)

    assert statement.place_of(statement.text.index("nme")) == 10 + sql.index("nme")
    assert statement.place_of(statement.text.index("'text'")) == 10 + sql.index("'text'")
    assert statement.place_of(0) == 10
