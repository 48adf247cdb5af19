"""Schema of the outputs of a task that ran a command."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_agent.tasks import schema
from lanner_agent.tasks.schema import Schema

COMMAND_OUTPUTS: Mapping[str, Schema] = {
    "vars": schema.any_map('Outputs that the command wrote as `::{"outputs":{…}}::` lines.'),
    "exitCode": schema.whole("The command's exit code."),
    "outputFiles": schema.text_map("Stored files: relative path to URI."),
    "uri": schema.text("URI of the stored file, where there is exactly one."),
    "stdOutLineCount": schema.whole("Lines that the command wrote to stdout."),
    "stdErrLineCount": schema.whole("Lines that the command wrote to stderr."),
    "taskRunner": schema.record(
        {
            "type": schema.text("Type of the runner that ran the command."),
            "containerId": schema.text("Id of its container."),
        },
        description="What ran the command.",
    ),
}
"""Properties of the outputs."""
