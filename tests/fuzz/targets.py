"""What is fuzzed: functions of one text that may raise nothing and take no second.

They are ordinary functions, so that what the fuzzer once found stays a test.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from time import thread_time

from lanner_coordinator.flow.expression import ExpressionError, inspect, render, render_typed
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.migration.migrate import migrate
from lanner_coordinator.flow.reader import read_flow
from lanner_coordinator.language.reference.examples import VARIABLES, ExampleWorld

MOST_SECONDS = 1.0
"""Time of the processor that one text may take."""

_TYPES = KnownTypes()


class TooSlowError(Exception):
    """A text took longer than it may."""


def read_any(text: str) -> None:
    """Read a text as flow and migrate it."""
    _within_time(lambda: read_flow(text, _TYPES))
    _within_time(lambda: migrate(text, _TYPES))


def render_any(text: str) -> None:
    """Look at a text as template and render it."""
    _within_time(lambda: inspect(text))
    _within_time(lambda: _rendered(text))


def _rendered(text: str) -> None:
    with contextlib.suppress(ExpressionError):
        render(text, VARIABLES, ExampleWorld())
    with contextlib.suppress(ExpressionError):
        render_typed(text, VARIABLES, ExampleWorld())


def _within_time(work: Callable[[], object]) -> None:
    started_at = thread_time()
    work()
    seconds = thread_time() - started_at
    if seconds > MOST_SECONDS:
        raise TooSlowError(f"it took {seconds:.1f} s")


TARGETS: Mapping[str, Callable[[str], None]] = {"flows": read_any, "templates": render_any}
"""By name."""
