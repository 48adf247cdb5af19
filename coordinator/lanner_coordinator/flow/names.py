"""Which texts may name a flow, a namespace, a task, an input."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRule:
    """How a name has to look.

    Attributes:
        pattern: Of the whole name.
        sentence: The rule in words.
        longest: Most characters it may have.
    """

    pattern: re.Pattern[str]
    sentence: str
    longest: int

    def complaint(self, name: str) -> str:
        """What is wrong with a name; empty: nothing."""
        if not name:
            return "it must not be empty"
        if len(name) > self.longest:
            return f"it has {len(name)} characters, {self.longest} at most are allowed"
        return "" if self.pattern.fullmatch(name) else self.sentence


FLOW_ID = NameRule(
    pattern=re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]*"),
    sentence="letters, digits, `.`, `_` and `-` are allowed, the first a letter or digit",
    longest=100,
)
NAMESPACE = NameRule(
    pattern=re.compile(r"[a-z0-9][a-z0-9._-]*"),
    sentence="small letters, digits, `.`, `_` and `-` are allowed, the first a letter or digit",
    longest=150,
)
TASK_ID = NameRule(
    pattern=re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]*"),
    sentence="letters, digits, `_` and `-` are allowed, the first a letter or digit",
    longest=256,
)
INPUT_ID = NameRule(
    pattern=re.compile(r"[a-zA-Z0-9][.a-zA-Z0-9_-]*"),
    sentence="letters, digits, `.`, `_` and `-` are allowed, the first a letter or digit",
    longest=256,
)

RESERVED_FLOW_IDS = frozenset(
    {
        "change-status",
        "eval",
        "export",
        "follow",
        "force-run",
        "kill",
        "labels",
        "latest",
        "pause",
        "replay",
        "restart",
        "resume",
        "search",
        "source",
        "unqueue",
        "validate",
    }
)
"""Words for actions, which Kestra refuses as ids from version 1.0 on."""
