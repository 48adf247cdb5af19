from __future__ import annotations

from datetime import UTC, datetime, timedelta

from lanner_console.checks.check import Verdict
from lanner_console.checks.coordinator import agents_check, clock_check, status_check
from lanner_console.checks.machine import python_check
from lanner_console.models import AgentRow, AgentStatus, ServerStatus

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
STATUS = ServerStatus(software_version="0.1.0", protocol_version=1, is_ready=True, now=NOW)
STARTING = ServerStatus(software_version="0.1.0", protocol_version=1, is_ready=False)


def test_an_old_python_fails() -> None:
    assert python_check((3, 10)).verdict is Verdict.FAIL
    assert python_check((3, 13)).verdict is Verdict.OK


def test_a_coordinator_of_another_version_is_a_warning() -> None:
    assert status_check(STATUS, "unix:/c", "0.1.0").verdict is Verdict.OK
    assert status_check(STATUS, "unix:/c", "0.2.0").verdict is Verdict.WARN


def test_a_coordinator_that_takes_no_executions_fails() -> None:
    assert status_check(STARTING, "unix:/c", "0.1.0").verdict is Verdict.FAIL


def test_clocks_that_are_apart_are_a_warning() -> None:
    check = clock_check(STATUS, NOW + timedelta(minutes=2))

    assert check.verdict is Verdict.WARN
    assert "120 s apart" in check.says
    assert clock_check(STATUS, NOW + timedelta(seconds=2)).verdict is Verdict.OK


def test_no_ready_agent_fails_and_some_away_is_a_warning() -> None:
    ready = AgentRow(id="a", status=AgentStatus.READY, slots=4)
    lost = AgentRow(id="b", status=AgentStatus.UNREACHABLE)

    assert agents_check([]).verdict is Verdict.FAIL
    assert agents_check([lost]).verdict is Verdict.FAIL
    assert agents_check([ready, lost]).verdict is Verdict.WARN
    assert agents_check([ready]).says == "1 of 1 ready, 4 slots"
