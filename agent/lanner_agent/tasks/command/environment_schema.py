"""Schema of environment and files, of all tasks that run a command."""

from __future__ import annotations

from collections.abc import Mapping

from lanner_agent.tasks import schema
from lanner_agent.tasks.schema import Schema

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
    "namespaceFiles": schema.any_value("Files of the namespace. Not read by this version."),
}
"""Properties for environment and files."""
