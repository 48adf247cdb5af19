"""Checks commits before they are taken, so that what is taken can be stored for certain."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from lanner_coordinator.store.errors import StoreError
from lanner_coordinator.store.records import Commit


class Revisions:
    """The newest revision of each flow, which a new one must follow."""

    def __init__(self, newest: dict[tuple[str, str], int]) -> None:
        self._newest = dict(newest)

    def encode(self, commit: Commit) -> bytes:
        """A commit in MessagePack; its revisions count from now on.

        Raises:
            StoreError: A text cannot be stored, or a revision does not follow the newest one.
        """
        encoded = encode_commit(commit)
        newest = dict(self._newest) if len(commit.flows) > 1 else self._newest
        for flow in commit.flows:
            expected = newest.get((flow.namespace, flow.flow_id), 0) + 1
            if flow.revision != expected:
                raise StoreError(
                    f'Revision {flow.revision} of flow "{flow.namespace}.{flow.flow_id}" is not '
                    f"stored: the next one is {expected}."
                )
            newest[flow.namespace, flow.flow_id] = flow.revision
        self._newest = newest
        return encoded

    def forget(self, commits: Iterable[Commit]) -> None:
        """Take back the revisions of commits that were not stored after all, none of later ones."""
        for commit in commits:
            for flow in commit.flows:
                key = (flow.namespace, flow.flow_id)
                self._newest[key] = min(self._newest[key], flow.revision - 1)


def encode_commit(commit: Commit) -> bytes:
    """A commit in MessagePack.

    Raises:
        StoreError: A text of it is not valid Unicode, or an input of a backfill is no JSON.
    """
    try:
        for execution in commit.ended:
            execution.snapshot.decode()
        for event in commit.journal:
            event.record.decode()
        for agent in commit.agents:
            agent.catalog.decode()
        msgspec.json.encode(commit.triggers)
        return msgspec.msgpack.encode(commit)
    except UnicodeError as cause:
        raise StoreError("The commit is not stored: a text in it is not valid Unicode.") from cause
    except (OverflowError, TypeError, ValueError) as cause:
        raise StoreError(f"The commit is not stored: a value in it is no JSON: {cause}.") from cause
