"""Removes versions of files of namespaces for good: `core.namespace.PurgeFiles`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from lanner_coordinator.flow.expression import is_truthy
from lanner_coordinator.flow.instants import parse_instant
from lanner_coordinator.flow.types.native_type import NativeResult, shown
from lanner_coordinator.runtime.errands.contract import Request
from lanner_coordinator.runtime.errands.namespaces.requests import counted, from_text, texts
from lanner_coordinator.runtime.namespaces.files.book import FileBook
from lanner_coordinator.runtime.namespaces.files.editing import FileEditor
from lanner_coordinator.runtime.namespaces.files.patterns import path_test
from lanner_coordinator.store.namespace_records import NamespaceFileRecord
from lanner_coordinator.store.protocol import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Behavior:
    """Which versions of a file are removed.

    Attributes:
        before: Only those stored until then, and never the newest; absent: all.
        keep_count: How many of these, the newest, are kept.
    """

    before: datetime | None
    keep_count: int

    def chosen(self, versions: Sequence[NamespaceFileRecord]) -> Sequence[NamespaceFileRecord]:
        """Those of a file's versions, which come newest first."""
        if self.before is not None:
            versions = [one for one in versions[1:] if one.created_at <= self.before]
        return versions[self.keep_count :]


class PurgeFiles:
    """Looks through all versions of the files of some namespaces."""

    def __init__(self, book: FileBook, editor: FileEditor, store: Store) -> None:
        self._book = book
        self._editor = editor
        self._store = store

    async def run(self, request: Request) -> NativeResult:
        """Purge one namespace after the other."""
        names = list(self._namespaces(request))
        pattern = shown(request.properties.get("filePattern"))
        test = path_test([pattern] if pattern else [])
        behavior = _behavior(from_text(request.properties.get("behavior")))
        count = 0
        for name in names:
            history = await self._store.namespace_file_history(name)
            chosen = [
                one
                for path, versions in groupby(history, key=lambda one: one.path)
                if test(path)
                for one in behavior.chosen(list(versions))
            ]
            if chosen:
                await self._editor.forget(chosen)
                count += len(chosen)
        return NativeResult(outputs={"size": count}, metrics=counted("purged", count))

    def _namespaces(self, request: Request) -> Iterator[str]:
        wanted = texts(request, "namespaces")
        pattern = shown(request.properties.get("namespacePattern"))
        if wanted and pattern:
            raise ValueError("`namespaces` and `namespacePattern` cannot be used together")
        has_children = is_truthy(request.properties.get("includeChildNamespaces", True))
        for name in sorted(self._book.namespaces()):
            if pattern:
                is_meant = _fits(name, pattern)
            else:
                is_meant = not wanted or _is_in(name, wanted, has_children=has_children)
            if is_meant:
                yield name


def _is_in(name: str, wanted: Iterable[str], *, has_children: bool) -> bool:
    return any(name == one or (has_children and name.startswith(f"{one}.")) for one in wanted)


def _fits(name: str, pattern: str) -> bool:
    """Whether a namespace fits a pattern with `*` and `?`."""
    parts = [re.escape(part).replace(r"\?", ".") for part in pattern.split("*")]
    head, *rest = parts
    expression = head + "".join(f"(?>.*?{part})" for part in rest[:-1])
    return re.fullmatch(expression + (f".*{rest[-1]}" if rest else ""), name) is not None


def _behavior(given: object) -> Behavior:
    if given is None:
        return Behavior(before=None, keep_count=1)
    if not isinstance(given, Mapping):
        raise ValueError("`behavior` must be a map, such as `{type: version, keepAmount: 3}`")
    if shown(given.get("type")) not in ("", "version"):
        raise ValueError(f"`behavior.type` is `{shown(given['type'])}`; it must be `version`")
    before, keep = given.get("before"), given.get("keepAmount")
    keep_text = shown(keep)
    if keep_text and not keep_text.isdecimal():
        raise ValueError(f"`behavior.keepAmount` is `{keep_text}`; it must be a whole number")
    return Behavior(
        before=parse_instant(shown(before)) if before is not None else None,
        keep_count=int(keep_text or 0),
    )
