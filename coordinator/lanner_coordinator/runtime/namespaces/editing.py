"""Namespaces for people: read at once, changed durably."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass

from lanner_coordinator.flow.diagnostics import Problem, Severity
from lanner_coordinator.flow.model import PluginDefault
from lanner_coordinator.flow.names import NAMESPACE
from lanner_coordinator.runtime.clock import Clock
from lanner_coordinator.runtime.errors import Changed, InvalidRequest, NotFound
from lanner_coordinator.runtime.flows.changes import Change
from lanner_coordinator.runtime.namespaces.book import Inherited, NamespaceBook, lineage
from lanner_coordinator.store.namespace_records import NamespaceRecord
from lanner_coordinator.store.protocol import Store
from lanner_coordinator.store.records import Commit

LARGEST_BYTES = 1024 * 1024
"""Of the variables and of the plugin defaults of a namespace, as JSON."""

CheckDefaults = Callable[[Sequence[object]], tuple[Sequence[PluginDefault], Sequence[Problem]]]
"""Reads plugin defaults and says all that is wrong with them."""


Counts = Callable[[], Mapping[str, int]]
"""How many of a kind each namespace has; those without any are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What is in namespaces besides their settings.

    Attributes:
        flows: Counts flows.
        files: Counts files.
        key_values: Counts values of the key-value store.
    """

    flows: Counts
    files: Counts
    key_values: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceWish:
    """What is to be set for a namespace, in place of what was.

    Attributes:
        name: Of the namespace.
        description: For people.
        variables: What expressions see as `namespace.*`.
        plugin_defaults: As a flow has them.
        allowed_groups: Agent groups; absent: what the namespace above allows.
        if_version: Version that must be current; 0: nothing must be set; absent: any.
    """

    name: str
    description: str = ""
    variables: Mapping[str, object]
    plugin_defaults: Sequence[object] = ()
    allowed_groups: Sequence[str] | None = None
    if_version: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedNamespace:
    """What became of one wish.

    Attributes:
        record: What is set afterwards.
        change: What was done.
    """

    record: NamespaceRecord
    change: Change


@dataclass(frozen=True, slots=True, kw_only=True)
class NamespaceView:
    """A namespace as people see it.

    Attributes:
        name: Of the namespace.
        own: What is set for it; absent: nothing.
        inherited: What holds in it.
        lineage: What is set for it and for those above it, the outermost first.
        flow_count: Flows in it, not those below.
        file_count: Its files, not those of namespaces below.
        key_value_count: Its values of the key-value store likewise.
    """

    name: str
    own: NamespaceRecord | None
    inherited: Inherited
    lineage: Sequence[NamespaceRecord]
    flow_count: int
    file_count: int
    key_value_count: int


class NamespaceEditor:
    """Reads and changes the book, and makes changes durable before it answers."""

    def __init__(
        self,
        *,
        book: NamespaceBook,
        store: Store,
        clock: Clock,
        contents: Contents,
        check_defaults: CheckDefaults,
    ) -> None:
        self._book = book
        self._store = store
        self._clock = clock
        self._contents = contents
        self._check_defaults = check_defaults
        self._changing = asyncio.Lock()

    def get(self, name: str) -> NamespaceView:
        """A namespace, which need not have anything of its own.

        Raises:
            NotFound: Nothing is set for it, and neither flow nor file is in it or below it.
            InvalidRequest: The name is none.
        """
        check_name(name)
        if name not in self._tree(name):
            raise NotFound(f"there is no namespace {name}: it has no settings, flows or files")
        return self._views([name])[0]

    def page(self, below: str, *, limit: int, offset: int) -> tuple[Sequence[NamespaceView], int]:
        """Namespaces in order of name, and how many there are.

        Args:
            below: Only this one and those below it; empty: all.
            limit: The most to give.
            offset: How many to pass over.
        """
        names = sorted(self._tree(below))
        return self._views(names[offset : offset + limit]), len(names)

    async def set(self, wish: NamespaceWish, by: str) -> NamespaceView:
        """Set a namespace; what the wish leaves out is not set any more.

        Raises:
            InvalidRequest: Something in it is wrong; says all of it.
            Changed: It is not at the version that was named.
        """
        await self.apply([wish], by)
        return self.get(wish.name)

    async def apply(
        self, wishes: Sequence[NamespaceWish], by: str, *, dry_run: bool = False
    ) -> Sequence[AppliedNamespace]:
        """Set namespaces, all or none; errors as of `set`.

        Args:
            wishes: Each of another namespace.
            by: Who sets them.
            dry_run: Tell what would be done and do nothing.
        """
        names = [wish.name for wish in wishes]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise InvalidRequest(f"namespace {min(twice)} is given twice")
        for wish in wishes:
            self._check(wish)
        # A caller that goes away must not part what is durable from what is in memory.
        return await asyncio.shield(self._apply(wishes, by, dry_run=dry_run))

    async def _apply(
        self, wishes: Sequence[NamespaceWish], by: str, *, dry_run: bool
    ) -> Sequence[AppliedNamespace]:
        async with self._changing:
            steps = [self._step(wish, by) for wish in wishes]
            records = [step.record for step in steps if step.change is not Change.UNCHANGED]
            if records and not dry_run:
                await self._store.commit(Commit(namespaces=records))
                for record in records:
                    self._book.put(record)
            return steps

    def _step(self, wish: NamespaceWish, by: str) -> AppliedNamespace:
        before = self._book.get(wish.name)
        _check_version(wish, before)
        record = _record(wish, before, by, self._clock)
        if before is None:
            return AppliedNamespace(record=record, change=Change.CREATED)
        if _settings(record) == _settings(before):
            return AppliedNamespace(record=before, change=Change.UNCHANGED)
        return AppliedNamespace(record=record, change=Change.UPDATED)

    async def delete(self, name: str) -> None:
        """Take back what is set for a namespace; its flows, files and values stay.

        Raises:
            NotFound: Nothing is set for it.
        """
        await asyncio.shield(self._delete(name))

    async def _delete(self, name: str) -> None:
        async with self._changing:
            if self._book.get(name) is None:
                raise NotFound(f"nothing is set for the namespace {name}")
            await self._store.commit(Commit(removed_namespaces=[name]))
            self._book.remove(name)

    def _tree(self, below: str) -> Set[str]:
        """All namespaces with those above them."""
        held = self._contents
        known = {*self._book.names(), *held.flows(), *held.files(), *held.key_values()}
        names = {one for name in known for one in lineage(name)}
        if not below:
            return names
        return {name for name in names if name == below or name.startswith(f"{below}.")}

    def _views(self, names: Sequence[str]) -> Sequence[NamespaceView]:
        flows, files = self._contents.flows(), self._contents.files()
        key_values = self._contents.key_values()
        return [
            NamespaceView(
                name=name,
                own=self._book.get(name),
                inherited=self._book.inherited(name),
                lineage=[
                    record for one in lineage(name) if (record := self._book.get(one)) is not None
                ],
                flow_count=flows.get(name, 0),
                file_count=files.get(name, 0),
                key_value_count=key_values.get(name, 0),
            )
            for name in names
        ]

    def _check(self, wish: NamespaceWish) -> None:
        check_name(wish.name)
        _, problems = self._check_defaults(wish.plugin_defaults)
        wrong = [one.message for one in problems if one.severity is Severity.ERROR]
        for what, value in (
            ("variables", wish.variables),
            ("pluginDefaults", wish.plugin_defaults),
        ):
            if len(_text(value)) > LARGEST_BYTES:
                wrong.append(f"`{what}` has more than {LARGEST_BYTES} bytes")
        if any(not group.strip() for group in wish.allowed_groups or ()):
            wrong.append("`allowedGroups` must not have an empty name")
        if wrong:
            raise InvalidRequest(f"namespace {wish.name} is not set: {'; '.join(wrong)}")


def check_name(name: str) -> None:
    """Refuse what is no name of a namespace.

    Raises:
        InvalidRequest: It is none.
    """
    complaint = NAMESPACE.complaint(name)
    if not complaint and ("" in name.split(".")):
        complaint = "no part between its dots may be empty"
    if complaint:
        raise InvalidRequest(f"`{name[:60]}` is no namespace: {complaint}")


def _check_version(wish: NamespaceWish, before: NamespaceRecord | None) -> None:
    is_at = before.version if before else 0
    if wish.if_version not in (None, is_at):
        raise Changed(
            f"namespace {wish.name} is at version {is_at}, not {wish.if_version}; "
            "look at what changed and set it again"
        )


def _record(
    wish: NamespaceWish, before: NamespaceRecord | None, by: str, clock: Clock
) -> NamespaceRecord:
    now = clock.now()
    groups = wish.allowed_groups
    return NamespaceRecord(
        name=wish.name,
        description=wish.description,
        variables=_text(wish.variables),
        plugin_defaults=_text(wish.plugin_defaults),
        allowed_groups=None if groups is None else tuple(dict.fromkeys(groups)),
        version=before.version + 1 if before else 1,
        created_at=before.created_at if before else now,
        updated_at=now,
        updated_by=by,
    )


def _settings(record: NamespaceRecord) -> tuple[object, ...]:
    """What somebody sets; all else tells when and who."""
    return record.description, record.variables, record.plugin_defaults, record.allowed_groups


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
