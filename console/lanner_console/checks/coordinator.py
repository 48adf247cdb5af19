"""The coordinator and its agents, as far as a client sees them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from lanner_console.checks.check import Check, fail, ok, warn
from lanner_console.models import AgentRow, AgentStatus, ServerStatus

if TYPE_CHECKING:
    from lanner_console.client import ConsoleClient
    from lanner_console.clock import Clock

ANSWER_SECONDS = 3.0
CLOCK_SECONDS = 5.0
NAME = "coordinator"


async def coordinator_checks(
    client: ConsoleClient, clock: Clock, version: str | None
) -> list[Check]:
    """The coordinator, the clocks and the agents; one line when nobody answers."""
    from lanner_proto.errors import LannerError

    try:
        status = await client.get_status(timeout_seconds=ANSWER_SECONDS)
        agents = await client.list_agents()
    except LannerError as error:
        says = f"no answer at {client.address}: {error.message}"
        return [fail(NAME, says, "start one with `lanner up`, or name another with --address")]
    return [
        status_check(status, client.address, version),
        clock_check(status, clock()),
        agents_check(agents),
    ]


def status_check(status: ServerStatus, address: str, version: str | None) -> Check:
    """Whether the coordinator takes executions and is of this version."""
    says = f"{status.software_version} at {address}"
    if not status.is_ready:
        return fail(NAME, f"{says} takes no executions", "look at its log: it may be starting")
    if version is not None and status.software_version != version:
        return warn(NAME, f"{says}, this program is {version}", "install the same version of both")
    return ok(NAME, says)


def clock_check(status: ServerStatus, now: datetime) -> Check:
    """Whether both clocks agree."""
    if status.now is None:
        return warn("clock", "the coordinator does not tell its time", "upgrade the coordinator")
    apart = abs((status.now - now).total_seconds())
    if apart > CLOCK_SECONDS:
        says = f"the coordinator's clock and this one are {apart:.0f} s apart"
        return warn("clock", says, "run a time service (chrony, systemd-timesyncd) on both")
    return ok("clock", f"within {CLOCK_SECONDS:.0f} s of the coordinator's")


def agents_check(agents: list[AgentRow]) -> Check:
    """Whether an agent takes work."""
    ready = [agent for agent in agents if agent.status is AgentStatus.READY]
    says = f"{len(ready)} of {len(agents)} ready"
    if not ready:
        return fail("agents", says, "start one with `lanner agent run` or `lanner up`")
    away = [agent.id for agent in agents if agent.status is not AgentStatus.READY]
    if away:
        return warn("agents", f"{says}; not ready: {', '.join(away)}", "see `lanner agent list`")
    slots = sum(agent.slots for agent in ready)
    return ok("agents", f"{says}, {slots} slots")
