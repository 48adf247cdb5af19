from __future__ import annotations

from dataclasses import replace

import pytest

from lanner_agent.admission import Doorstep, needs_container_engine, refusal
from lanner_agent.reports import RefusalReason

OPEN = Doorstep(
    free_slots=1,
    is_draining=False,
    disk_free_bytes=1 << 30,
    min_disk_free_bytes=1 << 28,
    has_container_engine=True,
)
RUN = "io.kestra.plugin.docker.Run"
SCRIPT = "io.kestra.plugin.scripts.shell.Commands"
DOCKER = {"taskRunner": {"type": "io.kestra.plugin.scripts.runner.docker.Docker"}}
PROCESS = {"taskRunner": {"type": "io.kestra.plugin.core.runner.Process"}}


def reason(doorstep: Doorstep, *, is_known: bool = True, type_name: str = RUN) -> object:
    refused = refusal(doorstep, type_name, is_known=is_known, properties={})
    return refused and refused[0]


def test_an_agent_with_a_free_slot_takes_an_attempt() -> None:
    assert reason(OPEN) is None


@pytest.mark.parametrize(
    ("doorstep", "expected"),
    [
        (replace(OPEN, free_slots=0), RefusalReason.BUSY),
        (replace(OPEN, is_draining=True), RefusalReason.DRAINING),
        (replace(OPEN, disk_free_bytes=1 << 20), RefusalReason.DISK),
        (replace(OPEN, has_container_engine=False), RefusalReason.NO_CONTAINER_ENGINE),
    ],
)
def test_an_agent_refuses_what_it_cannot_run(doorstep: Doorstep, expected: RefusalReason) -> None:
    assert reason(doorstep) is expected


def test_an_unknown_type_is_refused_by_name() -> None:
    assert refusal(OPEN, "acme.Toast", is_known=False, properties={}) == (
        RefusalReason.UNKNOWN_TYPE,
        'The agent has no task type "acme.Toast".',
    )


def test_the_disk_refusal_says_how_much_is_left() -> None:
    refused = refusal(replace(OPEN, disk_free_bytes=1 << 20), RUN, is_known=True, properties={})

    assert refused is not None
    assert refused[1] == "The agent's disk has 1 MiB left, and 256 MiB are the least."


@pytest.mark.parametrize(
    ("type_name", "properties", "expected"),
    [(RUN, {}, True), (SCRIPT, DOCKER, True), (SCRIPT, PROCESS, False), (SCRIPT, {}, False)],
)
def test_only_tasks_that_cannot_do_without_need_an_engine(
    type_name: str, properties: dict[str, object], expected: bool
) -> None:
    assert needs_container_engine(type_name, properties) is expected
