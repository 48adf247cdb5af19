from __future__ import annotations

import pytest

from lanner_coordinator.runtime.variables import WORKING_DIR_TOKEN, output_paths


@pytest.mark.parametrize(
    ("listed", "paths"),
    [
        (["out.csv", "*.txt", "a/b"], {"out.csv": "/out.csv", "a/b": "/a/b"}),
        ("{{ inputs.files }}", {}),
        (None, {}),
    ],
)
def test_files_that_a_task_is_to_leave_have_paths(listed: object, paths: dict[str, str]) -> None:
    expected = {name: f"{WORKING_DIR_TOKEN}{path}" for name, path in paths.items()}

    assert output_paths(listed) == expected
