from __future__ import annotations

from lanner_agent.tasks.scripts.languages import LANGUAGES, Language


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


def test_a_file_that_is_a_command_itself_is_looked_for_in_the_folder() -> None:
    (powershell,) = [one for one in LANGUAGES if one.name == "powershell"]

    assert powershell.command_for("script.ps1") == "& ./script.ps1"
    assert powershell.interpreter[0] == "pwsh"


def test_every_language_has_a_name_of_its_own() -> None:
    names = [language.name for language in LANGUAGES]

    assert len(set(names)) == len(names) == 16
