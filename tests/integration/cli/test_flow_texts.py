from __future__ import annotations

import json
from pathlib import Path

from tests.integration.cli.conftest import Lanner

_OLD = "id: a  # mine\nnamespace: b\ntaskDefaults: []\ntasks:\n  - {id: x, type: core.log.Log}\n"


async def test_schema_is_printed_or_written(lanner: Lanner, tmp_path: Path) -> None:
    (tmp_path / "types.json").write_text('[{"name": "io.kestra.plugin.my.Task"}]')

    printed = await lanner("flow", "schema", "--types", "types.json")
    written = await lanner("flow", "schema", "--types", "types.json", "--out", "flow.json")

    assert (printed.code, written.code) == (0, 0)
    assert json.loads(printed.out) == json.loads((tmp_path / "flow.json").read_text())
    assert "task:io.kestra.plugin.my.Task" in json.loads(printed.out)["definitions"]


async def test_migrate_shows_what_would_change_and_rewrites_when_told(
    lanner: Lanner, tmp_path: Path
) -> None:
    file = tmp_path / "a.yaml"
    file.write_text(_OLD)

    shown = await lanner("flow", "migrate", "a.yaml", "--check")
    before = file.read_text()
    written = await lanner("flow", "migrate", "a.yaml", "--write")
    again = await lanner("flow", "migrate", "a.yaml", "--check")

    assert (shown.code, written.code, again.code) == (8, 0, 0)
    assert "-taskDefaults: []\n+pluginDefaults: []\n" in shown.out
    assert before == _OLD
    assert file.read_text() == _OLD.replace("taskDefaults", "pluginDefaults")
    assert written.out == "a.yaml: line 3: `taskDefaults` is `pluginDefaults` now\n"


async def test_expand_prints_a_flow_with_its_files(lanner: Lanner, tmp_path: Path) -> None:
    (tmp_path / "flows").mkdir()
    (tmp_path / "flows" / "a.yaml").write_text("id: a\nscript: |\n  [[> main.py]]\n")
    (tmp_path / "flows" / "main.py").write_text("x = 1\nprint(x)\n")

    ended = await lanner("flow", "expand", "flows/a.yaml")

    assert (ended.code, ended.out) == (0, "id: a\nscript: |\n  x = 1\n  print(x)\n")


async def test_types_of_the_agent_are_printed_for_other_machines(lanner: Lanner) -> None:
    schema = await lanner("flow", "schema")

    assert "task:io.kestra.plugin.scripts.python.Script" in json.loads(schema.out)["definitions"]
