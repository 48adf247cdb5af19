from __future__ import annotations

import base64
import json
from urllib.parse import quote

import pytest

from lanner_agent.masking import MASK, Masker

SECRET = "p@ss word/öäü+1"


@pytest.mark.parametrize(
    "shape",
    [
        SECRET,
        quote(SECRET),
        quote(SECRET, safe=""),
        SECRET.replace(" ", "+").replace("@", "%40").replace("/", "%2F").replace("+1", "%2B1")
        and quote(SECRET, safe="").replace("%20", "+"),
        base64.b64encode(SECRET.encode()).decode(),
        base64.urlsafe_b64encode(SECRET.encode()).decode(),
        SECRET.upper(),
        SECRET.lower(),
        SECRET.encode().hex(),
        SECRET.encode().hex().upper(),
        json.dumps(SECRET)[1:-1],
        json.dumps(SECRET, ensure_ascii=False)[1:-1],
    ],
)
def test_a_secret_is_hidden_in_every_shape(shape: str) -> None:
    assert Masker([SECRET]).mask(f"login with {shape}!") == f"login with {MASK}!"


@pytest.mark.parametrize("prefix", ["", "u", "us", "use", "user:"])
@pytest.mark.parametrize("suffix", ["", "!", "!!", "!!!"])
def test_a_secret_is_hidden_in_base64_of_a_longer_text(prefix: str, suffix: str) -> None:
    encoded = base64.b64encode(f"{prefix}correct horse battery{suffix}".encode()).decode()

    masked = Masker(["correct horse battery"]).mask(encoded)

    assert MASK in masked
    assert len(masked.replace(MASK, "")) <= 14


def test_every_line_of_a_secret_is_hidden() -> None:
    masker = Masker(["-----BEGIN KEY-----\nabcdefgh\n}\n-----END KEY-----"])

    assert masker.mask("key abcdefgh }") == f"key {MASK} }}"


def test_a_secret_that_contains_another_one_is_hidden_whole() -> None:
    assert Masker(["open", "open sesame"]).mask("say open sesame") == f"say {MASK}"


def test_empty_secrets_hide_nothing() -> None:
    assert Masker(["", "  "]).mask("plain text") == "plain text"


def test_signs_of_regular_expressions_are_plain_text() -> None:
    assert Masker(["a.c*"]).mask("abc a.c*") == f"abc {MASK}"


def test_a_secret_can_be_added_later() -> None:
    masker = Masker(["first"])
    masker.add(["second"])

    assert masker.mask("first second third") == f"{MASK} {MASK} third"
