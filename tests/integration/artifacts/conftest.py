"""Keeps pytest-asyncio from making an event loop that nobody closes.

Where no loop was ever set, it asks for the current one before the first asynchronous test; asyncio
then makes one, and the warning about it fails whatever test runs when it is collected.
"""

from __future__ import annotations

import asyncio

asyncio.set_event_loop(None)
