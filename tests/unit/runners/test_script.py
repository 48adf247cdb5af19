from __future__ import annotations

import pytest

from lanner_agent.errors import ImageUnavailable, RunnerError, RunnerUnavailable
from lanner_agent.runners.contract import Stream
from lanner_agent.runners.scripted.script import (
    End,
    Ending,
    Save,
    Show,
    Sleep,
    Statement,
    Write,
    parse_script,
)


def parsed(text: str, **environment: str) -> list[Statement]:
    return parse_script(["/bin/sh", "-c", text], environment)


def test_statements_are_read_line_by_line() -> None:
    text = "set -e\n# a comment\necho 'hello;  world' >&2; sleep 1.5\n\nexit 3"

    assert parsed(text) == [
        Write(stream=Stream.STDERR, text="hello;  world"),
        Sleep(seconds=1.5),
        End(ending=Ending.EXIT, exit_code=3),
    ]


def test_files_are_written_appended_and_shown() -> None:
    assert parsed('echo a > "$OUTPUT_DIR/x"\necho b >> y\ncat y', OUTPUT_DIR="/out") == [
        Save(path="/out/x", text="a", appends=False),
        Save(path="y", text="b", appends=True),
        Show(path="y"),
    ]


def test_an_output_line_is_an_ordinary_line() -> None:
    text = """echo '::{"outputs":{"rows":3}}::'"""

    assert parsed(text) == [Write(stream=Stream.STDOUT, text='::{"outputs":{"rows":3}}::')]


def test_what_goes_wrong_can_be_said() -> None:
    assert parsed("oom") == [End(ending=Ending.OUT_OF_MEMORY, exit_code=137)]
    assert parsed("lost") == [End(ending=Ending.LOST, exit_code=None)]
    with pytest.raises(ImageUnavailable, match="no such image"):
        parsed("no-image no such image")
    with pytest.raises(RunnerUnavailable, match="engine is away"):
        parsed("unavailable engine is away")


def test_an_unknown_word_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(RunnerError, match=r'does not know "grep"; it knows cat, echo'):
        parsed("grep x")


def test_a_statement_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(RunnerError, match="sleep soon"):
        parsed("sleep soon")
