"""The world of one expression case: its files, keys and logs, and a clock that stands still."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import itertools
import json
from collections.abc import Mapping

from lanner_coordinator.flow.expression import EffectError, Effects, MissingKeyError

_STORAGE = "kestra://"
_NAMESPACE_FILE = "nsfile://"

NOW = dt.datetime(2026, 3, 4, 5, 6, 7, 890123, tzinfo=dt.UTC)
"""The time of every case."""


class CaseEffects(Effects):
    """Answers from the `setup` of a case.

    Args:
        setup: The set-up of the case.
        context: What the template sees: files may be read by the own and the triggering execution.
    """

    def __init__(self, setup: Mapping[str, object], context: Mapping[str, object]) -> None:
        self._setup = setup
        self._context = context
        self._counter = itertools.count()

    def _part(self, name: str) -> dict[str, object]:
        part = self._setup.get(name)
        return part if isinstance(part, dict) else {}

    def _of_context(self, name: str) -> dict[str, object]:
        part = self._context.get(name)
        return part if isinstance(part, dict) else {}

    def now(self) -> dt.datetime:
        """Return the time that stands still."""
        return NOW

    def random_bytes(self, count: int) -> bytes:
        """Return bytes that differ from call to call and are the same in every run."""
        return hashlib.shake_256(str(next(self._counter)).encode()).digest(count)

    def secret(self, key: str, namespace: str | None, subkey: str | None) -> str:
        """Return a secret of the set-up."""
        secrets = self._part("secrets")
        if key not in secrets:
            raise EffectError(f"Cannot find secret for key '{key}'.")
        value = str(secrets[key])
        return value if subkey is None else str(json.loads(value)[subkey])

    def kv(self, key: str, namespace: str | None, error_on_missing: bool) -> object:
        """Return a stored value of the set-up."""
        name = namespace or str(self._of_context("flow").get("namespace"))
        looked_in = name
        while looked_in:
            stored = self._part("kv").get(looked_in)
            if isinstance(stored, dict) and key in stored:
                return stored[key]
            # Only the namespaces above the own one are looked through.
            looked_in = "" if namespace else looked_in.rpartition(".")[0]
        if error_on_missing:
            raise MissingKeyError(key, name)
        return None

    def stored_secret(self, stored: Mapping[str, object]) -> str | None:
        """Return a secret text, which the cases do not encrypt for real."""
        value = stored.get("value")
        return str(value["$encrypt"]) if isinstance(value, Mapping) else None

    def read(self, uri: str) -> str:
        """Return the text of a file of the own or the triggering execution or the namespace."""
        if not uri.startswith(_STORAGE):
            namespace, path = self._file_of_namespace(uri)
            given = self._part("namespace_files").get(namespace)
            names = given if isinstance(given, dict) else {}
            files = {f"/{name.lstrip('/')}": text for name, text in names.items()}
            if (rooted := f"/{path.lstrip('/')}") not in files:
                raise EffectError(f"The namespace file '{path}' does not exist")
            return str(files[rooted])
        path = uri.removeprefix(_STORAGE)
        if not any(path.startswith(prefix) for prefix in self._readable()):
            raise EffectError(
                f"Unable to read the file '{uri}' as it didn't belong to the current execution"
            )
        stored = self._part("storage")
        if path not in stored:
            raise EffectError(f"The file '{uri}' does not exist")
        return str(stored[path])

    def _file_of_namespace(self, uri: str) -> tuple[str, str]:
        own = str(self._of_context("flow").get("namespace"))
        namespace, _, path = uri.removeprefix(_NAMESPACE_FILE).partition("/")
        return (namespace or own, path) if uri.startswith(_NAMESPACE_FILE) else (own, uri)

    def _readable(self) -> list[str]:
        flow, trigger = self._of_context("flow"), self._of_context("trigger")
        own = (flow.get("namespace"), flow.get("id"), self._of_context("execution").get("id"))
        parent = (trigger.get("namespace"), trigger.get("flowId"), trigger.get("executionId"))
        return [
            f"/{str(namespace).replace('.', '/')}/{flow_id}/executions/{execution_id}/"
            for namespace, flow_id, execution_id in (own, parent)
            if namespace and flow_id and execution_id
        ]

    def file_size(self, uri: str) -> int:
        """Return the size of a file in bytes."""
        return len(self.read(uri).encode())

    def file_exists(self, uri: str) -> bool:
        """Tell whether a file can be read."""
        try:
            self.read(uri)
        except EffectError:
            return False
        return True

    def call(
        self, name: str, arguments: tuple[object, ...], keywords: Mapping[str, object]
    ) -> object:
        """Return the error logs of the set-up, a URI, or a text that is only made unreadable."""
        if name == "errorLogs":
            logs = self._setup.get("logs")
            entries = logs if isinstance(logs, list) else []
            return [entry for entry in entries if entry.get("level") == "ERROR"]
        if name == "fileURI":
            namespace, path = self._file_of_namespace(str(arguments[0]))
            return f"{_STORAGE}/{namespace.replace('.', '/')}/_files/{path}"
        if name == "encrypt":
            return base64.b64encode("\0".join(map(str, arguments)).encode()).decode()
        if name == "decrypt":
            key, _, text = base64.b64decode(str(arguments[1])).decode().partition("\0")
            if key != arguments[0]:
                raise EffectError("The text was encrypted with another key")
            return text
        raise EffectError(f"The function '{name}' is not available here")
