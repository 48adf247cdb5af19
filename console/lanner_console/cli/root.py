"""The program's own command: the nouns, their other names and the text of `lanner --help`."""

from __future__ import annotations

import sys
from typing import Any

import click

from lanner_console.cli.group import LazyGroup
from lanner_console.cli.options import given_options, shared_options

MODULES = {
    "up": "lanner_console.commands.up:up",
    "console": "lanner_console.commands.console:console",
    "flow": "lanner_console.commands.flow:flow",
    "execution": "lanner_console.commands.execution:execution",
    "logs": "lanner_console.commands.logs:logs",
    "batch": "lanner_console.commands.batch:batch",
    "trigger": "lanner_console.commands.trigger:trigger",
    "kv": "lanner_console.commands.kv:kv",
    "secret": "lanner_console.commands.secret:secret",
    "template": "lanner_console.commands.template:template",
    "namespace": "lanner_console.commands.namespace:namespace",
    "agent": "lanner_console.commands.agent:agent",
    "coordinator": "lanner_console.commands.coordinator:coordinator",
    "doctor": "lanner_console.commands.doctor:doctor",
    "completion": "lanner_console.commands.completion:completion",
    "version": "lanner_console.commands.version:version",
    "help": "lanner_console.commands.help:help_command",
}
ALIASES = {
    "ui": "console",
    "flows": "flow",
    "ex": "execution",
    "exec": "execution",
    "executions": "execution",
    "log": "logs",
    "batches": "batch",
    "triggers": "trigger",
    "agents": "agent",
    "secrets": "secret",
    "templates": "template",
    "ns": "namespace",
    "namespaces": "namespace",
}
HELP = """\
lanner — run, watch and repair workflows (Kestra-compatible flows)

Usage: lanner [OPTIONS] COMMAND [ARGS]

  lanner up                                   start a coordinator and an agent
  lanner ui                                   open the console
  lanner flow apply flows/ --dry-run          show what would change
  lanner flow run company.etl/load_orders -i day=2026-11-23 --follow
  lanner execution list --filter 'state:FAILED started>-24h'
  lanner execution retry --filter 'state:FAILED error~"timeout"' --dry-run
  lanner logs @failed -f

Work with runs
  execution   list, get, watch, logs, files, retry, restart, replay, kill,
              mark, pause, resume, approve, deny, change-state, label,
              force-run, unqueue, delete, purge, acts, eval
  logs        print or follow the log of an execution
  batch       list, describe, pause, resume, stop   (bulk actions on the server)
Define
  flow        validate, test, apply, list, get, delete, run, enable, disable,
              schema, migrate, expand
  trigger     list, enable, disable, backfill
  template    apply, list, get, delete   (tasks that flows put in)
  kv          set, get, list, delete   (values that flows keep)
  secret      set, list, delete, rotate-key
  namespace   list, get, set, apply, delete, files   (also: ns)
Operate
  console     the terminal interface (also: ui)
  agent       list, drain
Run the parts
  up                  a coordinator and an agent on this machine
  coordinator run     a coordinator
  agent run           an agent
Set up
  doctor completion version help

Options
      --address ADDRESS     unix:/path or host:port       [env LANNER_ADDRESS]
  -c, --context NAME        context of the config file    [env LANNER_CONTEXT]
  -n, --namespace NS        default namespace             [env LANNER_NAMESPACE]
  -o, --output FORMAT       table wide json jsonl yaml csv name  [LANNER_OUTPUT]
      --color WHEN          auto always never             [env NO_COLOR]
      --ascii               ASCII only
      --time FORM           relative iso local utc        [env LANNER_TIME]
  -q, --quiet / -v, --verbose / --debug
      --timeout DURATION    one request (default 30s)
  -h, --help   -V, --version

Exit codes: lanner help exit-codes · Keys: lanner help keys
Filters: lanner help filter
"""
HINT = "Open the console with `lanner ui`."


class RootGroup(LazyGroup):
    """The program; its help is a text of its own."""

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the text."""
        formatter.write(HELP)


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from lanner_console.commands.version import SOURCE_TREE, installed_version

        click.echo(f"lanner {installed_version() or SOURCE_TREE}")
        ctx.exit()


def _without_command(ctx: click.Context) -> Any:
    """Open the console where a person and a coordinator are there, else print the help."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        from lanner_console.commands.console import console, is_reachable

        if is_reachable(given_options(ctx)):
            return ctx.invoke(console)
    click.echo(ctx.get_help(), nl=False)
    if sys.stdout.isatty():
        click.echo(f"\n{HINT}")
    return None


@click.pass_context
def _root(ctx: click.Context) -> Any:
    given_options(ctx)
    return _without_command(ctx) if ctx.invoked_subcommand is None else None


root = RootGroup(
    name="lanner",
    callback=_root,
    invoke_without_command=True,
    modules=MODULES,
    aliases=ALIASES,
    params=[
        *shared_options(),
        click.Option(
            ["-V", "--version"],
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_print_version,
        ),
    ],
)
