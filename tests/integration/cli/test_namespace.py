"""`lanner namespace` and `lanner namespace files`."""

from __future__ import annotations

import json
from pathlib import Path

from lanner_proto.v1 import namespace_pb2
from lanner_proto.values import from_struct
from tests.integration.cli.conftest import Lanner
from tests.support.fake_api import FakeApi


async def test_some_settings_are_changed_and_the_rest_stays(api: FakeApi, lanner: Lanner) -> None:
    await lanner(
        *("namespace", "set", "company", "--description", "All.", "--allow-group", "cpu"),
        *("--variable", "db.port=5432", "--variable", "region=eu"),
    )
    changed = await lanner("ns", "set", "company", "--unset", "region", "--variable", "db.host=a")

    request = api.requests("SetNamespace")[-1]
    assert request.if_version == 1
    assert request.settings.description == "All."
    assert list(request.settings.allowed_groups.names) == ["cpu"]
    assert from_struct(request.settings.variables) == {"db": {"port": 5432, "host": "a"}}
    assert "set company, version 2" in changed.err


async def test_what_holds_in_a_namespace_is_shown(lanner: Lanner) -> None:
    await lanner("namespace", "set", "company", "--variable", "db.port=5432")

    shown = await lanner("namespace", "get", "company")
    listed = await lanner("namespace", "list", "-o", "json")
    missing = await lanner("namespace", "get", "other")

    assert "variables:\n  db:\n    port: 5432" in shown.out
    assert [item["name"] for item in json.loads(listed.out)["items"]] == ["company"]
    assert missing.code != 0
    assert "there is no namespace other" in missing.err


async def test_groups_are_inherited_again(api: FakeApi, lanner: Lanner) -> None:
    await lanner("namespace", "set", "company", "--allow-group", "cpu")
    await lanner("namespace", "set", "company", "--inherit-groups")
    both = await lanner("namespace", "set", "company", "--inherit-groups", "--allow-group", "a")
    never = await lanner("namespace", "set", "company", "--unset", "never")

    assert not api.requests("SetNamespace")[-1].settings.HasField("allowed_groups")
    assert (both.code, never.code) == (2, 2)


async def test_yaml_files_are_applied(api: FakeApi, lanner: Lanner, tmp_path: Path) -> None:
    (tmp_path / "company.yaml").write_text("namespace: company\n")

    result = await lanner("namespace", "apply", "company.yaml", "--dry-run")

    request = api.requests("ApplyNamespaces")[0]
    assert (request.dry_run, request.sources[0].text) == (True, "namespace: company\n")
    assert "created" in result.out
    assert "nothing was changed" in result.err


async def test_settings_are_taken_back(api: FakeApi, lanner: Lanner) -> None:
    api.state.namespaces["company"] = namespace_pb2.Namespace(name="company", version=1)

    result = await lanner("namespace", "delete", "company")

    assert result.code == 0
    assert api.state.namespaces == {}


async def test_a_file_is_stored_listed_and_fetched(lanner: Lanner, tmp_path: Path) -> None:
    of_company = ("-n", "company")
    (tmp_path / "a.sql").write_text("SELECT 1")
    stored = await lanner("namespace", "files", "put", "a.sql", "sql/", *of_company)
    (tmp_path / "a.sql").write_text("SELECT 2")
    await lanner("namespace", "files", "put", "a.sql", "sql/a.sql", *of_company)

    listed = await lanner("namespace", "files", "list", "-r", "-o", "json", *of_company)
    old = await lanner(
        *("ns", "files", "get", "sql/a.sql", "--version", "1", "--to", "old.sql", *of_company)
    )
    versions = await lanner("ns", "files", "versions", "sql/a.sql", "-o", "json", *of_company)

    assert "sql/a.sql of company is at version 1" in stored.err
    assert [item["path"] for item in json.loads(listed.out)["items"]] == ["sql/a.sql"]
    assert "wrote old.sql" in old.err
    assert (tmp_path / "old.sql").read_text() == "SELECT 1"
    assert [item["version"] for item in json.loads(versions.out)["items"]] == [2, 1]


async def test_files_are_moved_and_deleted(api: FakeApi, lanner: Lanner) -> None:
    api.state.namespace_files = {("company", "a"): [b"x"], ("company", "b"): [b"y"]}

    moved = await lanner("namespace", "files", "move", "a", "c", "-n", "company")
    deleted = await lanner("namespace", "files", "rm", "c", "b", "-n", "company")
    folder = await lanner("namespace", "files", "delete", "x/", "-n", "company")

    assert "moved 1 file to c" in moved.err
    assert "deleted c, b of company" in deleted.err
    assert folder.code != 0
    assert "--yes" in folder.err


async def test_a_folder_is_synced(api: FakeApi, lanner: Lanner, tmp_path: Path) -> None:
    for path, text in {"new.py": "1", "sub/same.py": "2", "sub/old.py": "3", ".git/x": ""}.items():
        file = tmp_path / "project" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    (tmp_path / "project" / "link").symlink_to("/etc/passwd")
    held = {"app/sub/same.py": b"2", "app/sub/old.py": b"0", "app/gone.py": b"", "other": b""}
    api.state.namespace_files = {("company", path): [text] for path, text in held.items()}
    words = ("namespace", "files", "sync", "project", "--to", "app", "--delete", "-n", "company")

    planned = await lanner(*words, "--dry-run", "-o", "csv")
    assert len(api.requests("PutNamespaceFile")) == 0
    done = await lanner(*words)

    assert planned.out.splitlines()[1:] == [
        "deleted,app/gone.py",
        "created,app/new.py",
        "updated,app/sub/old.py",
    ]
    assert "3 to change, 1 the same" in planned.err
    assert "3 changed, 1 the same" in done.err
    left = {path: versions[-1] for (_, path), versions in api.state.namespace_files.items()}
    assert left == {
        "app/new.py": b"1",
        "app/sub/same.py": b"2",
        "app/sub/old.py": b"3",
        "other": b"",
    }


async def test_files_need_a_namespace(lanner: Lanner) -> None:
    result = await lanner("namespace", "files", "list")

    assert result.code == 2
    assert "-n company.team" in result.err
