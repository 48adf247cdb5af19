"""Ctrl+C while the event loop waits."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")


async def interruptible(work: Coroutine[Any, Any, Answer]) -> Answer:
    """Do work that Ctrl+C cancels, at once; a second Ctrl+C does not wait for it.

    `asyncio.run` has a handler of its own, but nothing that wakes the loop: a signal that comes
    just before the loop begins to wait, or that another thread gets, would wait with it.

    Raises:
        KeyboardInterrupt: Ctrl+C was pressed.
    """
    main = asyncio.current_task()
    was_pressed = False

    def interrupt() -> None:
        nonlocal was_pressed
        if was_pressed or main is None:
            raise KeyboardInterrupt
        was_pressed = True
        main.cancel()

    # Where the platform's loop has no handlers (Windows), that of `asyncio.run` stays. Signals are
    # the main thread's: a command that is called in another one cannot be interrupted by them.
    with contextlib.suppress(NotImplementedError):
        if threading.current_thread() is threading.main_thread():
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, interrupt)
    try:
        return await work
    except asyncio.CancelledError:
        if was_pressed:
            raise KeyboardInterrupt from None
        raise
