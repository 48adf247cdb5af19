"""The master key at a start of the coordinator, and what a kill in the midst of a change leaves."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from pathlib import Path

import pytest

from lanner_coordinator.errors import StartError
from lanner_coordinator.runtime.encryption import Cipher
from lanner_coordinator.runtime.errors import NotAllowed
from lanner_coordinator.runtime.secrets.keeping import SecretKeeping, keep_secrets
from lanner_coordinator.runtime.secrets.values import SecretMissing
from lanner_coordinator.store.duckdb.store import DuckdbStore
from lanner_coordinator.store.errors import StoreError
from lanner_coordinator.store.memory import MemoryStore
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit
from tests.support.eventually import eventually
from tests.support.fake_clock import FakeClock

OLD, NEW = base64.b64encode(b"o" * 32).decode(), base64.b64encode(b"n" * 32).decode()


class Killed(BaseException):
    """The coordinator dies here."""


class DyingStore(MemoryStore):
    """Dies before or after a commit of data keys, as long as it is told to."""

    dies: str = ""

    async def commit(self, commit: Commit) -> None:
        if commit.data_keys and self.dies == "before":
            raise Killed
        if commit.data_keys and self.dies == "full":
            raise StoreError("the disk is full")
        await super().commit(commit)
        if commit.data_keys and self.dies == "after":
            raise Killed


async def started(
    store: Store, folder: Path, environment: Mapping[str, str] | None = None
) -> SecretKeeping:
    return await keep_secrets(
        store=store,
        clock=FakeClock(),
        environment=environment or {},
        key_file=folder / "encryption.key",
        is_encrypted=True,
    )


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def all_bytes(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.rglob("*") if one.is_file())


async def test_a_key_is_made_at_the_first_start_and_found_at_the_next(tmp_path: Path) -> None:
    async with MemoryStore() as store:
        first = await started(store, tmp_path)
        await first.editor.set("company", "a", "swordfish", by="ada")

        again = await started(store, tmp_path)

        assert again.values.get("A", "company.team") == "swordfish"
        assert (tmp_path / "encryption.key").stat().st_mode & 0o777 == 0o600


async def test_another_key_is_refused_with_a_way_out_and_nothing_is_changed(
    tmp_path: Path,
) -> None:
    async with MemoryStore() as store:
        first = await started(store, tmp_path, {"LANNER_ENCRYPTION_KEY": OLD})
        await first.editor.set("company", "a", "swordfish", by="ada")
        kept = [await store.data_keys(), await store.secrets()]

        with pytest.raises(StartError, match="start the coordinator with that one again") as caught:
            await started(store, tmp_path, {"LANNER_ENCRYPTION_KEY": NEW})

        assert NEW not in str(caught.value)
        assert [await store.data_keys(), await store.secrets()] == kept
        assert files(tmp_path) == {}
        again = await started(store, tmp_path, {"LANNER_ENCRYPTION_KEY": OLD})
        assert again.values.get("a", "company") == "swordfish"


async def test_a_lost_key_file_is_not_replaced_by_a_new_key(tmp_path: Path) -> None:
    async with MemoryStore() as store:
        await started(store, tmp_path)
        kept = files(tmp_path)
        (tmp_path / "encryption.key").unlink()

        with pytest.raises(StartError, match=r"encryption\.key is missing.*from your backup"):
            await started(store, tmp_path)

        assert files(tmp_path) == {}
        (tmp_path / "encryption.key").write_bytes(kept["encryption.key"])
        await started(store, tmp_path)


async def test_a_key_file_that_others_can_read_is_warned_of(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    async with MemoryStore() as store:
        await started(store, tmp_path)
        assert caplog.messages == []
        (tmp_path / "encryption.key").chmod(0o644)
        await started(store, tmp_path)

    assert "encryption.key can be read by other users" in caplog.text


async def test_a_damaged_key_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "encryption.key").write_bytes(b"short")
    async with MemoryStore() as store:
        with pytest.raises(StartError, match="is no key"):
            await started(store, tmp_path)


async def test_what_the_key_of_before_encrypted_is_still_read(tmp_path: Path) -> None:
    (tmp_path / "encryption.key").write_bytes(b"o" * 32)
    old = Cipher(b"o" * 32).encrypt("swordfish")
    async with MemoryStore() as store:
        keeping = await started(store, tmp_path)
        await keeping.rotation.rotate(by="ada")
        again = await started(store, tmp_path)

        assert again.keyring is not None
        assert again.keyring.decrypt(old) == "swordfish"


async def test_a_key_of_the_environment_is_changed_by_giving_both(tmp_path: Path) -> None:
    async with MemoryStore() as store:
        first = await started(store, tmp_path, {"LANNER_ENCRYPTION_KEY": OLD})
        await first.editor.set("company", "a", "swordfish", by="ada")
        with pytest.raises(NotAllowed, match="LANNER_ENCRYPTION_KEY_PREVIOUS"):
            await first.rotation.rotate(by="ada")

        both = {"LANNER_ENCRYPTION_KEY": NEW, "LANNER_ENCRYPTION_KEY_PREVIOUS": OLD}
        await started(store, tmp_path, both)

        again = await started(store, tmp_path, {"LANNER_ENCRYPTION_KEY": NEW})
        assert again.values.get("a", "company") == "swordfish"
        with pytest.raises(StartError):
            await started(store, tmp_path, {"LANNER_ENCRYPTION_KEY": OLD})


async def test_a_changed_key_opens_what_was_kept_and_what_follows(tmp_path: Path) -> None:
    async with MemoryStore() as store:
        keeping = await started(store, tmp_path)
        await keeping.editor.set("company", "a", "swordfish", by="ada")
        old_key = files(tmp_path)["encryption.key"]

        await keeping.rotation.rotate(by="ada")
        await keeping.editor.set("company", "b", "trout", by="ada")
        again = await started(store, tmp_path)

        assert [again.values.get(key, "company") for key in "ab"] == ["swordfish", "trout"]
        assert files(tmp_path).keys() == {"encryption.key"}
        assert files(tmp_path)["encryption.key"] != old_key


@pytest.mark.parametrize("dies", ["before", "after"])
async def test_a_change_that_was_killed_is_finished_at_the_next_start(
    tmp_path: Path, dies: str
) -> None:
    async with DyingStore() as store:
        keeping = await started(store, tmp_path)
        await keeping.editor.set("company", "a", "swordfish", by="ada")
        old_key = files(tmp_path)["encryption.key"]
        store.dies = dies
        with pytest.raises(Killed):
            await keeping.rotation.rotate(by="ada")
        # The start that follows is killed at the same place.
        if dies == "before":
            with pytest.raises(Killed):
                await started(store, tmp_path)
        store.dies = ""

        again = await started(store, tmp_path)

        assert again.values.get("a", "company") == "swordfish"
        assert files(tmp_path).keys() == {"encryption.key"}
        assert files(tmp_path)["encryption.key"] != old_key
        assert (await started(store, tmp_path)).values.get("a", "company") == "swordfish"


async def test_a_change_that_the_store_refuses_leaves_the_old_key(tmp_path: Path) -> None:
    async with DyingStore() as store:
        keeping = await started(store, tmp_path)
        before = files(tmp_path)
        store.dies = "full"

        with pytest.raises(StoreError):
            await keeping.rotation.rotate(by="ada")

        assert files(tmp_path) == before


async def test_secrets_are_durable_encrypted_in_the_database_and_in_its_backups(
    tmp_path: Path,
) -> None:
    path, copy = tmp_path / "lanner.duckdb", tmp_path / "copy.duckdb"
    (tmp_path / "keys").mkdir()
    async with DuckdbStore(path) as store:
        keeping = await started(store, tmp_path / "keys")
        await keeping.editor.set("company", "a", "swordfish-4711", by="ada")
        await keeping.editor.set("company", "b", "trout-4711", by="ada")
        await keeping.editor.delete("company", "b", by="ada")
        on_disk = all_bytes(tmp_path)
        await store.backup(str(copy))
    async with DuckdbStore(copy) as store:
        again = await started(store, tmp_path / "keys")
        assert again.values.get("a", "company") == "swordfish-4711"
        with pytest.raises(SecretMissing):
            again.values.get("b", "company")

    on_disk += all_bytes(tmp_path)
    for clear in (b"swordfish-4711", b"trout-4711", base64.b64encode(b"swordfish-4711")):
        assert clear not in on_disk


async def test_a_change_of_the_key_is_finished_when_its_caller_goes_away(tmp_path: Path) -> None:
    async with MemoryStore() as store:
        keeping = await started(store, tmp_path)
        before = store.commit_count
        async with asyncio.TaskGroup() as tasks:
            call = tasks.create_task(keeping.rotation.rotate(by="ada"))
            await eventually(lambda: store.commit_count > before)
            call.cancel()

        await eventually(lambda: list(files(tmp_path)) == ["encryption.key"])
        again = await started(store, tmp_path)
        assert again.keyring is not None
        assert keeping.keyring is not None
        assert again.keyring.decrypt(keeping.keyring.encrypt("swordfish")) == "swordfish"
