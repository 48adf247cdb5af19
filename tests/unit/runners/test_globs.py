from __future__ import annotations

import pytest

from lanner_agent.runners.globs import FilePatterns


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("a.csv", "a.csv"),
        ("./a.csv", "a.csv"),
        ("glob:*.csv", "a.csv"),
        ("*.csv", "a.csv"),
        ("data/*", "data/a.csv"),
        ("**", "data/deep/a.csv"),
        ("**/*.csv", "a.csv"),
        ("**/*.csv", "data/deep/a.csv"),
        ("data/**", "data/deep/a.csv"),
        ("a?.csv", "ab.csv"),
        ("[a-c].csv", "b.csv"),
        ("[!a].csv", "b.csv"),
        ("*.{csv,json}", "a.json"),
        ("a+b(1).csv", "a+b(1).csv"),
        ("[open", "[open"),
    ],
)
def test_a_pattern_fits(pattern: str, path: str) -> None:
    assert FilePatterns([pattern]).matches(path)


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*.csv", "data/a.csv"),
        ("a?csv", "a/csv"),
        ("[!a].csv", "a.csv"),
        ("*.{csv,json}", "a.txt"),
        ("a.csv", "axcsv"),
        ("data", "data/a.csv"),
    ],
)
def test_a_pattern_does_not_fit(pattern: str, path: str) -> None:
    assert not FilePatterns([pattern]).matches(path)


def test_fixed_prefixes_are_where_to_look() -> None:
    patterns = ["data/**/*.csv", "data/deep/x.csv", "one.txt"]

    assert FilePatterns(patterns).fixed_prefixes == ["data", "one.txt"]
    assert FilePatterns(["*.csv", "data/a"]).fixed_prefixes == [""]
