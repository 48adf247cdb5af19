"""`lanner template`."""

from __future__ import annotations

import json
from pathlib import Path

from tests.integration.cli.conftest import Lanner

SOURCE = """\
id: notify
namespace: company
tasks:
  - {id: say, type: core.log.Log, message: Hello}
"""


async def test_templates_are_applied_and_printed(lanner: Lanner, tmp_path: Path) -> None:
    (tmp_path / "notify.yaml").write_text(SOURCE)

    applied = await lanner("template", "apply", str(tmp_path))
    named = await lanner("template", "get", "company/notify")
    of_namespace = await lanner("template", "get", "notify", "-n", "company")

    assert "company/notify is at version 1" in applied.err
    assert (named.code, named.out) == (0, SOURCE)
    assert of_namespace.out == SOURCE


async def test_templates_are_listed_and_deleted(lanner: Lanner, tmp_path: Path) -> None:
    for name in ("a", "b"):
        file = tmp_path / f"{name}.yaml"
        file.write_text(SOURCE.replace("notify", name))
        await lanner("template", "apply", str(file))

    deleted = await lanner("template", "delete", "company/a")
    listed = await lanner("template", "list", "-o", "json")
    elsewhere = await lanner("template", "list", "-n", "other")
    missing = await lanner("template", "get", "company/a")

    assert "removed company/a" in deleted.err
    assert [item["id"] for item in json.loads(listed.out)["items"]] == ["b"]
    assert "there is no template" in elsewhere.err
    assert missing.code != 0


async def test_a_template_is_named_with_its_namespace(lanner: Lanner) -> None:
    result = await lanner("template", "get", "notify")

    assert result.code == 2
    assert "write company.team/notify" in result.err
