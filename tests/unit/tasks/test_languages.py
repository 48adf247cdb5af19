from __future__ import annotations

from lanner_agent.tasks.scripts.languages import Language


def test_one_program_is_called_by_its_name() -> None:
    node = Language(name="node", title="Node.js", image="node", programs=("node",), example="")

    assert node.command_for("script.js") == "node script.js"


def test_of_several_programs_the_first_installed_one_is_called() -> None:
    python = Language(
        name="python", title="Python", image="python", programs=("python", "python3"), example=""
    )

    assert python.command_for("script.py") == (
        '"$(command -v python || command -v python3 || echo python)" script.py'
    )
