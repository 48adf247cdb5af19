"""What a store can fail with.

StoreError
├── StoreFull      the disk has no space; nothing is lost, the same call may work later
├── StoreLocked    another coordinator has the file open
└── StoreClosed    called before it was opened or after it was closed
"""

from __future__ import annotations


class StoreError(Exception):
    """A verb of the store failed; the text is a sentence for people."""


class StoreFull(StoreError):
    """The disk has no space; nothing of the commit is durable, and later ones may be."""


class StoreLocked(StoreError):
    """Another process has the store open."""


class StoreClosed(StoreError):
    """The store is not open."""
