"""`lanner logs`, also `lanner execution logs`: print or follow the log of an execution."""

from __future__ import annotations

import json

import click
from msgspec.structs import replace

from lanner_console.cli.documents import document
from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.live import attached
from lanner_console.cli.log_text import LogWriter
from lanner_console.cli.options import Verb, Word
from lanner_console.cli.settings import Output
from lanner_console.models import LogLevel, LogLine, LogQuery

PAGE_LINES = 5000
FORMS = (Output.TABLE, Output.WIDE, Output.JSONL, Output.JSON)


@click.command("logs", cls=Verb)
@click.argument("execution", metavar="ID")
@click.option("-f", "--follow", is_flag=True, help="Go on until the execution has ended.")
@click.option("--task", default="", metavar="TASK", help="Only of this task.")
@click.option("--level", type=Word(list(LogLevel), "LEVEL"), help="This severity and above.")
@click.option("--grep", default="", metavar="TEXT", help="Only lines with this text.")
@click.option("--tail", type=click.IntRange(min=1, max=10_000), metavar="N", help="Last lines.")
@click.pass_obj
def logs(
    invocation: Invocation,
    execution: str,
    follow: bool,
    task: str,
    level: str | None,
    grep: str,
    tail: int | None,
) -> None:
    """Print the log of an execution: an id, a prefix of it, @latest or @failed."""
    if invocation.settings.output not in FORMS:
        raise UsageProblem(
            f"a log has no {invocation.settings.output} form", fix="choose -o table or jsonl"
        )
    query = LogQuery(
        execution_id=execution,
        task_id=task,
        min_level=LogLevel(level) if level else None,
        text=grep,
    )
    invocation.run(_print(invocation, query, follow=follow, tail=tail or 0))


async def _print(invocation: Invocation, query: LogQuery, *, follow: bool, tail: int) -> None:
    async with invocation.client() as client:
        row = (await client.get_execution(query.execution_id)).row
        query = _for_execution(query, row.id)
        printer = _Printer(invocation)
        position = 0
        if tail:
            page = await client.list_logs(query, limit=tail, tail=True)
            position = printer.write(page.rows, position)
        if follow:
            again = f"lanner logs {row.id} -f"
            async with attached(invocation, f"execution {row.id}", again):
                async for line in client.follow_logs(query, after_position=position):
                    printer.write((line,), position)
            return
        while not tail:
            page = await client.list_logs(query, after_position=position, limit=PAGE_LINES)
            position = printer.write(page.rows, position)
            if len(page.rows) < PAGE_LINES:
                break
        if not printer.has_written:
            invocation.say(f"execution {row.id} has no such log line")


class _Printer:
    """Writes lines in the form that was asked for."""

    def __init__(self, invocation: Invocation) -> None:
        self._invocation = invocation
        self._writer = LogWriter(invocation)
        self._is_json = invocation.settings.output in (Output.JSON, Output.JSONL)
        self.has_written = False

    def write(self, lines: tuple[LogLine, ...], position: int) -> int:
        """Write them and return the position of the last one, or the one given."""
        for line in lines:
            self.has_written = True
            if self._is_json:
                self._invocation.emit(json.dumps(document("LogLine", line), ensure_ascii=False))
            else:
                self._invocation.emit(self._writer.text(line))
        return lines[-1].position if lines else position


def _for_execution(query: LogQuery, execution_id: str) -> LogQuery:
    return replace(query, execution_id=execution_id)
