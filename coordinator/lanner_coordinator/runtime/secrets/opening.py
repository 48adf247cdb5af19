"""The keyring at a start: opened, or made, and a change of the master key finished."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence

from lanner_coordinator.errors import StartError
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.secrets.keyring import (
    Keyring,
    WrongMasterKey,
    new_keyring,
    unwrapped,
)
from lanner_coordinator.runtime.secrets.master_key import (
    KEY_VARIABLE,
    PREVIOUS_VARIABLE,
    GivenKeys,
    MasterKey,
)
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit
from lanner_coordinator.store.secret_records import DataKeyRecord

logger = logging.getLogger(__name__)


async def open_keyring(store: Store, master_key: MasterKey, clock: Clock) -> Keyring:
    """The keyring of a store.

    Raises:
        StartError: The master key is missing or another one; nothing has been changed.
    """
    records = await store.data_keys()
    given = await asyncio.to_thread(master_key.read, is_needed=bool(records))
    if not records:
        keyring = new_keyring(given.wanted, clock.now())
        await store.commit(Commit(data_keys=keyring.wrapped(given.wanted)))
    else:
        keyring, master = _opened(records, given, master_key)
        if master != given.wanted:
            await store.commit(Commit(data_keys=keyring.wrapped(given.wanted)))
            logger.info("the data keys are wrapped with the master key of %s", master_key.origin)
    await asyncio.to_thread(master_key.settle)
    return keyring


def _opened(
    records: Sequence[DataKeyRecord], given: GivenKeys, master_key: MasterKey
) -> tuple[Keyring, bytes]:
    for master in (given.wanted, *given.others):
        try:
            return unwrapped(records, master), master
        except (WrongMasterKey, ValueError):
            continue
    raise StartError(
        f"the master key of {master_key.origin} is not the one that the secrets of this data "
        "folder are encrypted with: start the coordinator with that one again. To change it, give "
        f"the new one as {KEY_VARIABLE} and the old one as {PREVIOUS_VARIABLE}. Nothing was changed"
    )
