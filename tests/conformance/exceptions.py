"""Where Lanner differs from Kestra on purpose, and the page of the documentation that says why."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("exceptions.toml")
PAGE = Path(__file__).parents[2] / "docs" / "kestra-compatibility.md"

_HEAD = """\
# What differs from Kestra

Written by `scripts/conformance --write-docs` from `tests/conformance/exceptions.toml`.
`scripts/conformance --cases DIR` runs conformance cases against a coordinator and an agent that it
starts. These cases, taken from Kestra's own tests, are not passed on purpose:

| case | why |
| --- | --- |
"""

_DIFFERENCES = """
## Other differences

No case tells of these:

| Kestra | Lanner |
| --- | --- |
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What Lanner does another way.

    Attributes:
        kestra: What Kestra does, a sentence.
        lanner: What Lanner does, a sentence.
    """

    kestra: str
    lanner: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedFailure:
    """A case that need not pass.

    Attributes:
        case_id: Of the case.
        reason: A sentence.
    """

    case_id: str
    reason: str


def read_exceptions() -> Sequence[ExpectedFailure]:
    """All of them, by name; the file has one table of names for each reason."""
    groups = tomllib.loads(FILE.read_text())["exception"]
    found = [
        ExpectedFailure(case_id=name, reason=group["reason"])
        for group in groups
        for name in group["cases"]
    ]
    return sorted(found, key=lambda one: one.case_id)


def read_differences() -> Sequence[Difference]:
    """What is done another way without a case that tells, in order of the file."""
    found = tomllib.loads(FILE.read_text())["difference"]
    return [Difference(kestra=one["kestra"], lanner=one["lanner"]) for one in found]


def page_of(exceptions: Sequence[ExpectedFailure]) -> str:
    """The page as it should be."""
    cases = "".join(f"| `{one.case_id}` | {one.reason} |\n" for one in exceptions)
    differences = "".join(f"| {one.kestra} | {one.lanner} |\n" for one in read_differences())
    return f"{_HEAD}{cases}{_DIFFERENCES}{differences}"


def write_page(exceptions: Sequence[ExpectedFailure]) -> None:
    """Write the page."""
    PAGE.write_text(page_of(exceptions))
