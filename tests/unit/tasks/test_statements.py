from __future__ import annotations

import pytest

from lanner_agent.tasks.postgresql.statements import line_and_column, split_statements


def texts(sql: str) -> list[str]:
    return [statement.text for statement in split_statements(sql)]


def test_statements_end_at_semicolons() -> None:
    assert texts("SELECT 1;\n SELECT 2 ;; \n") == ["SELECT 1", "SELECT 2"]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 'a;b'",
        "SELECT 'it''s;'",
        r"SELECT E'a\';b'",
        'SELECT 1 AS "a;""b"',
        "SELECT $$a;b$$",
        "SELECT $tag$a;$$;b$tag$",
        "SELECT 1 -- a;b\n, 2",
        "SELECT /* a; /* b; */ c; */ 1",
        "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2; END",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql"
        " BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
        "SELECT a$b$ FROM t",
        "SELECT 'not closed; to the end",
    ],
)
def test_a_semicolon_that_ends_no_statement_stays(statement: str) -> None:
    assert texts(statement) == [statement]


def test_a_block_of_a_transaction_is_several_statements() -> None:
    assert texts("BEGIN; SELECT 1; END;") == ["BEGIN", "SELECT 1", "END"]


def test_a_function_ends_before_the_next_statement() -> None:
    sql = "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END; SELECT 2"

    assert texts(sql)[1:] == ["SELECT 2"]


def test_comments_alone_are_no_statement() -> None:
    assert texts("-- nothing\n; /* nor here */") == []


def test_a_statement_begins_after_the_comments_before_it() -> None:
    (statement,) = split_statements("-- first\n  SELECT 1 -- last")

    assert statement.text == "SELECT 1 -- last"
    assert statement.start == 11


def test_the_verb_is_the_first_word_outside_of_comments() -> None:
    (statement,) = split_statements("/* select */ With x AS (SELECT 'insert') SELECT 1")

    assert statement.verb == "with"
    assert "insert" not in set(statement.words)


def test_lines_and_columns_count_from_one() -> None:
    assert line_and_column("ab\ncd", 0) == (1, 1)
    assert line_and_column("ab\ncd", 4) == (2, 2)
