"""Fixtures of all tests, and the rules they are run by."""

from __future__ import annotations

from collections.abc import Generator

import pytest

pytest_plugins = [
    "tests.support.docker_engine",
    "tests.support.event_loops",
    "tests.support.own_docker",
    "tests.support.sockets",
    "tests.support.postgres",
    "tests.support.yaml_language_server",
    # Behind the one that it imports.
    "tests.support.artifact_servers",
    "tests.support.azure_server",
    "tests.support.openssh_server",
]

MARK_OF_FIXTURE = {
    "docker_engine": "docker",
    "language_server_program": "node",
    "own_docker": "root",
    "postgres_server": "postgres",
    "small_disk": "root",
}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a fixture by what that needs, before `-m` selects."""
    for item in items:
        for fixture, mark in MARK_OF_FIXTURE.items():
            if fixture in getattr(item, "fixturenames", ()):
                item.add_marker(mark)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a test that skips itself: what cannot run here is left out by its mark, in the open."""
    report = yield
    if report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped or expected to fail ({report.longrepr}): mark it instead"
    return report
