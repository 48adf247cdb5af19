"""What the user has chosen, from the configuration and the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from lanner_console.cli.config import Config, CoordinatorContext
from lanner_console.cli.errors import ConfigProblem
from lanner_console.cli.settings import Settings
from lanner_console.clipboard import ClipboardWay
from lanner_console.tui_app import console_options
from lanner_console.workplace import ConsoleOptions


def options(ui: dict[str, object], **environment: str) -> ConsoleOptions:
    context = CoordinatorContext(name="prod", is_read_only=True, confirm="type")
    settings = Settings(
        address="unix:/run/lanner.sock",
        address_origin="test",
        namespace="company",
        context=context,
        config=Config(path=Path("config.toml"), ui=ui, keymap={"executions.retry": "F"}),
    )
    return console_options(settings, environment, Path("/home/me"))


def test_context_and_configuration_are_followed() -> None:
    chosen = options({"theme": "nord", "refresh": 0.5, "clipboard": "osc52"})

    assert chosen.context_name == "prod"
    assert chosen.is_read_only
    assert chosen.confirms_by_typing
    assert chosen.namespace == "company"
    assert chosen.theme == "nord"
    assert chosen.refresh_seconds == 0.5
    assert chosen.clipboard is ClipboardWay.OSC52
    assert chosen.keymap == {"executions.retry": "F"}


def test_nothing_is_repainted_more_than_four_times_a_second() -> None:
    assert options({"refresh": 0.01}).refresh_seconds == 0.25


@pytest.mark.parametrize(
    ("ui", "environment", "is_slow"),
    [
        ({}, {}, False),
        ({}, {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, True),
        ({"low_bandwidth": False}, {"SSH_CONNECTION": "10.0.0.1 1 10.0.0.2 22"}, False),
        ({"low_bandwidth": True}, {}, True),
    ],
)
def test_over_ssh_bytes_are_spared(
    ui: dict[str, object], environment: dict[str, str], is_slow: bool
) -> None:
    assert (options(ui, **environment).refresh_seconds > 0.25) is is_slow


@pytest.mark.parametrize(
    ("ui", "problem"),
    [
        ({"themes": "nord"}, 'there is no setting "ui.themes"'),
        ({"theme": "nrod"}, 'there is no theme "nrod"'),
        ({"refresh": "often"}, "ui.refresh is not a number"),
        ({"clipboard": "xclip"}, 'there is no way to copy "xclip"'),
        ({"low_bandwidth": "yes"}, "ui.low_bandwidth is neither true nor false"),
    ],
)
def test_a_wrong_setting_is_named(ui: dict[str, object], problem: str) -> None:
    with pytest.raises(ConfigProblem, match=problem):
        options(ui)


def test_the_environment_chooses_the_clipboard() -> None:
    assert options({}, LANNER_CLIPBOARD="file").clipboard is ClipboardWay.FILE
