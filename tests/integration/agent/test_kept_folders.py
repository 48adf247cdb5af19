"""Folders that outlive attempts."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from lanner_agent.kept_folders import KeptFolders
from tests.support.fake_clock import FakeClock


async def fill(folder: Path) -> None:
    (folder / "content").write_bytes(b"x" * 100_000)


async def refuse(folder: Path) -> None:
    raise AssertionError(f"{folder} is built again")


async def use(folders: KeptFolders, key: str) -> None:
    async with folders.held(key, fill):
        pass


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


async def test_a_folder_is_built_once_for_many_at_the_same_time(tmp_path: Path) -> None:
    folders = KeptFolders(tmp_path / "kept", FakeClock())
    count = 0

    async def slowly(folder: Path) -> None:
        nonlocal count
        count += 1
        await asyncio.sleep(0)
        await fill(folder)

    async def one() -> int:
        async with folders.held("a", slowly) as path:
            return (path / "content").stat().st_size

    sizes = await asyncio.gather(*(one() for _ in range(5)))

    assert sizes == [100_000] * 5
    assert count == 1


async def test_a_folder_is_found_again_after_a_restart(tmp_path: Path) -> None:
    await use(KeptFolders(tmp_path, FakeClock()), "a")

    async with KeptFolders(tmp_path, FakeClock()).held("a", refuse) as path:
        assert (path / "content").exists()


async def test_a_folder_that_could_not_be_built_leaves_nothing(tmp_path: Path) -> None:
    folders = KeptFolders(tmp_path, FakeClock())

    async def fail(folder: Path) -> None:
        await fill(folder)
        raise RuntimeError("no")

    with pytest.raises(RuntimeError, match="no"):
        async with folders.held("a", fail):
            pass

    assert names(tmp_path) == []
    await use(folders, "a")
    assert names(tmp_path) == ["a"]


async def test_what_a_crash_left_half_built_is_not_used(tmp_path: Path) -> None:
    half = tmp_path / "a.building"
    half.mkdir()
    (half / "old").touch()

    async with KeptFolders(tmp_path, FakeClock()).held("a", fill) as path:
        assert names(path) == ["content"]


async def test_the_longest_unused_goes_when_all_are_too_large(tmp_path: Path) -> None:
    clock = FakeClock()
    folders = KeptFolders(tmp_path, clock, limit_bytes=250_000)
    for key in ("a", "b"):
        await use(folders, key)
        clock.advance(timedelta(hours=2))
    await use(folders, "a")
    clock.advance(timedelta(hours=2))

    await use(folders, "c")

    assert names(tmp_path) == ["a", "c"]


async def test_a_folder_in_use_or_used_lately_stays(tmp_path: Path) -> None:
    clock = FakeClock()
    folders = KeptFolders(tmp_path, clock, limit_bytes=150_000)
    async with folders.held("held", fill):
        clock.advance(timedelta(hours=2))
        await use(folders, "lately")
        clock.advance(timedelta(minutes=10))
        await use(folders, "new")

        assert names(tmp_path) == ["held", "lately", "new"]
