from __future__ import annotations

from pathlib import Path

import pytest

from lanner_console.cli.config import read_config, work_tree_namespace
from lanner_console.cli.errors import ConfigProblem
from lanner_console.cli.settings import (
    GivenOptions,
    Output,
    Settings,
    default_data_folder,
    resolve_settings,
    timeout_of,
)

CONFIG = """
default_context = "dev"
[ui]
theme = "auto"
[keymap]
"executions.retry" = "r"
[views]
timeouts = 'state:FAILED'
[context.dev]
address = "unix:/run/dev.sock"
namespace = "company"
[context.prod]
address = "localhost:7443"
read_only = true
"""


@pytest.fixture
def config_file(tmp_path: Path) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(CONFIG)
    return path


def settle(given: GivenOptions, folder: Path, **environment: str) -> Settings:
    return resolve_settings(given, environment, folder)


def test_the_file_is_read_whole(config_file: Path) -> None:
    config = read_config(config_file)

    assert config.default_context == "dev"
    assert config.contexts["prod"].is_read_only
    assert config.keymap == {"executions.retry": "r"}
    assert config.views == {"timeouts": "state:FAILED"}
    assert config.ui == {"theme": "auto"}


def test_a_missing_file_is_an_empty_one(tmp_path: Path) -> None:
    assert read_config(tmp_path / "none.toml").contexts == {}


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        ("defalt_context = 'x'", 'no setting "defalt_context"', "did you mean default_context?"),
        ("[context.a]\nadress = 'x'", 'no setting "context.a.adress"', "did you mean address?"),
        ("x = ", "is not TOML", "correct the line"),
        ("context = 1", "context is not a section", r"write [context]"),
    ],
)
def test_a_wrong_file_is_refused_with_what_to_do(
    tmp_path: Path, text: str, what: str, fix: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(text)

    with pytest.raises(ConfigProblem) as problem:
        read_config(path)

    assert what in problem.value.what
    assert fix in problem.value.fix


def test_the_address_comes_from_the_flag_before_all_else(config_file: Path) -> None:
    settings = settle(
        GivenOptions(address="localhost:1", context="prod"),
        config_file.parent,
        LANNER_CONFIG=str(config_file),
        LANNER_ADDRESS="localhost:2",
    )

    assert settings.address == "localhost:1"


def test_then_from_the_environment(config_file: Path) -> None:
    settings = settle(
        GivenOptions(),
        config_file.parent,
        LANNER_CONFIG=str(config_file),
        LANNER_ADDRESS="localhost:2",
    )

    assert settings.address == "localhost:2"


@pytest.mark.parametrize(
    ("given", "environment", "address"),
    [
        (GivenOptions(context="prod"), {"LANNER_CONTEXT": "dev"}, "localhost:7443"),
        (GivenOptions(), {"LANNER_CONTEXT": "prod"}, "localhost:7443"),
        (GivenOptions(), {}, "unix:/run/dev.sock"),
    ],
)
def test_then_from_the_context_that_flag_environment_or_file_names(
    config_file: Path, given: GivenOptions, environment: dict[str, str], address: str
) -> None:
    settings = settle(given, config_file.parent, LANNER_CONFIG=str(config_file), **environment)

    assert settings.address == address


def test_then_from_the_default_data_folder(tmp_path: Path) -> None:
    settings = settle(GivenOptions(), tmp_path, LANNER_CONFIG=str(tmp_path / "none"))

    assert settings.address == f"unix:{default_data_folder()}/coordinator.sock"


def test_an_unknown_context_is_refused_with_the_known_ones(config_file: Path) -> None:
    with pytest.raises(ConfigProblem) as problem:
        settle(GivenOptions(context="prodd"), config_file.parent, LANNER_CONFIG=str(config_file))

    assert problem.value.what == 'there is no context "prodd"'
    assert "dev, prod" in problem.value.why
    assert problem.value.fix == "did you mean prod?"


def test_a_namespace_of_the_working_tree_wins_over_the_contexts(config_file: Path) -> None:
    (config_file.parent / ".lanner.toml").write_text('namespace = "team"')
    below = config_file.parent / "flows" / "daily"
    below.mkdir(parents=True)

    settings = settle(GivenOptions(), below, LANNER_CONFIG=str(config_file))
    given = settle(GivenOptions(namespace="mine"), below, LANNER_CONFIG=str(config_file))

    assert (settings.namespace, given.namespace) == ("team", "mine")


def test_a_working_tree_may_not_choose_where_commands_go(tmp_path: Path) -> None:
    (tmp_path / ".lanner.toml").write_text('address = "evil:1"')

    with pytest.raises(ConfigProblem, match='no setting "address"'):
        work_tree_namespace(tmp_path)


def test_a_wrong_word_in_the_environment_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigProblem, match='"xml" is not one of table'):
        settle(GivenOptions(), tmp_path, LANNER_CONFIG=str(tmp_path / "no"), LANNER_OUTPUT="xml")


def test_the_output_comes_from_the_environment_too(tmp_path: Path) -> None:
    settings = settle(
        GivenOptions(), tmp_path, LANNER_CONFIG=str(tmp_path / "no"), LANNER_OUTPUT="json"
    )

    assert settings.output is Output.JSON


def test_a_timeout_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="give more than zero"):
        timeout_of("0s")
