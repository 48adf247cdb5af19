from __future__ import annotations

import pytest

from lanner_coordinator.flow.expression import ExpressionValueError
from tests.unit.expression.world import text


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ 'abc' | upper }}", "ABC"),
        ("{{ 'ABC' | lower }}", "abc"),
        ("{{ ['a b', 1] | upper }}", "[A B, 1]"),
        ("{{ {'A': true} | lower }}", "{a=true}"),
        ("{{ '  a b ' | trim }}", "a b"),
        ("{{ ' hello world' | capitalize }}", " Hello world"),
        ("{{ 'hello big world' | title }}", "Hello Big World"),
        ("{{ 'abcdefghij' | abbreviate(8) }}", "abcde..."),
        ("{{ 'abc' | abbreviate(8) }}", "abc"),
        ("{{ 'a.b.c' | substringBefore('.') }}", "a"),
        ("{{ 'a.b.c' | substringBeforeLast('.') }}", "a.b"),
        ("{{ 'a.b.c' | substringAfter('.') }}", "b.c"),
        ("{{ 'a.b.c' | substringAfterLast('.') }}", "c"),
        ("{{ 'abc' | substringAfter('x') }}", ""),
        ("{{ 'abc' | substringBeforeLast('x') }}", "abc"),
        ("{{ 'abc' | startsWith('ab') }}", "true"),
        ("{{ 'abc' | endsWith('ab') }}", "false"),
        ("{{ 'Çà et Là -- Test!' | slugify }}", "ca-et-la-test"),
        ("{{ 'a\nb' | indent(2) }}", "a\n  b"),
        ("{{ 'a\nb' | nindent(1, '-') }}", "\n-a\n-b"),
        ("{{ \"it's\" | escapeChar('shell') }}", "it'\\''s"),
        ("{{ \"it's\" | escapeChar(type='single') }}", "it\\'s"),
        ("{{ {'a': ['\"']} | escapeChar('double') }}", '{"a":["\\\\\\""]}'),
        ('{{ "it\'s" | sh }}', "it'\\''s"),
        ("{{ 'a\nb' | condense }}", "ab"),
        ("{{ 12.5 | string }}", "12.5"),
        ("{{ null | upper }}", ""),
        ("{{ 'hello' | length }}", "5"),
        ("{{ null | length }}", "0"),
        ("{{ 'hello' | slice(1, 3) }}", "el"),
        ("{{ 'hello' | first }}{{ 'hello' | last }}", "ho"),
    ],
)
def test_text_filters(template: str, expected: str) -> None:
    assert text(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ 'hi' | base64encode }}", "aGk="),
        ("{{ 7 | base64encode }}", "Nw=="),
        ("{{ {'k': 1} | base64encode | base64decode }}", "{k=1}"),
        ("{{ true | upper }}{{ [1.5, 'A'] | lower }}", "TRUE[1.5, a]"),
        ("{{ 'aGk=' | base64decode }}", "hi"),
        ("{{ 'a b&c~' | urlencode }}", "a+b%26c%7E"),
        ("{{ 'a+b%26c' | urldecode }}", "a b&c"),
        ("{{ 'hello' | md5 }}", "5d41402abc4b2a76b9719d911017c592"),
        ("{{ 'hello' | sha1 }}", "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d"),
        ("{{ 'hello' | sha256 | slice(0, 12) }}", "2cf24dba5fb0"),
        ("{{ 'hello' | sha512 | slice(0, 12) }}", "9b71d224bd62"),
    ],
)
def test_encodings_and_digests(template: str, expected: str) -> None:
    assert text(template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ 'aXbX' | replace({'X': '-', 'a': 'A'}) }}", "A-b-"),
        ("{{ 'a1b22' | replace({'[0-9]+': '#'}, regexp=true) }}", "a#b#"),
        ("{{ {'k': ['ab', 1, null]} | replace({'a': 'z'}) }}", '{"k":["zb","1",null]}'),
        ("{{ 'a,b,,' | split(',') }}", '["a","b"]'),
        ("{{ 'a,b,c' | split(',', 2) }}", '["a","b,c"]'),
        ("{{ 'a,b,,' | split(',', -1) }}", '["a","b","",""]'),
        ("{{ 'a1b2c' | split('[0-9]') }}", '["a","b","c"]'),
        ("{{ ',,' | split(',') }}", "[]"),
        ("{{ 'abc' | split(',') }}", '["abc"]'),
        ("{{ 'abc' | split('') }}", '["a","b","c"]'),
        ("{{ 'order-42' | regexMatch('[0-9]+') }}", "true"),
        ("{{ 'order' | regexMatch('[0-9]+') }}", "false"),
        ("{{ 'a1b2' | regexReplace('([a-z])([0-9])', '$2$1') }}", "1a2b"),
        ("{{ 'ab' | regexReplace('(?<x>a)', '${x}${x}') }}", "aab"),
        ("{{ 'a' | regexReplace('a', '\\$') }}", "$"),
        ("{{ 'id=42;' | regexExtract('id=([0-9]+)', 1) }}", "42"),
        ("{{ 'none' | regexExtract('[0-9]+') }}", ""),
        ("{{ 'a.b' | replace({'\\Q.\\E': '-'}, regexp=true) }}", "a-b"),
    ],
)
def test_patterns(template: str, expected: str) -> None:
    assert text(template) == expected


@pytest.mark.parametrize(
    "template",
    [
        "{{ 1 | trim }}",
        "{{ 'a' | upper('x') }}",
        "{{ 'a' | abbreviate }}",
        "{{ 'a' | abbreviate(-1) }}",
        "{{ 'a' | abbreviate('x') }}",
        "{{ 'a' | substringBefore(separator=1) }}",
        "{{ 'a' | substringBefore(sep='.') }}",
        "{{ 'a' | escapeChar('other') }}",
        "{{ 'a' | split }}",
        "{{ 'a' | replace }}",
        "{{ 'a' | replace({'(': 'x'}, regexp=true) }}",
        "{{ 'a' | regexReplace('a', '$9') }}",
        "{{ 'a' | regexExtract('a', 3) }}",
        "{{ '%%%' | base64decode }}",
        "{{ {} | sha256 }}",
        "{{ '' | first }}",
        "{{ 'abc' | slice(2, 1) }}",
        "{{ 'a\nb' | indent(-1) }}",
        "{{ 'a' | unknown }}",
    ],
)
def test_values_a_filter_cannot_work_with_are_refused(template: str) -> None:
    with pytest.raises(ExpressionValueError):
        text(template)


def test_a_missing_argument_is_named() -> None:
    with pytest.raises(ExpressionValueError, match="expects an argument 'length'"):
        text("{{ 'a' | abbreviate }}")
