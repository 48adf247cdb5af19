"""Schema of environment and files, of all tasks that run a command."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_agent.tasks import schema
from lanner_agent.tasks.schema import Schema

IF_EXISTS = ("OVERWRITE", "FAIL", "WARN", "IGNORE")
"""What becomes of a file that has the place of a namespace file."""

NAMESPACE_FILES = schema.record(
    {
        "enabled": schema.flag("Whether files are put in place at all.", default=True),
        "include": schema.text_or_texts(
            "Patterns of the files that are wanted (`scripts/**`, `**.sql`); absent: all."
        ),
        "exclude": schema.text_or_texts("Patterns of files that are not."),
        "namespaces": schema.text_or_texts(
            "Whose files; of those with the same name the last counts. Absent: the flow's."
        ),
        "ifExists": schema.choice(
            "What becomes of a file that is there already.", IF_EXISTS, default="OVERWRITE"
        ),
        "folderPerNamespace": schema.flag(
            "Put the files of each namespace into a folder of its name.", default=False
        ),
    },
    description="Files of namespaces to put into the working folder.",
)
"""Schema of `namespaceFiles`; the coordinator gives the agent the files' URIs in its place."""

FILES: Mapping[str, Schema] = {
    "env": schema.text_map("Variables of the command's environment."),
    "inputFiles": schema.text_map(
        "Files that the command finds in its working folder: relative path to text, or to the URI"
        " of an artifact."
    ),
    "outputFiles": schema.text_or_texts(
        "Files of the working folder to store, as patterns (`*.csv`, `data/**`). They are in the"
        " output `outputFiles`, with all files that the command leaves in `{{ outputDir }}`."
    ),
    "namespaceFiles": NAMESPACE_FILES,
}
"""Properties for environment and files."""
