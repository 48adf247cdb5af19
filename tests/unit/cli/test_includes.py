from __future__ import annotations

from pathlib import Path

import pytest

from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.includes import expand


def test_a_file_of_one_line_stands_where_the_include_stood(tmp_path: Path) -> None:
    (tmp_path / "name.txt").write_text("World\n")

    assert expand('a: "Hello [[> name.txt]] and [[> name.txt ]]!"\nb: 1', tmp_path, "f") == (
        'a: "Hello World and World!"\nb: 1'
    )


def test_a_longer_file_is_indented_as_the_include_is(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text("if x:\n    print(x)\n\nprint(1)\n")

    text = expand("script: |\n  [[> main.py]]\nid: a", tmp_path, "f")

    assert text == "script: |\n  if x:\n      print(x)\n\n  print(1)\nid: a"


def test_included_files_include_others_from_their_own_folder(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.txt").write_text("[[> b.txt]]")
    (tmp_path / "deep" / "b.txt").write_text("b")

    assert expand("x: [[> deep/a.txt]]", tmp_path, "f") == "x: b"


def test_a_file_that_is_not_there_or_includes_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "round.txt").write_text("[[> round.txt]]")

    with pytest.raises(UsageProblem, match=r"f:2: .*nothing.txt cannot be included"):
        expand("a\n[[> nothing.txt]]", tmp_path, "f")
    with pytest.raises(UsageProblem, match="more than 10 deep"):
        expand("[[> round.txt]]", tmp_path, "f")
