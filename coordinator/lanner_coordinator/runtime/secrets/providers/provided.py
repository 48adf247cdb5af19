"""A provider's secrets for expressions: from memory, read in threads when they are not there."""

from __future__ import annotations

import asyncio
import functools
import logging
import re
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.secrets.providers.contract import (
    ProviderFailed,
    ProviderRules,
    SecretProvider,
)
from lanner_coordinator.runtime.secrets.values import (
    MAX_VALUE_BYTES,
    SecretMissing,
    SecretUnreadable,
    SecretValues,
)
from lanner_coordinator.runtime.wanted import Wanted

logger = logging.getLogger(__name__)

FAILURE_SECONDS = 5.0
"""How long a failure counts: then the provider is asked again."""

MOST_ANSWERS = 10_000
"""Answers that are remembered; beyond, the oldest are forgotten."""

THREAD_COUNT = 4
"""Questions to one provider at once; further ones wait."""

_GRACE_SECONDS = 5.0
"""What a question may take beyond the provider's timeout, with all namespaces above."""

_NAME = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*(\.[a-zA-Z0-9_-]+)*")
"""Names become parts of paths: nothing leads out of where the secrets of a namespace are."""

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What a provider said.

    Attributes:
        value: Absent: it has no such secret, or failed.
        failure: Why it could not be asked; empty: it could.
        until: On the monotonic clock.
    """

    value: str | None = field(default=None, repr=False)
    failure: str = ""
    until: float


class ProvidedSecrets(SecretValues):
    """The secrets of one provider. `get` belongs to the event loop's thread."""

    def __init__(self, provider: SecretProvider, rules: ProviderRules, clock: Clock) -> None:
        self.rules = rules
        self._provider = provider
        self._clock = clock
        self._answers: dict[tuple[str, str], _Answer] = {}
        self._asked: dict[tuple[str, str], Future[None]] = {}
        self._lock = threading.Lock()
        self._threads = ThreadPoolExecutor(THREAD_COUNT, thread_name_prefix="lanner-secret")

    def __repr__(self) -> str:
        return f"<secrets of {self.rules.name}>"

    def get(self, key: str, namespace: str) -> str:
        """The value of the nearest namespace that has the secret.

        Raises:
            SecretMissing: It has none.
            SecretUnreadable: It did not answer a moment ago.
            Wanted: It must be asked first.
        """
        is_path = _NAME.fullmatch(key) is None or _NAME.fullmatch(namespace) is None
        if is_path or not self.rules.sees(namespace):
            raise SecretMissing(key, namespace)
        answer = self._answers.get((namespace, key))
        if answer is None or answer.until <= self._clock.monotonic():
            raise Wanted(
                f"the secret '{key}' is being read by its provider",
                begin=functools.partial(self._begin, namespace, key),
                read=functools.partial(self._read, namespace, key),
            )
        if answer.failure:
            raise SecretUnreadable(f"Cannot read secret '{key}': {answer.failure}")
        if answer.value is None:
            raise SecretMissing(key, namespace)
        return answer.value

    async def list(self, namespace: str) -> Sequence[str]:
        """Keys of this very namespace."""
        return await self._in_thread(lambda: self._provider.keys(namespace))

    async def set(self, namespace: str, key: str, value: str) -> None:
        """Set a secret; it counts at once."""
        await self._in_thread(lambda: self._provider.write(namespace, key, value))
        self._forget()

    async def delete(self, namespace: str, key: str) -> bool:
        """Remove a secret; whether there was one."""
        was_there = await self._in_thread(lambda: self._provider.remove(namespace, key))
        self._forget()
        return was_there

    def close(self) -> None:
        """Ask nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _read(self, namespace: str, key: str) -> None:
        """Have it answered, unless it has been meanwhile."""
        answer = self._answers.get((namespace, key))
        if answer is not None and answer.until > self._clock.monotonic():
            return
        asked = self._begin(namespace, key)
        try:
            async with asyncio.timeout(self.rules.timeout.total_seconds() + _GRACE_SECONDS):
                await asyncio.shield(asyncio.wrap_future(asked))
        except TimeoutError:
            self._remember(
                (namespace, key), failure=f'the secret provider "{self.rules.name}" is too slow'
            )

    def _begin(self, namespace: str, key: str) -> Future[None]:
        """Ask in a thread; those that ask meanwhile share the answer."""
        name = (namespace, key)
        with self._lock:
            asked = self._asked.get(name)
            if asked is None or asked.done():
                asked = self._asked[name] = self._threads.submit(self._ask, namespace, key)
        return asked

    def _ask(self, namespace: str, key: str) -> None:
        """Ask for the namespace and those above it; in a thread."""
        level = namespace
        try:
            while level and self.rules.sees(level):
                value = self._provider.read(level, key)
                if value is not None and len(value.encode()) > MAX_VALUE_BYTES:
                    raise ProviderFailed(
                        f'the secret provider "{self.rules.name}" has a value of '
                        f"{len(value.encode())} bytes for {key}; a secret has at most "
                        f"{MAX_VALUE_BYTES}: keep larger ones in files"
                    )
                if value is not None:
                    return self._remember((namespace, key), value=value)
                level = level.rpartition(".")[0]
            return self._remember((namespace, key))
        except ProviderFailed as error:
            logger.warning("%s", error)
            return self._remember((namespace, key), failure=str(error))
        except Exception as error:  # noqa: BLE001 - a library's surprise must not stop executions
            logger.error("the secret provider %s failed: %s", self.rules.name, type(error).__name__)
            failure = f'the secret provider "{self.rules.name}" failed unexpectedly'
            return self._remember((namespace, key), failure=failure)

    def _remember(
        self, name: tuple[str, str], *, value: str | None = None, failure: str = ""
    ) -> None:
        lasts = FAILURE_SECONDS if failure else self.rules.lasts.total_seconds()
        until = self._clock.monotonic() + lasts
        with self._lock:
            if len(self._answers) >= MOST_ANSWERS:
                self._answers.pop(next(iter(self._answers)))
            self._asked.pop(name, None)
            self._answers[name] = _Answer(value=value, failure=failure, until=until)

    def _forget(self) -> None:
        with self._lock:
            self._answers.clear()

    async def _in_thread(self, ask: Callable[[], _Result]) -> _Result:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(self.rules.timeout.total_seconds() + _GRACE_SECONDS):
                return await loop.run_in_executor(self._threads, ask)
        except TimeoutError as error:
            raise ProviderFailed(f'the secret provider "{self.rules.name}" is too slow') from error
