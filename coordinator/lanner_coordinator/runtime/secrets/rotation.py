"""Changes the master key while the coordinator works."""

from __future__ import annotations

import asyncio
import logging

from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import NotAllowed
from lanner_coordinator.runtime.secrets.keyring import Keyring
from lanner_coordinator.runtime.secrets.master_key import (
    KEY_VARIABLE,
    PREVIOUS_VARIABLE,
    MasterKey,
)
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit

logger = logging.getLogger(__name__)


class KeyRotation:
    """Gives the store a new master key, and the keyring a new data key.

    A crash at any point leaves a data folder that the next start opens, and finishes what was
    begun; see `master_key`.
    """

    def __init__(
        self,
        *,
        keyring: Keyring | None,
        master_key: MasterKey,
        store: Store,
        clock: Clock,
    ) -> None:
        self._keyring = keyring
        self._master_key = master_key
        self._store = store
        self._clock = clock
        self._turn = asyncio.Lock()

    async def rotate(self, *, by: str) -> int:
        """Change the key; returns how many data keys were wrapped anew.

        Raises:
            NotAllowed: The key is not the coordinator's to change; says how it is done.
        """
        if self._keyring is None:
            raise NotAllowed("there is no key: encryption is switched off in the configuration")
        if self._master_key.is_of_environment:
            raise NotAllowed(
                f"the master key is given by the environment: start the coordinator with the new "
                f"one as {KEY_VARIABLE} and this one as {PREVIOUS_VARIABLE}"
            )
        # A caller that goes away must not leave data keys that only the next key file opens.
        return await asyncio.shield(self._rotate(self._keyring, by=by))

    async def _rotate(self, known: Keyring, *, by: str) -> int:
        async with self._turn:
            keyring = known.with_new_key(self._clock.now())
            master = await asyncio.to_thread(self._master_key.prepare)
            records = keyring.wrapped(master)
            try:
                await self._store.commit(Commit(data_keys=records))
            except Exception:
                await asyncio.to_thread(self._master_key.abandon)
                raise
            known.become(keyring)
            await asyncio.to_thread(self._master_key.settle)
        logger.info("%s changed the master key; %d data keys wrapped anew", by, len(records))
        return len(records)
