"""File patterns, as Kestra reads them."""

from __future__ import annotations

import pytest

from lanner_coordinator.runtime.namespaces.files.patterns import path_test


@pytest.mark.parametrize(
    ("pattern", "path", "fits"),
    [
        ("**test1*", "a/b/test1.txt", True),
        ("**test1*", "a/b/test2.txt", False),
        ("**", "a/b", True),
        ("*.sql", "a.sql", False),
        ("/*.sql", "a.sql", True),
        ("/*.sql", "a/b.sql", False),
        ("/**/*.sql", "a/b.sql", True),
        ("/**.sql", "a.sql", True),
        ("main.py", "main.py", True),
        ("main.py", "src/main.py", True),
        ("scripts/**", "x/scripts/a/b.py", True),
        ("/scripts/**", "x/scripts/a/b.py", False),
        ("/ignore/**", "ignore/4.txt", True),
        ("/a?.txt", "ab.txt", True),
        ("/a?.txt", "a/.txt", False),
        ("**.{csv,json}", "a/b.json", True),
        ("**.{csv,json}", "a/b.txt", False),
        ("/[a-c]*", "bee", True),
        ("/[!a-c]*", "bee", False),
        ("/a\\*b", "a*b", True),
        ("/a+b(c).txt", "a+b(c).txt", True),
        ("glob:**/dbt/**", "x/dbt/y", True),
        ("regex:.*[0-9]{3}[.]txt", "a/007.txt", True),
        ("regex:.*[0-9]{3}[.]txt", "a/07.txt", False),
        ("/*a*b*c*", "xaxbxcx", True),
        ("/*a*b*c*", "xaxb/xcx", False),
    ],
)
def test_a_pattern_fits_a_path(pattern: str, path: str, fits: bool) -> None:
    assert path_test([pattern])(path) is fits


def test_files_are_included_and_excluded() -> None:
    test = path_test(["**.py", "/data/**"], ["/data/old/**"])

    chosen = [one for one in ("a.py", "data/x", "data/old/x", "data/old/x.py", "b") if test(one)]
    assert chosen == ["a.py", "data/x"]
    assert path_test([], ["a"])("b")
    assert not path_test([], ["a"])("x/a")


def test_a_hostile_pattern_is_answered_at_once() -> None:
    assert not path_test(["/" + "**a" * 30 + "b"])("a" * 500)


def test_a_pattern_that_cannot_be_read_is_told() -> None:
    with pytest.raises(ValueError, match=r"`regex:\(` cannot be read"):
        path_test(["regex:("])
    with pytest.raises(ValueError, match=r"`/\[z-a\]` cannot be read"):
        path_test(["/[z-a]"])
