"""What the results of a task are kept under: a code of all that they depend on."""

from __future__ import annotations

import re
from urllib.parse import unquote

import msgspec

from lanner_coordinator.engine.execution import Execution, TaskRun
from lanner_coordinator.engine.ids import execution_of
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.runtime.artifacts import ArtifactError, Owner
from lanner_coordinator.runtime.group import LiveEntry
from lanner_coordinator.runtime.namespaces.files.assigning import assigned
from lanner_coordinator.runtime.namespaces.files.book import FileBook
from lanner_coordinator.runtime.rendering import Rendering
from lanner_coordinator.runtime.results.files import folder_uri
from lanner_coordinator.runtime.variables import OUTPUT_DIR_TOKEN, WORKING_DIR_TOKEN

_FOLDERS = {"workingDir": WORKING_DIR_TOKEN, "outputDir": OUTPUT_DIR_TOKEN}


class ResultKeys:
    """Makes keys.

    A key is a code under a secret of the coordinator: it hides what it is made of.
    """

    def __init__(self, rendering: Rendering, files: FileBook) -> None:
        self._rendering = rendering
        self._files = files

    def key(self, entry: LiveEntry, run: TaskRun) -> str:
        """The key of a task run's result; empty: there is none, as for what cannot be rendered.

        It depends on the flow, the task, its type, the value of the innermost loop, the rendered
        properties, and the versions of the files of namespaces that these name.
        """
        execution = entry.live.execution
        try:
            asked = self._rendering.asked(entry, run, also=_FOLDERS)
            properties = assigned(asked.properties, self._files, execution.namespace)
            origins = _Origins(execution)
        except (ArtifactError, ExpressionError, ValueError):
            return ""
        document = (
            execution.namespace,
            execution.flow_id,
            run.task_id,
            asked.type,
            run.path[-1] if run.path else "",
            properties,
            asked.raw,
        )
        # Written twice: only keys that are texts can be put in order.
        plain = msgspec.json.decode(msgspec.json.encode(document, enc_hook=str))
        written = msgspec.json.encode(plain, order="deterministic").decode()
        return self._rendering.fingerprint(origins.put_into(written))


class _Origins:
    """Where files of results that an execution uses again came from.

    With these in their place, a task that reads such a file finds its own result, too. Raises
    ArtifactError where the execution cannot have files.
    """

    def __init__(self, execution: Execution) -> None:
        self._execution = execution
        self._above = folder_uri(self._owner(execution.id), "t", "r").removesuffix("t/r/")

    def put_into(self, text: str) -> str:
        """A text with them in place of the copies that the execution has."""
        if self._above not in text:
            return text
        return re.sub(re.escape(self._above) + r"([^/\\\"]+)/([^/\\\"]+)/", self._origin, text)

    def _origin(self, match: re.Match[str]) -> str:
        run = self._execution.task_runs.get(unquote(match[2]))
        source = run.attempt.result_of if run is not None and run.attempt is not None else ""
        if run is None or not source:
            return match[0]
        return folder_uri(self._owner(execution_of(source)), run.task_id, source)

    def _owner(self, execution_id: str) -> Owner:
        return Owner(
            namespace=self._execution.namespace,
            flow_id=self._execution.flow_id,
            execution_id=execution_id,
        )
