"""`lanner agent`: the agents that a coordinator knows, and the agent of this machine."""

from __future__ import annotations

import click

from lanner_console.cli.group import NounGroup
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Seconds, Verb
from lanner_console.cli.programs import AGENT, run_program
from lanner_console.cli.views import AGENT_COLUMNS
from lanner_console.models import AgentRow


@click.group("agent", cls=NounGroup)
def agent() -> None:
    """The agents of a coordinator (list, drain), and the one of this machine (run)."""


@agent.command("list", cls=Verb)
@click.pass_obj
def list_agents(invocation: Invocation) -> None:
    """List agents, those seen in the last 24 hours too."""
    rows = invocation.run(_list(invocation))
    invocation.print_list(
        "Agent", AGENT_COLUMNS, rows, total_count=len(rows), name=lambda row: row.id
    )
    if not rows:
        invocation.say("no agent was seen; start one with `lanner agent run`")


async def _list(invocation: Invocation) -> list[AgentRow]:
    async with invocation.client() as client:
        return await client.list_agents()


@agent.command("drain", cls=Verb)
@click.argument("agent_id", metavar="AGENT")
@click.option("--deadline", type=Seconds(), metavar="DURATION", help="For what it runs.")
@click.option("--cancel", is_flag=True, help="Cancel what still runs at the deadline.")
@click.option("--undo", is_flag=True, help="Let it take work again.")
@click.pass_obj
def drain(
    invocation: Invocation, agent_id: str, deadline: float | None, cancel: bool, undo: bool
) -> None:
    """Give an agent no new work; what it runs goes on."""
    row = invocation.run(_drain(invocation, agent_id, deadline, cancel=cancel, undo=undo))
    invocation.print_list("Agent", AGENT_COLUMNS, [row], total_count=1, name=lambda row: row.id)
    if not undo:
        invocation.say(f"undo it with `lanner agent drain {agent_id} --undo`")


async def _drain(
    invocation: Invocation, agent_id: str, deadline: float | None, *, cancel: bool, undo: bool
) -> AgentRow:
    async with invocation.client() as client:
        return await client.drain_agent(
            agent_id, deadline_seconds=deadline, cancel_at_deadline=cancel, undo=undo
        )


@agent.command(
    "run",
    context_settings={"ignore_unknown_options": True, "help_option_names": []},
    add_help_option=False,
    short_help="Start an agent in this process.",
)
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run(arguments: tuple[str, ...]) -> None:
    """Start an agent in this process; `lanner agent run --help` shows its options."""
    run_program(AGENT, arguments)
