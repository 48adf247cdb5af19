"""`lanner flow enable` and `disable`: a new revision that differs in one line."""

from __future__ import annotations

import click

from lanner_console.cli.arguments import FlowName, flow_name
from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Verb
from lanner_console.commands.flow_apply import APPLIED_COLUMNS
from lanner_console.flow_switch import switched
from lanner_console.models import AppliedFlow, FlowText


@click.command("enable", cls=Verb)
@click.argument("names", nargs=-1, required=True, metavar="NS/ID...")
@click.pass_obj
def enable(invocation: Invocation, names: tuple[str, ...]) -> None:
    """Let flows start executions again: takes `disabled` out of their sources."""
    _switch(invocation, names, is_disabled=False)


@click.command("disable", cls=Verb)
@click.argument("names", nargs=-1, required=True, metavar="NS/ID...")
@click.pass_obj
def disable(invocation: Invocation, names: tuple[str, ...]) -> None:
    """Let flows start nothing: puts `disabled: true` into their sources."""
    _switch(invocation, names, is_disabled=True)


def _switch(invocation: Invocation, names: tuple[str, ...], *, is_disabled: bool) -> None:
    wanted = [flow_name(name, invocation.settings.namespace) for name in names]
    rows = invocation.run(_apply(invocation, wanted, is_disabled=is_disabled))
    invocation.print_list(
        "AppliedFlow",
        APPLIED_COLUMNS,
        rows,
        total_count=len(rows),
        name=lambda row: f"{row.namespace}/{row.flow_id}",
    )


async def _apply(
    invocation: Invocation, wanted: list[FlowName], *, is_disabled: bool
) -> list[AppliedFlow]:
    async with invocation.client() as client:
        texts = []
        for one in wanted:
            flow = await client.get_flow(one.namespace, one.flow_id)
            try:
                source = switched(flow.source, is_disabled=is_disabled)
            except ValueError as error:
                raise UsageProblem(f"{one} cannot be switched: {error}") from error
            texts.append(FlowText(name=str(one), source=source, if_revision=flow.revision))
        return await client.apply_flows(texts)
