"""Namespace files over files on disk: versions, moves, and the tasks that use them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.runtime.artifacts import (
    ArtifactMissing,
    ArtifactUri,
    LocalArtifacts,
    Owner,
    parse_uri,
)
from lanner_coordinator.runtime.errors import AlreadyThere, Changed, NotFound
from lanner_coordinator.runtime.namespaces.files.book import FileBook
from lanner_coordinator.runtime.namespaces.files.editing import FileEditor
from lanner_coordinator.runtime.namespaces.files.paths import Address
from lanner_coordinator.store.errors import StoreFull
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.records import Commit
from tests.support.fake_clock import FakeClock
from tests.support.stage import stage

FLOW = "id: nightly\nnamespace: company\ntasks:\n  - {task}\n"
TEAM = "company"


class SometimesFullStore(MemoryStore):
    is_full = False

    async def commit(self, commit: Commit) -> None:
        if self.is_full:
            raise StoreFull("The disk is full.")
        await super().commit(commit)


class Files:
    """Namespace files, and what tasks make of them."""

    def __init__(self, storage: LocalArtifacts, store: SometimesFullStore) -> None:
        self.storage = storage
        self.store = store
        self.clock = FakeClock()
        self.number = 1
        self.restart()

    def restart(self) -> None:
        self.book = FileBook()
        self.editor = FileEditor(
            book=self.book, storage=self.storage, store=self.store, clock=self.clock
        )

    async def put(
        self, path: str, content: bytes, namespace: str = TEAM, if_version: int | None = None
    ) -> int:
        writing = self.editor.writing(namespace, path, "me", if_version=if_version)
        async with writing as new_file:
            await new_file.write(content)
            return (await new_file.finish()).record.version

    async def text(self, uri: object) -> str:
        chunks = [chunk async for chunk in self.storage.open(parse_uri(str(uri)))]
        return b"".join(chunks).decode()

    async def newest(self, path: str, namespace: str = TEAM) -> str:
        return await self.text(self.book.uri(Address(namespace=namespace, path=path)))

    def paths(self, namespace: str = TEAM) -> list[str]:
        return [one.path for one in self.book.below(namespace, "")]

    async def run(self, kind: str, **properties: object) -> Execution:
        task = {"id": "work", "type": f"core.namespace.{kind}", **properties}
        result = read_flow(FLOW.format(task=json.dumps(task)), KnownTypes())
        assert result.flow is not None, result.problems
        async with stage(result.flow, storage=self.storage, store=self.store) as on:
            on.namespace_files.load(await self.store.namespace_files())
            execution_id = f"E{self.number}"
            self.number += 1
            await on.create(execution_id)
            ended = await on.ended(execution_id)
            self.restart()
            self.book.load(await self.store.namespace_files())
            return ended

    async def outputs(self, kind: str, **properties: object) -> Mapping[str, object]:
        execution = await self.run(kind, **properties)
        assert execution.state is State.SUCCESS, execution.error
        (run,) = execution.task_runs.values()
        return run.outputs

    async def error(self, kind: str, **properties: object) -> str:
        execution = await self.run(kind, **properties)
        assert execution.state is State.FAILED
        return execution.error

    async def artifact(self, name: str, content: bytes) -> str:
        owner = Owner(namespace=TEAM, flow_id="nightly", execution_id=f"E{self.number}")
        uri = ArtifactUri.of_input(owner, "file", name)
        async with self.storage.writer(uri) as writer:
            await writer.write(content)
            await writer.finish()
        return str(uri)


@asynccontextmanager
async def _files(folder: Path) -> AsyncIterator[Files]:
    async with LocalArtifacts(folder) as storage, SometimesFullStore() as store:
        yield Files(storage, store)


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[Files]:
    async with _files(tmp_path) as opened:
        yield opened


async def test_each_content_is_a_version_that_stays(files: Files) -> None:
    versions = [await files.put("a.txt", content) for content in (b"one", b"two", b"two", b"one")]

    assert versions == [1, 2, 2, 3]
    uris = [ArtifactUri.of_namespace_file(TEAM, "a.txt", version) for version in (1, 2, 3)]
    assert [await files.text(uri) for uri in uris] == ["one", "two", "one"]
    assert await files.newest("a.txt") == "one"


async def test_a_file_that_is_stored_again_goes_on_counting(files: Files) -> None:
    await files.put("a.txt", b"one")
    await files.editor.delete(TEAM, ["a.txt"], "me")
    with pytest.raises(ArtifactMissing, match=r"no file 'a\.txt' in the namespace"):
        await files.newest("a.txt")

    files.restart()
    files.book.load(await files.store.namespace_files())
    assert await files.put("a.txt", b"one") == 2


async def test_nothing_is_left_of_what_is_not_finished_or_not_durable(files: Files) -> None:
    await files.put("a.txt", b"one")
    async with files.editor.writing(TEAM, "a.txt", "me") as new_file:
        await new_file.write(b"half")
    files.store.is_full = True
    with pytest.raises(StoreFull):
        await files.put("a.txt", b"two")
    with pytest.raises(StoreFull):
        await files.editor.delete(TEAM, ["a.txt"], "me")
    assert await files.newest("a.txt") == "one"

    files.store.is_full = False
    assert await files.put("a.txt", b"three") == 2


async def test_two_that_store_at_once_make_two_versions(files: Files) -> None:
    async with files.editor.writing(TEAM, "a.txt", "one") as first:
        async with files.editor.writing(TEAM, "a.txt", "two") as second:
            await second.write(b"second")
            assert (await second.finish()).record.version == 2
        await first.write(b"first")
        assert (await first.finish()).record.version == 1

    assert await files.newest("a.txt") == "second"


async def test_a_change_in_between_is_noticed(files: Files) -> None:
    await files.put("a.txt", b"one", if_version=0)

    with pytest.raises(Changed, match="at version 1, not 0"):
        await files.put("a.txt", b"two", if_version=0)
    assert await files.put("a.txt", b"two", if_version=1) == 2


async def test_a_name_is_a_file_or_a_folder(files: Files) -> None:
    await files.put("a/b", b"x")

    with pytest.raises(AlreadyThere, match="'a' is a folder"):
        await files.put("a", b"x")
    with pytest.raises(AlreadyThere, match="'a/b' is a file"):
        await files.put("a/b/c", b"x")
    await files.editor.delete(TEAM, ["a"], "me")
    assert await files.put("a", b"now a file") == 1


async def test_a_folder_is_moved_as_a_whole(files: Files) -> None:
    for path in ("a/x", "a/b/y", "ab", "z"):
        await files.put(path, path.encode())

    await files.editor.move(TEAM, "a", "new/place", "me")

    assert files.paths() == ["ab", "new/place/b/y", "new/place/x", "z"]
    assert await files.newest("new/place/b/y") == "a/b/y"
    for source, target, error in (
        ("never", "n", NotFound),
        ("z", "ab", AlreadyThere),
        ("z", "new", AlreadyThere),
        ("new", "new/deeper", AlreadyThere),
        ("z", "ab/z", AlreadyThere),
    ):
        with pytest.raises(error):
            await files.editor.move(TEAM, source, target, "me")


async def test_what_is_to_be_deleted_must_be_there(files: Files) -> None:
    await files.put("a", b"x")

    with pytest.raises(NotFound, match="no file or folder 'b'"):
        await files.editor.delete(TEAM, ["a", "b"], "me")
    assert files.paths() == ["a"]


async def test_files_of_an_execution_are_uploaded(files: Files) -> None:
    first = await files.artifact("in.csv", b"a,b")
    await files.put("reports/old.csv", b"old")

    outputs = await files.outputs(
        "UploadFiles",
        filesMap={"/old.csv": first, "deep/new.csv": first},
        files=[first],
        destination="/reports",
    )

    assert outputs["files"] == {
        "reports/old.csv": "kestra:///company/_files/reports/old.csv.v2",
        "reports/deep/new.csv": "kestra:///company/_files/reports/deep/new.csv",
        "reports/in.csv": "kestra:///company/_files/reports/in.csv",
    }
    assert await files.newest("reports/old.csv") == "a,b"


async def test_a_file_that_is_there_is_kept_or_is_an_error(files: Files) -> None:
    await files.put("a.csv", b"old", "other")

    skipped = json.dumps({"a.csv": await files.artifact("in.csv", b"new")})
    await files.outputs("UploadFiles", conflict="SKIP", namespace="other", filesMap=skipped)
    assert await files.newest("a.csv", "other") == "old"

    refused = {"a.csv": await files.artifact("in.csv", b"new")}
    error = await files.error("UploadFiles", conflict="ERROR", namespace="other", filesMap=refused)
    assert "'a.csv' exists already in the namespace 'other'" in error


@pytest.mark.parametrize(
    ("properties", "told"),
    [
        ({}, "one of `files` and `filesMap`"),
        ({"filesMap": {"../x": "URI"}}, "'..' is not allowed"),
        ({"filesMap": {"x": "kestra:///other/flow/executions/E9/inputs/a/b"}}, "cannot be read"),
        ({"filesMap": {"x": "URIx"}}, "There is no artifact"),
        ({"files": ["**.csv"]}, "is no URI of a file"),
        ({"namespace": "A b", "files": ["URI"]}, "is no namespace"),
    ],
)
async def test_an_upload_that_cannot_be_is_told(
    files: Files, properties: Mapping[str, object], told: str
) -> None:
    uri = await files.artifact("in.csv", b"new")
    given = json.loads(json.dumps(properties).replace("URI", uri))

    assert told in await files.error("UploadFiles", **given)
    assert files.paths() == []


async def test_files_are_downloaded_into_the_execution(files: Files) -> None:
    for path in ("a/b/test1.txt", "a/b/test2.txt"):
        await files.put(path, path.encode(), "other")

    outputs = await files.outputs(
        "DownloadFiles", namespace="other", files="**test1*", destination="x/"
    )

    found = outputs["files"]
    assert isinstance(found, dict)
    assert list(found) == ["/a/b/test1.txt"]
    assert found["/a/b/test1.txt"].startswith("kestra:///company/nightly/executions/E1/tasks/")
    assert await files.text(found["/a/b/test1.txt"]) == "a/b/test1.txt"


async def test_files_that_fit_are_deleted(files: Files) -> None:
    for path in ("a/b/test1.txt", "a/b/test2.txt"):
        await files.put(path, b"x")

    await files.outputs("DeleteFiles", files=["**test1*"])
    await files.outputs("DeleteFiles", files=["**never*"])

    assert files.paths() == ["a/b/test2.txt"]


async def test_old_versions_are_purged(files: Files) -> None:
    for namespace in (TEAM, "company.team", "other"):
        for content in (b"1", b"2", b"3"):
            await files.put("a.sql", content, namespace)
    await files.put("b.txt", b"1", "company")
    await files.put("b.txt", b"2", "company")
    await files.editor.delete("company", ["b.txt"], "me")

    below = await files.outputs(
        "PurgeFiles", namespaces=["company"], filePattern="**.sql", behavior={"keepAmount": 2}
    )
    one = await files.outputs("PurgeFiles", namespacePattern="comp*.t?am")
    rest = await files.outputs("PurgeFiles")

    assert [each["size"] for each in (below, one, rest)] == [2, 1, 4]
    left = [one.key for name in (TEAM, "company.team", "other")
            for one in await files.store.namespace_file_history(name)]  # fmt: skip
    assert left == [
        ("company", "a.sql", 3),
        ("company", "b.txt", 2),
        ("company.team", "a.sql", 3),
        ("other", "a.sql", 3),
    ]
    with pytest.raises(ArtifactMissing):
        await files.text(ArtifactUri.of_namespace_file("company", "a.sql", 1))


async def test_versions_from_before_a_date_are_purged_but_never_the_newest(files: Files) -> None:
    await files.put("a", b"1")
    await files.put("a", b"2")
    date = files.clock.now().isoformat()
    files.clock.advance(timedelta(minutes=1))
    await files.put("a", b"3")

    outputs = await files.outputs("PurgeFiles", behavior={"type": "version", "before": date})
    everything = await files.outputs("PurgeFiles", behavior={"type": "version"})

    assert (outputs["size"], everything["size"]) == (2, 1)
    assert files.paths() == []
