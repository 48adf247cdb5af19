"""The outcome of one look."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Verdict(StrEnum):
    """How it is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the doctor.

    Attributes:
        name: What was looked at.
        verdict: How it is.
        says: What was seen.
        fix: What to do; empty when all is well.
    """

    name: str
    verdict: Verdict
    says: str
    fix: str = ""


def ok(name: str, says: str) -> Check:
    """All is well."""
    return Check(name=name, verdict=Verdict.OK, says=says)


def warn(name: str, says: str, fix: str) -> Check:
    """It works, with a limit."""
    return Check(name=name, verdict=Verdict.WARN, says=says, fix=fix)


def fail(name: str, says: str, fix: str) -> Check:
    """It does not work."""
    return Check(name=name, verdict=Verdict.FAIL, says=says, fix=fix)
