"""`core.storage.LocalFiles`: files put into the working folder, and files of it stored."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from lanner_agent.tasks import schema
from lanner_agent.tasks.command.input_files import read_input_files
from lanner_agent.tasks.contract import Properties, TaskContext, TaskResult, TaskType
from lanner_agent.tasks.properties import PropertyReader
from lanner_agent.tasks.working_directory.placed_files import place, store

NAME = "io.kestra.plugin.core.storage.LocalFiles"


async def run(context: TaskContext, properties: Properties) -> TaskResult:
    """Place the inputs, then move the outputs into artifact storage."""
    reader = PropertyReader(properties)
    files = read_input_files(reader, "inputs")
    patterns = reader.texts("outputs")
    reader.finish()
    await context.started("files")
    await place(context, files)
    uris = await store(context, patterns)
    await asyncio.to_thread(_remove, context.working_dir, list(uris))
    return TaskResult(outputs={"uris": uris})


def _remove(root: Path, names: Sequence[str]) -> None:
    for name in names:
        (root / name).unlink(missing_ok=True)


TASK_TYPES: Sequence[TaskType] = (
    TaskType(
        name=NAME,
        description=(
            "Put files into the working folder and move files of it into artifact storage, in a"
            " WorkingDirectory. Deprecated: `inputFiles` and `outputFiles` do the same."
        ),
        properties_schema=schema.record(
            {
                "inputs": schema.text_map(
                    "Files to make: relative path to text, or to the URI of an artifact."
                ),
                "outputs": schema.text_or_texts(
                    "Files to move into artifact storage, as patterns (`*.csv`, `data/**`)."
                ),
            }
        ),
        outputs_schema=schema.record(
            {"uris": schema.text_map("URIs of the files that were stored, by relative path.")}
        ),
        run=run,
        examples=(f"id: files\ntype: {NAME}\ninputs:\n  hello.txt: Hello\noutputs: [hello.txt]\n",),
    ),
)
"""All types of this family, for the entry point."""
