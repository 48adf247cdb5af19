"""The same filter chooses the same executions in Python and in DuckDB."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lanner_coordinator.engine.state import State
from lanner_coordinator.store.duckdb import execution_queries
from lanner_coordinator.store.duckdb.batch import History
from lanner_coordinator.store.duckdb.database import Database
from lanner_coordinator.store.duckdb.opening import settle
from lanner_coordinator.store.filter import ExecutionFilter, parse_filter
from lanner_coordinator.store.records import Commit, ExecutionSummary
from lanner_coordinator.store.sorting import Sort, SortKey
from tests.contract.store.samples import a_summary, archived, at

LETTERS = [
    "a",
    "b",
    "A",
    "%",
    "_",
    "\\",
    "*",
    "?",
    "'",
    '"',
    ".",
    "é",
    "\u0130",
    "\u03a3",
    " ",
    "ß",
]
TRIGGERS = ["manual", "schedule", "flow"]
NOW = at(200)


def corpus() -> list[ExecutionSummary]:
    """Executions with short texts of few letters, so that filters choose some of them."""
    chance = random.Random(5)

    def text(longest: int) -> str:
        return "".join(chance.choices(LETTERS, k=chance.randint(0, longest)))

    return [
        a_summary(
            number,
            namespace=chance.choice(["system", "a.b", text(3)]),
            flow_id=text(3),
            flow_revision=chance.randint(1, 4),
            state=chance.choice([State.FAILED, State.SUCCESS, State.KILLED]),
            started_at=chance.choice([None, at(number + chance.randint(0, 3))]),
            ended_at=at(number + 4) + timedelta(microseconds=chance.randint(0, 2)),
            attempt_number=chance.randint(1, 3),
            labels={name: text(2) for name in ("a", "b'") if chance.random() < 0.5},
            trigger=chance.choice(TRIGGERS),
            failed_task_id=text(2),
            error=text(6),
        )
        for number in range(150)
    ]


SUMMARIES = corpus()
QUOTED = st.text(st.sampled_from(LETTERS), max_size=3).map(
    lambda text: '"' + text.replace("\\", "").replace('"', '\\"') + '"'
)
BARE = st.text(
    st.sampled_from(["a", "b", "A", "\\", "%", "_", "é", "*", "?"]), min_size=1, max_size=3
)
VALUES = st.lists(QUOTED | BARE, min_size=1, max_size=2).map(",".join)
NUMBERS = st.integers(0, 4).map(str)
DATES = st.one_of(
    st.integers(0, 250).map("-{}m".format),
    st.sampled_from(["2026-11-20", "2026-11-19", "2026-11-20T07:00:00Z"]),
    st.integers(0, 210).map(lambda minutes: at(minutes).isoformat()),
)
PATTERNS = st.lists(
    st.sampled_from(["a", "b*", ".", "^", "$", r"\b", "[^ab]", r"\\", "(a|é)+", r"\w{2}", r"\D"]),
    max_size=4,
).map(lambda parts: '"' + "".join(parts) + '"')
OPERATORS = st.sampled_from([":", "<", "<=", ">", ">="])
TERMS = st.one_of(
    VALUES,
    st.builds("{}:{}".format, st.sampled_from(["ns", "flow", "task", "error", "label.a"]), VALUES),
    st.builds("label.b':{}".format, VALUES),
    st.builds("id:*{}*".format, NUMBERS),
    st.builds("error~{}".format, PATTERNS),
    st.builds("{}{}{}".format, st.sampled_from(["rev", "attempts"]), OPERATORS, NUMBERS),
    st.builds("{}{}{}".format, st.sampled_from(["created", "started", "ended"]), OPERATORS, DATES),
    st.builds(
        "dur{}{}".format,
        st.sampled_from(["<", "<=", ">", ">="]),
        st.sampled_from(["0s", "1m", "2m", "4m", "3m"]),
    ),
    st.sampled_from(["state:FAILED", "state:killed,success", "trigger:flow", "scope:user"]),
)
FILTERS = st.lists(st.builds("{}{}".format, st.sampled_from(["", "", "-"]), TERMS), max_size=3).map(
    " ".join
)


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    path: Path = tmp_path_factory.mktemp("store") / "lanner.duckdb"
    database = Database(path)
    database.open()
    commit = Commit(ended=[archived(summary) for summary in SUMMARIES])
    settle(database.writing_cursor(), History({}, ""), [commit], 1)
    yield database
    database.close()


def chosen_by_database(database: Database, where: ExecutionFilter) -> Sequence[str]:
    sort = Sort(key=SortKey.CREATED, is_descending=False)
    with database.reading() as cursor:
        found = execution_queries.find_executions(cursor, where, sort, 1_000, 0)
        assert execution_queries.count_executions(cursor, where) == len(found)
    return [summary.id for summary in found]


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=FILTERS)
def test_python_and_the_database_choose_the_same_executions(database: Database, text: str) -> None:
    where = parse_filter(text, NOW)

    expected = [summary.id for summary in SUMMARIES if where.matches(summary, NOW)]

    assert chosen_by_database(database, where) == expected
