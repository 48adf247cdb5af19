"""What expressions may do to the world, while the coordinator renders them."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from lanner_coordinator.flow.expression import EffectError, Effects, MissingKeyError, SealedValue
from lanner_coordinator.flow.types.keeping import MISSING
from lanner_coordinator.runtime.artifacts import ArtifactError, ArtifactUri, Owner
from lanner_coordinator.runtime.artifacts.uri import SCHEMES
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.encryption import (
    BadKey,
    Cipher,
    TextCipher,
    Undecipherable,
    is_in_clear,
    opened,
    parse_key,
)
from lanner_coordinator.runtime.key_values.book import KeyValueBook
from lanner_coordinator.runtime.key_values.task_view import TaskKeyValues
from lanner_coordinator.runtime.namespaces.files.book import FileBook
from lanner_coordinator.runtime.namespaces.files.paths import read_address
from lanner_coordinator.runtime.secrets.met import MetSecrets
from lanner_coordinator.runtime.secrets.sealing import seal, unseal
from lanner_coordinator.runtime.secrets.subkeys import subkey_of
from lanner_coordinator.runtime.secrets.values import SecretValues
from lanner_coordinator.runtime.variables import SECRET_MASK
from lanner_coordinator.store.records import LogRecord

NO_FILES = FileBook()
"""No namespace has a file."""


class FileReader(Protocol):
    """Small files that an execution may read while a text is rendered."""

    def read_text(self, uri: str, owner: Owner) -> str:
        """The file's text; raises OSError or ValueError with a sentence."""

    def size_bytes(self, uri: str, owner: Owner) -> int:
        """The file's size; raises as `read_text`."""

    def is_there(self, uri: str, owner: Owner) -> bool:
        """Whether it exists and may be read; raises ValueError where that cannot be said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EffectSources:
    """What the effects of all renderings come from.

    Attributes:
        clock: Tells the time.
        secret_values: Gives secrets.
        files: Reads small files.
        key_values: The key-value store.
        cipher: Opens and makes what is encrypted; absent: secrets lie in clear.
        namespace_files: Which files namespaces have.
    """

    clock: Clock
    secret_values: SecretValues
    files: FileReader
    key_values: KeyValueBook
    cipher: TextCipher | None = None
    namespace_files: FileBook = NO_FILES


class RenderingEffects(Effects):
    """Effects of one rendering, for one execution."""

    def __init__(
        self,
        sources: EffectSources,
        *,
        owner: Owner,
        error_lines: Sequence[LogRecord] = (),
        has_sealed: bool = True,
        met: MetSecrets | None = None,
    ) -> None:
        self._sources = sources
        self._owner = owner
        self._error_lines = error_lines
        self._has_sealed = has_sealed
        self._met = MetSecrets() if met is None else met

    def now(self) -> datetime:
        """The clock's time."""
        return self._sources.clock.now()

    def random_bytes(self, count: int) -> bytes:
        """The system's randomness."""
        return secrets.token_bytes(count)

    def secret(self, key: str, namespace: str | None, subkey: str | None) -> str:
        """A secret of a namespace, or of the environment."""
        try:
            value = self._sources.secret_values.get(key, namespace or self._owner.namespace)
            found = value if subkey is None else subkey_of(key, value, subkey)
        except LookupError as error:
            raise EffectError(str(error)) from error
        self._met.add((found,))
        return found

    def stored_secret(self, stored: Mapping[str, object]) -> str | None:
        """The text of a value that is stored as a secret."""
        try:
            text = opened(stored, self._sources.cipher)
        except Undecipherable as error:
            raise EffectError(str(error)) from error
        self._met.add((text,))
        return text

    @property
    def has_sealed(self) -> bool:
        """Whether the execution carries values with secrets in them."""
        return self._has_sealed

    def sealed_value(self, stored: Mapping[str, object]) -> SealedValue | None:
        """A value with secrets in it."""
        found = unseal(stored, self._sources.cipher)
        self._met.add(found.secrets)
        return found

    def secrets_in(self, text: str) -> Sequence[str]:
        """Those that expressions of the execution met."""
        return self._met.found_in(text)

    def sealed(self, value: object, secrets: Collection[str]) -> object:
        """A value with the parts of it sealed that have one of the secrets in them."""
        return seal({"": value}, secrets, self._sources.cipher)[""]

    def kv(self, key: str, namespace: str | None, error_on_missing: bool) -> object:
        """A value of the key-value store; without a namespace also of those above the flow's."""
        own = self._owner.namespace
        values = TaskKeyValues(
            self._sources.key_values,
            namespace=own,
            flow_id=self._owner.flow_id,
            now=self._sources.clock.now(),
        )
        value = values.get(key, namespace)
        if value is not MISSING:
            return value
        if error_on_missing:
            raise MissingKeyError(key, namespace or own)
        return None

    def read(self, uri: str) -> str:
        """Text of a file of the execution or of a namespace."""
        try:
            return self._sources.files.read_text(self._artifact(uri), self._owner)
        except (OSError, ValueError, ArtifactError) as error:
            raise EffectError(str(error)) from error

    def file_size(self, uri: str) -> int:
        """Size of a file of the execution or of a namespace."""
        try:
            return self._sources.files.size_bytes(self._artifact(uri), self._owner)
        except (OSError, ValueError, ArtifactError) as error:
            raise EffectError(str(error)) from error

    def file_exists(self, uri: str) -> bool:
        """Whether the execution, or the namespace, has this file."""
        try:
            return self._sources.files.is_there(self._artifact(uri), self._owner)
        except ArtifactError:
            return False
        except ValueError as error:
            raise EffectError(str(error)) from error

    def call(
        self, name: str, arguments: tuple[object, ...], keywords: Mapping[str, object]
    ) -> object:
        """`fileURI()`, `errorLogs()`, `encrypt()` and `decrypt()`; no others have effects here."""
        if name == "fileURI":
            return self._file_uri(str(arguments[0]))
        if name in ("encrypt", "decrypt"):
            return _ciphered(name, str(arguments[0]), str(arguments[1]))
        if name == "errorLogs":
            return [
                {
                    "message": line.text,
                    "timestamp": line.at,
                    "level": line.level,
                    "taskId": line.task_id,
                    "taskRunId": line.task_run_id,
                }
                for line in self._error_lines
            ]
        raise EffectError(f"the function {name}() is not available here")

    def _artifact(self, name: str) -> str:
        """The URI of an artifact; a path or an `nsfile` URI is a file of a namespace.

        Raises:
            ArtifactError: There is no such file, or the name is not allowed.
        """
        if name.startswith(SCHEMES):
            return name
        return str(self._sources.namespace_files.uri(read_address(name, self._owner.namespace)))

    def _file_uri(self, name: str) -> str:
        """The URI of a file of a namespace; of one that is not there: of its first version."""
        if name.startswith(SCHEMES):
            return name
        try:
            address = read_address(name, self._owner.namespace)
            if address.version is None and not self._sources.namespace_files.get(
                address.namespace, address.path
            ):
                return str(ArtifactUri.of_namespace_file(address.namespace, address.path, 1))
            return str(self._sources.namespace_files.uri(address))
        except ArtifactError as error:
            raise EffectError(str(error)) from error


class ShownEffects(RenderingEffects):
    """Effects of a rendering whose result people see: it has no secret in it, nor a part of one."""

    def secret(self, key: str, namespace: str | None, subkey: str | None) -> str:
        """No secret is read: filters would take it apart, letter by letter."""
        raise EffectError(f"secret('{key}') is not read here: only tasks see secrets")

    def stored_secret(self, stored: Mapping[str, object]) -> str | None:
        """It stays as it is stored, encrypted; a mask in place of one that is stored in clear."""
        return SECRET_MASK if is_in_clear(stored) else None

    def sealed_value(self, stored: Mapping[str, object]) -> SealedValue | None:
        """A mask in its place."""
        return SealedValue(value=SECRET_MASK, secrets=())


def _ciphered(name: str, key: str, text: str) -> str:
    try:
        cipher = Cipher(parse_key(key))
        return cipher.encrypt(text) if name == "encrypt" else cipher.decrypt(text)
    except (BadKey, Undecipherable) as error:
        raise EffectError(str(error)) from error
