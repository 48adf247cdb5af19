"""The work on a folder that the tasks of a WorkingDirectory share, before and after them.

It comes as an attempt like others, which works in that folder.
"""

from __future__ import annotations

from lanner_agent.tasks import schema
from lanner_agent.tasks.command.input_files import read_input_files
from lanner_agent.tasks.command.namespace_files import (
    place_namespace_files,
    read_namespace_files,
)
from lanner_agent.tasks.contract import Properties, TaskContext, TaskResult, TaskType
from lanner_agent.tasks.properties import PropertyReader
from lanner_agent.tasks.working_directory.cache import read_cache, restore, save
from lanner_agent.tasks.working_directory.placed_files import place, store

FILL = "FILL"
COLLECT = "COLLECT"


async def run(context: TaskContext, properties: Properties) -> TaskResult:
    """Fill the folder, or collect its files."""
    reader = PropertyReader(properties)
    work = reader.choice("work", (FILL, COLLECT), FILL)
    cache = read_cache(reader)
    files = read_input_files(reader)
    patterns = reader.texts("outputFiles")
    namespace_files = read_namespace_files(reader)
    reader.finish()
    await context.started("files")
    if work == FILL:
        await restore(context, cache)
        await place_namespace_files(context, namespace_files)
        await place(context, files)
        return TaskResult()
    outputs = {"outputFiles": await store(context, patterns)} if patterns else {}
    await save(context, cache)
    return TaskResult(outputs=outputs)


WORKING_DIRECTORY = TaskType(
    name="io.kestra.plugin.core.flow.WorkingDirectory",
    description="Work on the folder that the tasks of a WorkingDirectory share.",
    properties_schema=schema.record({}),
    outputs_schema=schema.record({}),
    run=run,
)
"""Known to the agent alone: flows name the flowable, which the coordinator runs."""
