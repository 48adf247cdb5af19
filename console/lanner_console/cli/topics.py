"""Texts of `lanner help`: exit codes, filters, keys."""

from __future__ import annotations

from lanner_console.cli.errors import CliError
from lanner_console.cli.exit_codes import MEANINGS

FILTER_TEXT = """\
A filter is a list of terms; all of them must hold.

  state:FAILED,KILLED      one of these states
  ns:company.team1*        namespace; * stands for any characters
  flow:etl_*               id of the flow
  id:5Zk*                  id of the execution
  label.env:prod           label `env` is `prod`
  trigger:schedule,manual  schedule, manual, webhook, flow, polling, backfill
  started>-24h             started in the last 24 hours; also ended, created
  ended<2026-11-20         ended before a date
  dur>10m                  ran longer than ten minutes
  rev:12                   revision of the flow
  attempts>2               started more than twice
  task:load                has a task run of this task
  task.state:FAILED        has a task run in this state
  agent:etl-3              ran on this agent
  error~"timeout|refused"  its error matches a regular expression
  orders                   a plain word: part of id, flow, namespace or error

A comma means OR, a space means AND, a leading - means NOT: -label.test:*
Quote values with spaces: error~"connection refused"

The same language filters the console's lists, `lanner execution list --filter`
and the batches of `lanner execution retry --filter` and `kill --filter`.
"""


def exit_codes_text() -> str:
    """The table of exit codes."""
    return "".join(f"{int(code):>4}  {meaning}\n" for code, meaning in MEANINGS.items())


def keys_text() -> str:
    """Every key of the console, from its own table of keys.

    Raises:
        CliError: The console is not installed.
    """
    try:
        from textual.binding import Binding

        from lanner_console import keymap
    except ModuleNotFoundError as error:
        raise CliError(
            "the console is not installed, and its keys with it",
            why=str(error),
            fix="install it: pip install 'lanner[console]'",
        ) from error
    lines = [f"{'KEY':<24}{'ID':<28}DOES"]
    for value in vars(keymap).values():
        for binding in value if isinstance(value, (list, tuple)) else ():
            if isinstance(binding, Binding):
                keys = binding.key.replace(",", " ")
                lines.append(f"{keys:<24}{binding.id or '':<28}{binding.description}")
    return "\n".join(dict.fromkeys(lines)) + "\n"
