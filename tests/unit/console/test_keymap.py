"""The keys are one table: nothing in it may contradict itself."""

from __future__ import annotations

from collections import Counter

import pytest
from textual.binding import Binding

from lanner_console.dialogs.help import MEANINGS, help_text
from lanner_console.glyphs import ASCII, UNICODE
from lanner_console.keymap import FORBIDDEN_KEYS, SECTIONS
from lanner_console.models import State
from lanner_console.widgets.key_names import key_name

ALL = [binding for bindings in SECTIONS.values() for binding in bindings]


def test_every_id_is_used_once() -> None:
    assert [id for id, count in Counter(one.id for one in ALL).items() if count > 1] == []


@pytest.mark.parametrize("bindings", SECTIONS.values(), ids=SECTIONS)
def test_keys_and_actions_of_a_section_are_distinct(bindings: list[Binding]) -> None:
    keys = Counter(key.strip() for one in bindings for key in one.key.split(","))
    actions = Counter(one.action for one in bindings)

    assert [key for key, count in keys.items() if count > 1] == []
    assert [action for action, count in actions.items() if count > 1] == []


@pytest.mark.parametrize("binding", ALL, ids=lambda one: str(one.id))
def test_a_key_is_allowed_described_and_in_help(binding: Binding) -> None:
    keys = {key.strip() for key in binding.key.split(",")}

    assert keys & FORBIDDEN_KEYS == set()
    assert binding.description
    assert f" {binding.id}" in help_text("", UNICODE).plain


def test_help_is_searched_by_what_keys_do() -> None:
    found = help_text("retry what failed", UNICODE).plain

    assert "batch.retry" in found
    assert "executions.kill" not in found


def test_help_begins_with_what_works_now() -> None:
    assert help_text("", UNICODE, {"triggers.switch"}).plain.startswith("Triggers")


def test_every_state_has_a_sign_in_both_sets_and_a_meaning() -> None:
    states = {str(state) for state in State if state is not State.UNKNOWN}

    assert set(UNICODE.states) == set(ASCII.states) == states
    assert {str(state) for state in MEANINGS} == states
    assert all(sign.isascii() and len(sign) == 1 for sign in ASCII.states.values())
    assert len(set(ASCII.states.values())) == len(ASCII.states)


@pytest.mark.parametrize(
    ("key", "name"),
    [("ctrl+k", "^k"), ("enter", "↵"), ("shift+down", "shift+↓"), ("f5", "F5"), ("slash", "/")],
)
def test_keys_are_written_as_people_write_them(key: str, name: str) -> None:
    assert key_name(key, UNICODE) == name
    assert key_name(key, ASCII).isascii()
