"""The variables that expressions start with, and what was likely meant by a name that is none."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from lanner_coordinator.flow.suggest import nearest

ROOTS: Mapping[str, str] = {
    "flow": "Id, namespace and revision of the flow.",
    "execution": "Id, start and labels of the execution.",
    "inputs": "Values of the flow's inputs.",
    "vars": "The flow's variables, unrendered.",
    "outputs": "Outputs of the tasks that ran before, by task id.",
    "tasks": "States of the tasks that ran before, by task id.",
    "task": "Id and type of the task.",
    "workerTaskrun": "The `taskrun` of the WorkingDirectory that the task is in.",
    "taskrun": "Id, start, attempts and loop value of the task run.",
    "trigger": "What started the execution.",
    "labels": "Labels of the execution.",
    "parent": "The nearest enclosing iteration of a loop.",
    "parents": "The enclosing iterations of loops, the nearest first.",
    "item": "Value and index of the current iteration.",
    "envs": "Environment variables of the coordinator that flows may see.",
    "globals": "Values of the coordinator's configuration.",
    "kestra": "Environment and URL of the coordinator, as Kestra names them.",
    "namespace": "Variables of the namespace.",
    "workingDir": "Folder in which a script runs.",
    "outputDir": "Folder whose files become outputs.",
    "outputFiles": "Paths of the files that a script is to write.",
    "inputFiles": "Paths of the files that a script is given.",
    "schedule": "Dates of the schedule that started the execution.",
    "response": "Response of an HTTP trigger, in its condition.",
    "count": "Number of executions, in `expression` of `core.execution.Count`.",
    "error": "What went wrong, in `errors`.",
    "state": "State of the execution, in `afterExecution` and conditions.",
}
"""What each of them holds, for the reference."""


def meant_instead(name: str, own_names: Mapping[str, Collection[str]]) -> str:
    """What an unknown variable was meant to be; empty where nobody can say.

    Args:
        name: Of the variable.
        own_names: What the flow defines, by the variable that holds it: ids of inputs …
    """
    for root, names in own_names.items():
        if name in names:
            return f"{root}.{name}"
    found = nearest(name, ROOTS, cutoff=0.75)
    return found[0] if found else ""
