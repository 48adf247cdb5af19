from __future__ import annotations

import os
from pathlib import Path

import pytest

from lanner_coordinator.store.duckdb import commit_log
from lanner_coordinator.store.duckdb.commit_log import CommitLog
from lanner_coordinator.store.errors import StoreError


def opened(folder: Path, after: int = 0) -> CommitLog:
    log = CommitLog(folder)
    assert list(log.replay(after)) == []
    return log


def files(folder: Path) -> list[Path]:
    return sorted(folder.iterdir())


def test_groups_are_read_again_in_order(tmp_path: Path) -> None:
    log = opened(tmp_path / "log")
    numbers = [log.append(b"one"), log.append(b""), log.append(b"three" * 1_000)]
    log.close()

    groups = list(CommitLog(tmp_path / "log").replay(after=0))

    assert numbers == [1, 2, 3]
    assert groups == [(1, b"one"), (2, b""), (3, b"three" * 1_000)]


def test_groups_that_the_tables_hold_are_skipped(tmp_path: Path) -> None:
    log = opened(tmp_path)
    for payload in (b"one", b"two", b"three"):
        log.append(payload)
    log.close()

    again = CommitLog(tmp_path)

    assert list(again.replay(after=2)) == [(3, b"three")]
    assert again.last_number == 3


@pytest.mark.parametrize("cut", [1, 10, 18])
def test_a_write_that_was_cut_off_is_the_end(tmp_path: Path, cut: int) -> None:
    log = opened(tmp_path)
    log.append(b"one")
    log.append(b"two")
    log.close()
    (path,) = files(tmp_path)
    end = path.read_bytes().index(b"two") + len(b"two")
    os.truncate(path, end - cut)

    assert list(CommitLog(tmp_path).replay(after=0)) == [(1, b"one")]


def test_a_damaged_record_is_the_end(tmp_path: Path) -> None:
    log = opened(tmp_path)
    log.append(b"one")
    log.append(b"two")
    log.close()
    (path,) = files(tmp_path)
    path.write_bytes(path.read_bytes().replace(b"two", b"tvo"))

    assert list(CommitLog(tmp_path).replay(after=0)) == [(1, b"one")]


def test_what_remains_of_a_longer_write_is_not_read(tmp_path: Path) -> None:
    log = opened(tmp_path)
    log.append(b"one")
    log.append(b"x" * 100)
    log.close()
    (path,) = files(tmp_path)
    content = path.read_bytes()
    long_one = content.index(b"x") - 16
    path.write_bytes(content[:long_one] + bytes(16) + content[long_one + 16 :])

    assert list(CommitLog(tmp_path).replay(after=0)) == [(1, b"one")]


def test_a_gap_is_refused(tmp_path: Path) -> None:
    log = opened(tmp_path, after=5)
    log.append(b"six")
    log.close()

    with pytest.raises(StoreError, match="goes on at group 6, but the database ends at group 3"):
        list(CommitLog(tmp_path).replay(after=3))


def test_numbers_go_on_after_the_log_was_reset(tmp_path: Path) -> None:
    log = opened(tmp_path)
    log.append(b"one")
    log.reset()

    assert files(tmp_path) == []
    assert log.append(b"two") == 2
    log.close()
    assert list(CommitLog(tmp_path).replay(after=1)) == [(2, b"two")]


def test_full_files_are_forgotten_once_they_are_settled(tmp_path: Path) -> None:
    log = opened(tmp_path)
    payload = b"x" * (commit_log.SEGMENT_BYTES // 2)
    for _ in range(4):
        log.append(payload)
    log.forget(up_to=2)
    assert len(files(tmp_path)) == 2

    log.forget(up_to=4)

    assert len(files(tmp_path)) == 1
    log.close()


def test_a_group_may_be_larger_than_a_file(tmp_path: Path) -> None:
    log = opened(tmp_path)
    payload = b"x" * (commit_log.SEGMENT_BYTES + 1)
    log.append(payload)
    log.append(b"next")
    log.close()

    groups = list(CommitLog(tmp_path).replay(after=0))

    assert [(number, len(group)) for number, group in groups] == [(1, len(payload)), (2, 4)]


def test_files_are_private(tmp_path: Path) -> None:
    log = opened(tmp_path / "log")
    log.append(b"one")
    log.close()

    assert (tmp_path / "log").stat().st_mode & 0o777 == 0o700
    assert files(tmp_path / "log")[0].stat().st_mode & 0o777 == 0o600
