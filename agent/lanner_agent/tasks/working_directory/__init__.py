"""What is done in working folders beside commands: filling, keeping, storing.

`TASK_TYPES` is for the entry point. The work on a folder that tasks share is no task of a flow, so
it is not among them.
"""

from __future__ import annotations

from lanner_agent.tasks.working_directory.local_files import TASK_TYPES as TASK_TYPES
