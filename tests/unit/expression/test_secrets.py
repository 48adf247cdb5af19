from __future__ import annotations

import hashlib

import pytest

from lanner_coordinator.flow.expression import ExpressionError, render
from tests.unit.expression.world import World

SECRET = 'p@ss "word"'


def secrets_of(template: str, **variables: object) -> frozenset[str]:
    return render(template, variables, World(secrets={"K": SECRET})).secrets


@pytest.mark.parametrize(
    ("template", "derived"),
    [
        ("{{ secret('K') }}", SECRET),
        ("{{ secret('K') | upper }}", SECRET.upper()),
        ("{{ secret('K') | base64encode }}", "cEBzcyAid29yZCI="),
        ("{{ secret('K') | urlencode }}", "p%40ss+%22word%22"),
        ("{{ ('x' ~ secret('K')) | base64encode }}", "eHBAc3MgIndvcmQi"),
        ("{{ secret('K') | replace({'p': 'q'}) }}", 'q@ss "word"'),
        ("{{ secret('K') | slice(0, 6) }}", 'p@ss "'),
        ("{{ secret('K') | split('@') | last }}", 'ss "word"'),
        ("{{ secret('K') | toJson }}", '"p@ss \\"word\\""'),
        ("{{ {'a': secret('K')} }}", 'p@ss \\"word\\"'),
        ("{{ {'a': [secret('K')]} | toIon }}", '{a:["p@ss \\"word\\""]}'),
        ("{% set x = secret('K') %}{{ x | sha256 }}", hashlib.sha256(SECRET.encode()).hexdigest()),
        ("{% filter upper %}a{{ secret('K') }}{% endfilter %}", "A" + SECRET.upper()),
        (
            "{% macro m(x) %}<{{ x }}>{% endmacro %}{{ m(secret('K')) | base64encode }}",
            "PHBAc3MgIndvcmQiPg==",
        ),
        ("{{ [secret('K')] | jq('.[0] | ascii_upcase') }}", SECRET.upper()),
        ("{{ secret('K').toUpperCase() }}", SECRET.upper()),
        ("{% set s = secret('K') %}{{ render('{{ s | upper }}') }}", SECRET.upper()),
    ],
)
def test_everything_made_of_a_secret_is_a_secret(template: str, derived: str) -> None:
    found = secrets_of(template)

    assert {SECRET, derived} <= found


def test_what_only_passes_by_a_secret_is_no_secret() -> None:
    found = secrets_of("{{ ['public text', secret('K')] | first }}{{ {'user': 'bob'} | keys }}")

    assert found == {SECRET, 'p@ss \\"word\\"'}


def test_parts_of_a_secret_document_are_secrets() -> None:
    world = World(secrets={"DOC": '{"user": "alice", "pin": 123456}'})

    rendered = render("{{ fromJson(secret('DOC')).pin }}", {}, world)

    assert {"alice", "123456"} <= rendered.secrets


def test_secrets_that_were_known_before_taint_too() -> None:
    rendered = render(
        "{{ inputs.token | base64encode }}",
        {"inputs": {"token": "tok-123"}},
        World(),
        secrets=frozenset({"tok-123"}),
    )

    assert rendered.secrets == {"tok-123", "dG9rLTEyMw=="}


def test_without_secrets_nothing_is_masked() -> None:
    assert render("{{ 'a' | upper }}", {}, World()).secrets == frozenset()


def test_a_secret_is_in_no_error_message() -> None:
    world = World(secrets={"K": SECRET})

    with pytest.raises(ExpressionError) as caught:
        render("{{ secret('K') - 1 }}", {}, world)

    assert SECRET not in str(caught.value)
