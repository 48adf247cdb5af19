from __future__ import annotations

import os
from pathlib import Path

import pytest

from lanner_agent.tasks.contract import LogLevel, Properties, TaskFailed, TaskResult
from lanner_agent.tasks.working_directory.folder_work import WORKING_DIRECTORY
from lanner_agent.tasks.working_directory.local_files import TASK_TYPES
from tests.support.fake_task_context import WORKING_TOKEN, FakeTaskContext

CACHE = {"patterns": ["deps/**"], "ttl": "PT1M"}


async def local_files(context: FakeTaskContext, **properties: object) -> TaskResult:
    return await TASK_TYPES[0].run(context, properties)


async def work(context: FakeTaskContext, **properties: object) -> TaskResult:
    wanted: Properties = properties
    return await WORKING_DIRECTORY.run(context, wanted)


async def another_run(context: FakeTaskContext, tmp_path: Path) -> FakeTaskContext:
    """The next run of the same task, with what it kept."""
    again = FakeTaskContext(folder=tmp_path / "again")
    assert await context.fetch_cache(again.own_dir / "cache")
    await again.store_cache(again.own_dir / "cache")
    return again


async def test_inputs_become_files_and_outputs_are_moved_away(context: FakeTaskContext) -> None:
    stored = context.put("rows.csv", b"1;2")

    result = await local_files(
        context,
        inputs={"a/b.txt": "text", "rows.csv": stored, "path": f"{WORKING_TOKEN}/x"},
        outputs=["a/**"],
    )

    uris = result.outputs["uris"]
    assert isinstance(uris, dict)
    assert {name: context.stored(uri) for name, uri in uris.items()} == {"a/b.txt": b"text"}
    assert (context.working_dir / "rows.csv").read_bytes() == b"1;2"
    assert (context.working_dir / "path").read_text() == f"{context.working_dir}/x"
    assert not (context.working_dir / "a/b.txt").exists()


async def test_an_input_that_leads_out_of_the_folder_is_refused(context: FakeTaskContext) -> None:
    with pytest.raises(TaskFailed, match="would not be inside the working folder"):
        await local_files(context, inputs={"../up": "text"})


async def test_files_are_stored_and_stay_for_others(context: FakeTaskContext) -> None:
    await work(context, work="FILL", inputFiles={"kept.txt": "text"})

    result = await work(context, work="COLLECT", outputFiles=["*.txt"])

    assert list(result.outputs) == ["outputFiles"]
    assert (context.working_dir / "kept.txt").read_text() == "text"


async def test_the_next_run_finds_what_the_cache_names(
    context: FakeTaskContext, tmp_path: Path
) -> None:
    await work(context, work="FILL", inputFiles={"deps/a/b": "lib", "other": "x"}, cache=CACHE)
    (context.working_dir / "deps/a/b").chmod(0o755)
    (context.working_dir / "deps/link").symlink_to("a/b")
    await work(context, work="COLLECT", cache=CACHE)
    again = await another_run(context, tmp_path)

    await work(again, work="FILL", cache=CACHE)

    found = again.working_dir / "deps/a/b"
    assert found.read_text() == "lib"
    assert found.stat().st_mode & 0o700 == 0o700
    assert (again.working_dir / "deps/link").readlink() == Path("a/b")
    assert not (again.working_dir / "other").exists()


async def test_a_cache_that_is_too_old_is_not_used(
    context: FakeTaskContext, tmp_path: Path
) -> None:
    await work(context, work="FILL", inputFiles={"deps/a": "lib"}, cache=CACHE)
    await work(context, work="COLLECT", cache=CACHE)
    again = await another_run(context, tmp_path)

    await work(again, work="FILL", cache={**CACHE, "ttl": "PT0S"})

    assert not (again.working_dir / "deps").exists()
    assert again.texts(LogLevel.DEBUG) == ["The cache is too old and is not used."]


async def test_a_cache_whose_files_did_not_change_is_not_stored_again(
    context: FakeTaskContext, tmp_path: Path
) -> None:
    await work(context, work="FILL", inputFiles={"deps/a": "lib"}, cache=CACHE)
    await work(context, work="COLLECT", cache=CACHE)
    again = await another_run(context, tmp_path)
    await work(again, work="FILL", cache=CACHE)

    await work(again, work="COLLECT", cache=CACHE)
    assert again.texts(LogLevel.DEBUG)[-1] == "The files of the cache did not change."

    later = (again.working_dir / "deps/a").stat().st_mtime + 60
    os.utime(again.working_dir / "deps/a", (later, later))
    await work(again, work="COLLECT", cache=CACHE)
    assert again.texts(LogLevel.DEBUG)[-1] == "The cache has 1 files."


async def test_a_broken_cache_is_a_warning(context: FakeTaskContext) -> None:
    (context.folder / "cache").write_bytes(b"no archive")

    await work(context, work="FILL", cache=CACHE)

    assert "cannot be used and is made anew" in context.texts(LogLevel.WARN)[0]


async def test_an_age_that_is_none_is_refused(context: FakeTaskContext) -> None:
    with pytest.raises(TaskFailed, match="is no duration"):
        await work(context, work="FILL", cache={"patterns": ["*"], "ttl": "soon"})
