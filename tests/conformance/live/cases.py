"""Cases of a folder, and what has to be known of them before they run."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

Expectation = Mapping[str, Any]
"""What a case says of an execution; a missing or null entry says nothing."""

_SEPARATOR = re.compile(r"^---\s*$", re.MULTILINE)
_LISTENING = (".trigger.Flow", ".triggers.types.Flow")


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowKey:
    """Which flow.

    Attributes:
        namespace: Of the flow.
        flow_id: Of the flow.
    """

    namespace: str
    flow_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A flow as a file of the suite holds it.

    Attributes:
        key: Which flow.
        text: Its YAML.
        is_listening: A trigger of it waits for other executions.
    """

    key: FlowKey
    text: str
    is_listening: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case that runs something.

    Attributes:
        case_id: Its name.
        folder: Of the suite.
        data: As the file holds it.
        flow: The flow it is about.
        others: Flows that must be there too.
    """

    case_id: str
    folder: Path
    data: Mapping[str, Any]
    flow: Source
    others: Sequence[Source]

    @property
    def tags(self) -> Sequence[str]:
        """What it needs."""
        return self.data.get("needs") or ()

    @property
    def setup(self) -> Mapping[str, Any]:
        """What must be there before it."""
        return self.data.get("setup") or {}

    @property
    def phases(self) -> Sequence[Mapping[str, Any]]:
        """Its steps; a case without them runs its flow and waits."""
        return self.data.get("phases") or ({"action": "run"},)

    @property
    def expect(self) -> Expectation:
        """What holds in the end."""
        return self.data.get("expect") or {}

    @property
    def is_unit(self) -> bool:
        """Whether it is about tasks only, whose flow was made for it."""
        return "action" not in self.data

    @property
    def sources(self) -> Sequence[Source]:
        """All flows that are loaded for it."""
        return (self.flow, *self.others)

    @property
    def is_listening(self) -> bool:
        """Executions of other cases could set its triggers off."""
        return any(source.is_listening for source in self.sources)


def read_cases(folder: Path, actions: Sequence[str]) -> Iterator[Case]:
    """The cases of these actions in `cases.json`."""
    for data in json.loads((folder / "cases.json").read_text()):
        if data["action"] in actions:
            yield case_of(data, folder)


def case_of(data: Mapping[str, Any], folder: Path) -> Case:
    """A case with the flows that it names."""
    files = [one for path in _files(data) for one in read_sources(folder / path)]
    flow = read_sources(folder / data["flow"])[0]
    others = {source.key: source for source in files if source.key != flow.key}
    return Case(
        case_id=data["id"], folder=folder, data=data, flow=flow, others=tuple(others.values())
    )


def read_sources(file: Path) -> Sequence[Source]:
    """The flows of a file, which may hold several documents."""
    return [source_of(text) for text in _SEPARATOR.split(file.read_text()) if text.strip()]


def source_of(text: str) -> Source:
    """A flow's text, and what its head says; a text that is no YAML has no name."""
    try:
        loaded = YAML(typ="safe", pure=True).load(text)
    except YAMLError:
        loaded = {}
    triggers = loaded.get("triggers") or ()
    return Source(
        key=FlowKey(namespace=str(loaded.get("namespace")), flow_id=str(loaded.get("id"))),
        text=text,
        is_listening=any(str(one.get("type")).endswith(_LISTENING) for one in triggers),
    )


def _files(data: Mapping[str, Any]) -> Iterator[str]:
    yield from data.get("also_load") or ()
    for phase in data.get("phases") or ():
        if "flow" in phase:
            yield phase["flow"]
