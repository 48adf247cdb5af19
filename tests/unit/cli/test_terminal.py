from __future__ import annotations

import pytest

from lanner_console.cli.settings import ColorChoice
from lanner_console.cli.terminal import wants_color

AUTO = ColorChoice.AUTO


@pytest.mark.parametrize(
    ("choice", "environment", "is_tty", "wanted"),
    [
        (AUTO, {}, True, True),
        (AUTO, {}, False, False),
        (AUTO, {"NO_COLOR": "1"}, True, False),
        (AUTO, {"NO_COLOR": ""}, True, True),
        (AUTO, {"TERM": "dumb"}, True, False),
        (AUTO, {"CLICOLOR_FORCE": "1"}, False, True),
        (AUTO, {"FORCE_COLOR": "1"}, False, True),
        (AUTO, {"FORCE_COLOR": "0"}, False, False),
        (AUTO, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        (ColorChoice.ALWAYS, {"NO_COLOR": "1"}, False, True),
        (ColorChoice.NEVER, {"FORCE_COLOR": "1"}, True, False),
    ],
)
def test_colours_follow_the_option_then_the_environment_then_the_stream(
    choice: ColorChoice, environment: dict[str, str], is_tty: bool, wanted: bool
) -> None:
    assert wants_color(choice, environment, is_tty=is_tty) is wanted
