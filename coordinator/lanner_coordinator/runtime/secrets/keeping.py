"""Everything about secrets that is put together once, at the start of the coordinator."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.secrets.book import SecretBook
from lanner_coordinator.runtime.secrets.chain import SecretChain
from lanner_coordinator.runtime.secrets.editing import SecretEditor
from lanner_coordinator.runtime.secrets.elsewhere import SecretsElsewhere
from lanner_coordinator.runtime.secrets.environment import EnvironmentSecrets
from lanner_coordinator.runtime.secrets.keyring import Keyring
from lanner_coordinator.runtime.secrets.master_key import MasterKey
from lanner_coordinator.runtime.secrets.opening import open_keyring
from lanner_coordinator.runtime.secrets.output_keys import OutputKeys
from lanner_coordinator.runtime.secrets.providers.provided import ProvidedSecrets
from lanner_coordinator.runtime.secrets.rotation import KeyRotation
from lanner_coordinator.runtime.secrets.values import SecretValues
from lanner_coordinator.store.protocol import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretKeeping:
    """What belongs to secrets.

    Attributes:
        keyring: Encrypts what is kept; absent: encryption is switched off.
        values: What expressions ask.
        editor: What people ask.
        rotation: Changes the master key.
        elsewhere: Secrets of providers.
        output_keys: Open what agents seal; absent: encryption is switched off.
    """

    keyring: Keyring | None
    values: SecretValues
    editor: SecretEditor
    rotation: KeyRotation
    elsewhere: SecretsElsewhere
    output_keys: OutputKeys | None

    def close(self) -> None:
        """Ask the providers nothing more."""
        self.elsewhere.close()


async def keep_secrets(
    *,
    store: Store,
    clock: Clock,
    environment: Mapping[str, str],
    key_file: Path,
    is_encrypted: bool,
    providers: Sequence[ProvidedSecrets] = (),
) -> SecretKeeping:
    """Open the keyring and load the secrets.

    Raises:
        StartError: The master key is missing or another one; nothing has been changed.
    """
    master_key = MasterKey(environment, key_file)
    keyring = await open_keyring(store, master_key, clock) if is_encrypted else None
    book = SecretBook(keyring) if keyring is not None else None
    if book is not None:
        book.load(await store.secrets())
    places: list[SecretValues] = [book] if book is not None else []
    return SecretKeeping(
        keyring=keyring,
        values=SecretChain([*places, *providers, EnvironmentSecrets(environment)]),
        editor=SecretEditor(book=book, store=store, clock=clock),
        rotation=KeyRotation(keyring=keyring, master_key=master_key, store=store, clock=clock),
        elsewhere=SecretsElsewhere(providers),
        output_keys=OutputKeys(keyring) if keyring is not None else None,
    )
