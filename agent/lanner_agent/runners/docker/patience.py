"""Waits, in a thread, for an engine that is away for a moment: restarted, upgraded."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event
from time import monotonic
from typing import TypeVar

T = TypeVar("T")

FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 2.0


class Patience:
    """Counts how often and how long an engine has been away from one container.

    Attributes:
        interruptions: How often it was.
    """

    def __init__(self, seconds: float, given_up: Event, knock: Callable[[], None]) -> None:
        """Begin with an engine that is there.

        Args:
            seconds: How long it may be away.
            given_up: Set when nobody wants to wait any longer.
            knock: Raises an `OSError` while nobody is there.
        """
        self._seconds = seconds
        self._given_up = given_up
        self._knock = knock
        self._away_since: float | None = None
        self._pause_seconds = FIRST_PAUSE_SECONDS
        self.interruptions = 0

    def answered(self) -> None:
        """Say that the engine is there: from here on the time counts anew."""
        self._away_since = None
        self._pause_seconds = FIRST_PAUSE_SECONDS

    def insist(self, work: Callable[[], T]) -> T:
        """Do `work`, which calls `answered`, again and again until the engine lets it end.

        Raises:
            requests.exceptions.RequestException: The engine stayed away, or nobody wants to wait
                any longer.
            docker.errors.APIError: It answers, and refuses.
        """
        from docker.errors import APIError
        from requests.exceptions import RequestException
        from urllib3.exceptions import HTTPError

        while True:
            try:
                if self._away_since is not None:
                    self._knock()
                return work()
            except APIError:
                raise
            except (RequestException, HTTPError, OSError):
                self.interruptions += 1
                if not self._may_try_again():
                    raise

    def _may_try_again(self) -> bool:
        now = monotonic()
        if self._away_since is None:
            self._away_since = now
        pause = self._pause_seconds
        self._pause_seconds = min(2 * pause, LONGEST_PAUSE_SECONDS)
        is_late = now + pause - self._away_since > self._seconds
        return not is_late and not self._given_up.wait(pause)
