from __future__ import annotations

from pathlib import Path

import pytest

from lanner_agent.data_folder import locked_data_folder
from lanner_agent.errors import ConfigError, DataFolderInUse
from lanner_agent.ids import AttemptId
from lanner_agent.secret_memory import SecretMemory, secret_memory_for

ONE, TWO = AttemptId("attempt-1"), AttemptId("attempt-2")


def test_the_data_folder_is_for_its_user_only(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)

    with locked_data_folder(tmp_path / "data") as folder:
        modes = {path.stat().st_mode & 0o777 for path in (folder.root, folder.spool, folder.work)}

    assert modes == {0o700}


def test_a_data_folder_has_one_agent_at_a_time(tmp_path: Path) -> None:
    with locked_data_folder(tmp_path), pytest.raises(DataFolderInUse, match="in use by another"):
        lock_again(tmp_path)

    lock_again(tmp_path)


def lock_again(folder: Path) -> None:
    with locked_data_folder(folder):
        pass


def test_a_data_folder_that_cannot_be_made_is_a_wrong_setting(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match="cannot be used"):
        lock_again(tmp_path / "file" / "data")


def test_folders_of_attempts_that_are_not_held_are_removed(tmp_path: Path) -> None:
    with locked_data_folder(tmp_path) as folder:
        folder.work_folder(ONE).make()
        folder.work_folder(TWO).make()
        (folder.work_folder(TWO).working_dir / "file").touch()

        folder.remove_work_folders_but(frozenset({ONE}))

        assert [path.name for path in folder.work.iterdir()] == [ONE]


def test_secrets_are_kept_in_a_folder_for_one_user(tmp_path: Path) -> None:
    memory = SecretMemory(tmp_path / "memory")

    memory.keep(ONE, ["hunter2", "two\nlines"])

    assert memory.recall(ONE) == ["hunter2", "two\nlines"]
    assert memory.recall(TWO) is None
    assert (tmp_path / "memory" / ONE).stat().st_mode & 0o777 == 0o600


def test_secrets_of_attempts_that_are_not_held_are_forgotten(tmp_path: Path) -> None:
    memory = SecretMemory(tmp_path / "memory")
    memory.keep(ONE, ["hunter2"])
    memory.keep(TWO, ["hunter3"])

    memory.forget_all_but(frozenset({TWO}))
    memory.forget(ONE)

    assert memory.recall(ONE) is None
    assert memory.recall(TWO) == ["hunter3"]


def test_a_folder_that_others_can_read_is_not_used(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "memory").mkdir(mode=0o755)
    memory = SecretMemory(tmp_path / "memory")

    memory.keep(ONE, ["hunter2"])

    assert memory.recall(ONE) is None
    assert "secrets are not kept" in caplog.text


def test_without_a_folder_in_memory_nothing_is_kept() -> None:
    memory = SecretMemory(None)

    memory.keep(ONE, ["hunter2"])

    assert memory.recall(ONE) is None


def test_every_data_folder_has_a_secret_memory_of_its_own(tmp_path: Path) -> None:
    one, two = secret_memory_for(tmp_path / "one"), secret_memory_for(tmp_path / "two")
    one.keep(ONE, ["hunter2"])

    assert two.recall(ONE) is None

    for memory in (one, two):
        memory.forget_all_but(frozenset())
        memory.close()
