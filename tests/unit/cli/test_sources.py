from __future__ import annotations

from pathlib import Path

from lanner_console.cli.sources import read_sources
from lanner_console.cli.suites import suite_files

_FLOW = "id: a\nnamespace: b\ntasks: []\n"
_SUITE = "id: a_tests\nnamespace: b\nflowId: a\ntestCases: []\n"


def _write(folder: Path) -> None:
    (folder / "below").mkdir()
    (folder / "a.yaml").write_text(_FLOW)
    (folder / "a.test.yaml").write_text(_SUITE)
    (folder / "below" / "c.yml").write_text(_FLOW)


def test_suites_of_tests_in_a_folder_are_no_flows(tmp_path: Path) -> None:
    _write(tmp_path)

    flows = read_sources([str(tmp_path)])
    everything = read_sources([str(tmp_path)], with_suites=True)

    assert [Path(one.name).name for one in flows] == ["a.yaml", "c.yml"]
    assert len(everything) == 3


def test_a_suite_that_is_named_is_read(tmp_path: Path) -> None:
    _write(tmp_path)

    (text,) = read_sources([str(tmp_path / "a.test.yaml")])

    assert text.source == _SUITE


def test_a_suite_brings_the_flows_beside_it(tmp_path: Path) -> None:
    _write(tmp_path)

    alone = suite_files([str(tmp_path / "a.test.yaml")], [])
    more = suite_files([str(tmp_path / "a.test.yaml")], [str(tmp_path / "below")])

    assert [(Path(one.name).name, one.is_asked) for one in alone] == [
        ("a.test.yaml", True),
        ("a.yaml", False),
    ]
    assert [Path(one.name).name for one in more] == ["a.test.yaml", "c.yml", "a.yaml"]
