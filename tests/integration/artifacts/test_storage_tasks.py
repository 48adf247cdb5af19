"""`core.storage.*` over files on disk."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from lanner_coordinator.engine.execution import Execution
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.runtime.artifacts import ArtifactUri, LocalArtifacts, Owner, parse_uri
from tests.support.stage import stage

OWNER = Owner(namespace="company", flow_id="nightly", execution_id="E1")

FLOW = """
id: nightly
namespace: company
tasks:
  - {task}
"""

ENVIRONMENT = {"SECRET_TOKEN": b64encode(b"s3cret-value").decode()}

ITEMS = b'{"key": "k1", "n": 1}\n{key: "k2", n: 2}\n\n{"key": "k1", "n": 3}\n{"key": "k3"}\n'


class Files:
    """What a task reads and leaves."""

    def __init__(self, storage: LocalArtifacts) -> None:
        self.storage = storage

    async def put(self, name: str, content: bytes, owner: Owner = OWNER) -> str:
        uri = ArtifactUri.of_input(owner, "file", name)
        async with self.storage.writer(uri) as writer:
            await writer.write(content)
            await writer.finish()
        return str(uri)

    async def text(self, uri: object) -> str:
        chunks = [chunk async for chunk in self.storage.open(parse_uri(str(uri)))]
        return b"".join(chunks).decode()

    async def run(self, kind: str, **properties: object) -> Execution:
        task = {"id": "work", "type": f"core.storage.{kind}", **properties}
        result = read_flow(FLOW.format(task=json.dumps(task)), KnownTypes())
        assert result.flow is not None, result.problems
        async with stage(result.flow, storage=self.storage, environment=ENVIRONMENT) as on:
            await on.create()
            return await on.ended()

    async def outputs(self, kind: str, **properties: object) -> Mapping[str, object]:
        execution = await self.run(kind, **properties)
        assert execution.state is State.SUCCESS, execution.error
        (run,) = execution.task_runs.values()
        return run.outputs

    async def error(self, kind: str, **properties: object) -> str:
        execution = await self.run(kind, **properties)
        assert execution.state is State.FAILED
        return execution.error


@asynccontextmanager
async def _files(folder: Path) -> AsyncIterator[Files]:
    async with LocalArtifacts(folder) as storage:
        yield Files(storage)


@pytest.fixture
async def files(tmp_path: Path) -> AsyncIterator[Files]:
    async with _files(tmp_path) as opened:
        yield opened


async def test_files_are_written_one_after_the_other(files: Files) -> None:
    first, second = await files.put("a.txt", b"a\n"), await files.put("b.txt", b"b\n")

    listed = await files.outputs("Concat", files=[first, second], extension="csv")
    separated = await files.outputs(
        "Concat", files=json.dumps([first, second]), separator="-\n", extension=".csv"
    )

    assert str(listed["uri"]).endswith("/concat.csv")
    assert await files.text(separated["uri"]) == "a\n-\nb\n-\n"


async def test_a_file_is_split_by_rows_bytes_or_into_parts(files: Files) -> None:
    uri = await files.put("in.txt", b"".join(b"%d\n" % number for number in range(10)))

    async def parts(**properties: object) -> list[str]:
        outputs = await files.outputs("Split", **{"from": uri}, **properties)
        uris = outputs["uris"]
        assert isinstance(uris, list)
        assert all(one.endswith(".txt") for one in uris)
        return [await files.text(one) for one in uris]

    assert await parts(rows=4) == ["0\n1\n2\n3\n", "4\n5\n6\n7\n", "8\n9\n"]
    assert await parts(bytes="5B") == ["0\n1\n2\n", "3\n4\n5\n", "6\n7\n8\n", "9\n"]
    assert await parts(partitions=3) == ["0\n1\n2\n3\n", "4\n5\n6\n", "7\n8\n9\n"]


LEVELS = b"[ERROR] a\n[INFO] b\n-- no level\n[ERROR] c\n[WARN] d\n"


async def test_a_file_is_split_by_what_a_regular_expression_finds(files: Files) -> None:
    uri = await files.put("in.log", LEVELS)

    outputs = await files.outputs("Split", **{"from": uri}, regexPattern=r"\[(\w+)\]", rows=1)

    uris = outputs["uris"]
    assert isinstance(uris, list)
    assert all(one.endswith(".log") for one in uris)
    assert [await files.text(one) for one in uris] == [
        "[ERROR] a\n[ERROR] c\n",
        "[INFO] b\n",
        "[WARN] d\n",
    ]


async def test_a_regular_expression_that_finds_nothing_leaves_no_files(files: Files) -> None:
    uri = await files.put("in.log", LEVELS)

    outputs = await files.outputs("Split", **{"from": uri}, regexPattern="(nothing)")

    assert outputs["uris"] == []


@pytest.mark.parametrize(
    ("pattern", "error"),
    [
        ("([", "`regexPattern`: Invalid regular expression"),
        ("ERROR", "`regexPattern`: The expression has no group 1"),
        ("(.*)", "`regexPattern` finds more than 200 different texts"),
    ],
)
async def test_a_regular_expression_that_cannot_be_used_fails_the_split(
    files: Files, pattern: str, error: str
) -> None:
    numbers = b"".join(b"ERROR %d\n" % number for number in range(201))
    uri = await files.put("in.log", numbers)

    assert error in await files.error("Split", **{"from": uri}, regexPattern=pattern)


async def test_an_empty_file_has_no_parts(files: Files) -> None:
    uri = await files.put("in.txt", b"")

    assert await files.outputs("Split", **{"from": uri}, rows=4) == {"uris": []}


async def test_lines_are_reversed_whatever_the_chunks(
    files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lanner_coordinator.runtime.errands.files.reverse.CHUNK_BYTES", 7)
    lines = [f"line {number}" for number in range(30)]
    uri = await files.put("in.txt", "\n".join(["", *lines, "", ""]).encode())

    outputs = await files.outputs("Reverse", **{"from": uri})

    assert await files.text(outputs["uri"]) == "\n".join(["", *reversed(lines), "", ""])


async def test_the_size_of_a_file_is_told(files: Files) -> None:
    assert await files.outputs("Size", uri=await files.put("in.txt", b"12345")) == {"size": 5}


async def test_a_text_becomes_a_file(files: Files) -> None:
    outputs = await files.outputs("Write", content={"a": [1, "ä"]}, extension=".json")

    assert json.loads(await files.text(outputs["uri"])) == {"a": [1, "ä"]}
    assert str(outputs["uri"]).endswith(".json")


async def test_a_file_is_removed_once(files: Files) -> None:
    uri = await files.put("in.txt", b"x")

    assert (await files.outputs("Delete", uri=uri))["deleted"] is True
    assert (await files.outputs("Delete", uri=uri))["deleted"] is False
    assert "There is no artifact" in await files.error("Delete", uri=uri, errorOnMissing=True)


async def test_where_there_is_never_an_artifact_none_is_removed(files: Files) -> None:
    elsewhere = "kestra:///no/such.txt"

    assert await files.outputs("Delete", uri=elsewhere) == {"uri": elsewhere, "deleted": False}
    error = await files.error("Delete", uri=elsewhere, errorOnMissing=True)
    assert "is not the URI of an artifact" in error


async def test_the_last_item_of_each_key_is_kept(files: Files) -> None:
    uri = await files.put("items.ion", ITEMS)

    outputs = await files.outputs("DeduplicateItems", **{"from": uri}, expr="{{ key }}")

    assert await files.text(outputs["uri"]) == (
        '{key: "k2", n: 2}\n{"key": "k1", "n": 3}\n{"key": "k3"}\n'
    )
    numbers = (outputs["numKeys"], outputs["processedItemsTotal"], outputs["droppedItemsTotal"])
    assert numbers == (3, 4, 1)


async def test_items_are_kept_or_left_out_by_a_condition(files: Files) -> None:
    uri = await files.put("items.ion", ITEMS)
    condition = "{{ n % 2 == 0 }}"
    asked = {"from": uri, "filterCondition": condition}

    kept = await files.outputs("FilterItems", **asked, errorOrNullBehavior="EXCLUDE")
    assert await files.text(kept["uri"]) == '{key: "k2", n: 2}\n'
    assert kept["droppedItemsTotal"] == 3

    others = await files.outputs(
        "FilterItems", **asked, filterType="EXCLUDE", errorOrNullBehavior="INCLUDE"
    )
    assert (await files.text(others["uri"])).count("\n") == 3
    assert "item 4" in await files.error("FilterItems", **asked)


async def test_a_csv_keeps_its_header_and_gives_its_columns(files: Files) -> None:
    uri = await files.put("items.csv", b'who,note\nmoist,"a\nb"\nvimes,c\n')
    condition = "{{ who == 'moist' }}"

    outputs = await files.outputs("FilterItems", **{"from": uri}, filterCondition=condition)

    assert await files.text(outputs["uri"]) == 'who,note\nmoist,"a\nb"\n'


async def test_many_items_pass_in_groups(files: Files) -> None:
    lines = b"".join(b'{"n": %d}\n' % number for number in range(1_234))
    uri = await files.put("items.jsonl", lines)

    outputs = await files.outputs(
        "FilterItems", **{"from": uri}, filterCondition="{{ n % 100 == 0 }}"
    )

    assert outputs["processedItemsTotal"] == 1_234
    assert (await files.text(outputs["uri"])).splitlines() == [
        f'{{"n": {number}}}' for number in range(0, 1_234, 100)
    ]


async def test_all_files_of_the_execution_are_removed(files: Files) -> None:
    uri = await files.put("in.txt", b"x")
    other = Owner(namespace="company", flow_id="nightly", execution_id="E2")
    foreign = await files.put("in.txt", b"y", other)

    outputs = await files.outputs("PurgeCurrentExecutionFiles")

    assert outputs == {"uris": [uri]}
    assert not await files.storage.exists(parse_uri(uri))
    assert await files.text(foreign) == "y"


@pytest.mark.parametrize(
    ("kind", "properties", "told"),
    [
        ("Size", {"uri": "kestra:///else/nightly/executions/E2/inputs/file/a"}, "cannot be read"),
        ("Delete", {"uri": "kestra:///company/x/executions/E2/inputs/f/a"}, "cannot be deleted"),
        ("Size", {"uri": "/etc/passwd"}, "not an artifact"),
        ("Concat", {"files": "[broken"}, "begins like a JSON list"),
        ("Concat", {"files": {"a": 1}}, "must be a list of URIs"),
        ("Split", {"from": "kestra:///a/b/c"}, "one of `bytes`, `partitions`, `regexPattern` and"),
    ],
)
async def test_what_makes_no_sense_fails_with_a_sentence(
    files: Files, kind: str, properties: dict[str, object], told: str
) -> None:
    assert told in await files.error(kind, **properties)


async def test_a_secret_in_a_property_does_not_reach_the_error(files: Files) -> None:
    error = await files.error("Size", uri="{{ secret('TOKEN') }}")

    assert "not an artifact" in error
    assert "s3cret-value" not in error
