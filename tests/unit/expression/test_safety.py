"""Texts that try to get out of the language or to use up the machine: all refused, and soon."""

from __future__ import annotations

from time import thread_time

import pytest

from lanner_coordinator.flow.expression import DEFAULT_LIMITS, ExpressionError, check, render
from tests.unit.expression.world import World

_SECONDS = 1.0
_VARIABLES: dict[str, object] = {
    "inputs": {"name": "World"},
    "items": [1, 2, 3],
    "long": "a" * 30_000,
    "huge": "a" * 9_000_000,
    "large": 10**9,
    "function": len,
    "thing": object(),
    "kind": dict,
    "deep": [[[[[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]]]],
}

ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ inputs.__class__ }}",
    "{{ inputs['__class__'] }}",
    "{{ inputs.items() }}",
    "{{ inputs.pop('name') }}",
    "{{ inputs.update({}) }}",
    "{{ items.append(1) }}",
    "{{ items.__init__ }}",
    "{{ items.sort }}",
    "{{ (1).__class__ }}",
    "{{ (1.5).hex() }}",
    "{{ 'a'.format(1) }}",
    "{{ '{0.__class__}'.format(1) }}",
    "{{ '%s' % items }}",
    "{{ 'a'.encode() }}",
    "{{ 'a'.join(items) }}",
    "{{ 'x'.getClass() }}",
    "{{ 'x'.getClass().forName('java.lang.Runtime') }}",
    "{{ now().astimezone() }}",
    "{{ function('x') }}",
    "{{ function }}",
    "{{ thing }}",
    "{{ thing.__dict__ }}",
    "{{ kind() }}",
    "{{ kind.fromkeys }}",
    "{{ thing | upper }}",
    "{{ [thing] }}",
    "{{ {'a': thing} | toJson }}",
    "{{ thing == 1 ? 1 : thing }}",
    "{{ now.__globals__ }}",
    "{{ self }}",
    "{{ self._TemplateReference__context }}",
    "{{ _self.env }}",
    "{{ context }}",
    "{{ environment }}",
    "{{ lipsum.__globals__['os'] }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ joiner }}",
    "{{ namespace() }}",
    "{{ dict() }}",
    "{{ open('/etc/passwd') }}",
    "{{ eval('1') }}",
    "{{ __import__('os') }}",
    "{{ items | attr('__class__') }}",
    "{{ items | map(attribute='__class__') }}",
    "{{ items | selectattr('__class__') }}",
    "{% import 'os' as os %}",
    "{% from 'os' import system %}",
    "{% include '/etc/passwd' %}",
    "{% extends 'x' %}",
    "{% call x() %}{% endcall %}",
    "{% do items.append(1) %}",
    "{% autoescape true %}{% endautoescape %}",
    "{{ read('../../etc/passwd') }}",
    "{{ items | jq('env') }}",
    "{{ items | jq('$ENV.PATH') }}",
    "{{ items | jq('input_filename') }}",
    "{{ items | jq('import \"os\" as os; 1') }}",
    "{{ items | jq('get_search_list') }}",
    "{{ items | jq('halt_error') }}",
    "{{ yaml('!!python/object/apply:os.system [ls]') | first }}",
    "{{ yaml('a: !!python/name:os.system x').b }}",
]

ATTACKS = [
    "{{ range(0, 1000000000) }}",
    "{{ 0..large }}",
    "{{ range(0, 9000000000000000000, 3) }}",
    "{% for i in 0..99999 %}{% for j in 0..99999 %}x{% endfor %}{% endfor %}",
    "{{ 'a' * 1000000000 }}",
    "{% set x = 'aaaaaaaaaa' %}{% for i in 0..99 %}{% set x = x ~ x %}{% endfor %}",
    "{% set x = 'aaaaaaaaaa' %}{% for i in 0..99 %}{% set x = x + x %}{% endfor %}",
    "{% set x = [1] %}{% for i in 0..99 %}{% set x = [x, x] %}{% endfor %}{{ x }}",
    "{% set x = [1] %}{% for i in 0..99 %}{% set x = {'a': x, 'b': x} %}{% endfor %}{{ x }}",
    "{% set x = [1] %}{% for i in 0..99 %}{% set x = x | merge(x) %}{% endfor %}",
    "{% set x = 9 %}{% for i in 0..999 %}{% set x = x * x %}{% endfor %}",
    "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
    "{{ " + "[" * 5_000 + "]" * 5_000 + " }}",
    "{{ " + "-" * 5_000 + "1 }}",
    "{{ " + "not " * 5_000 + "true }}",
    "{{ 1" + " | abs" * 4_000 + " }}",
    "{{ items" + ".b" * 4_000 + " }}",
    "{{ 1" + " + 1" * 50_000 + " }}",
    "{{ 1" + " ? 1 : 1" * 1_000 + " }}",
    "{{ '" + "a" * 2_000_000 + "' }}",
    "{{ 1 }}" * 60_000,
    "{% if true %}" * 500 + "{% endif %}" * 500,
    "{{ (long ~ '!') | regexMatch('^(a|aa)+$') }}",
    "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' | regexMatch('^(a|a)*$') }}",
    "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' | regexReplace('^(a|a)*$', '') }}",
    "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' | regexExtract('^(a|a)*$') }}",
    "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' | split('^(a|a)*$') }}",
    "{{ 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab' | replace({'^(a|a)*$': ''}, regexp=true) }}",
    '{{ items | jq(\'"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab" | test("^(a|a)*$")\') }}',
    "{{ 'x' | regexMatch(long) }}",
    "{{ long | replace({'a': long}) }}",
    "{{ long | replace({'': long}) }}",
    "{{ long | regexReplace('a', long) }}",
    "{{ long.replace('a', long) }}",
    "{{ long | split('') | join(long) }}",
    "{{ long | indent(1000000000) }}",
    "{{ 'a\nb' | nindent(1000000000) }}",
    "{{ huge | split('a') }}",
    "{% for i in 1..99999 %}{{ huge | upper }}{% endfor %}",
    "{% for i in 1..99999 %}{% set x = huge | upper %}{% endfor %}",
    "{{ [" + ",".join(["huge"] * 3_000) + "] | toIon }}",
    "{{ [" + ",".join(["huge"] * 3_000) + "] | yaml }}",
    "{{ [" + ",".join(["huge"] * 3_000) + "] | replace({'a': 'b'}) }}",
    "{{ [" + ",".join(["huge"] * 3_000) + "] ~ 'x' }}",
    "{{ nanoId(1000000000) }}",
    "{{ 1 | numberFormat('" + "0" * 10_000 + "') }}",
    "{{ '1e999999999' | number('BIGDECIMAL') }}",
    "{{ now('" + "y" * 10_000 + "') }}",
    "{{ now() | dateAdd(9000000000000000000, 'YEARS') }}",
    "{{ fromJson('" + "[" * 100_000 + "') }}",
    "{{ fromJson('" + "9" * 100_000 + "') }}",
    "{{ yaml('" + "- " * 50_000 + "') }}",
    "{{ yaml('" + "[" * 50_000 + "') }}",
    "{{ fromIon('" + "[" * 50_000 + "') }}",
    "{{ yaml('a: &a [x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\n"
    "c: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c]\n"
    "e: &e [*d,*d,*d,*d,*d,*d,*d,*d]\nf: &f [*e,*e,*e,*e,*e,*e,*e,*e]\n"
    "g: [*f,*f,*f,*f,*f,*f,*f,*f]\n') }}",
    "{{ items | jq('[range(1000000000)]') }}",
    "{{ items | jq('[repeat(1)]') }}",
    "{{ items | jq('until(false; .)') }}",
    "{{ items | jq('def f: f; f') }}",
    "{{ items | jq('def f: f, f; f') }}",
    "{{ items | jq('\"a\" * 1000000000') }}",
    "{{ items | jq('.[1000000000] = 1') }}",
    "{{ items | jq('reduce range(99) as $i (.; [., .])') }}",
    "{{ items | jq('reduce range(99) as $i (\"a\"; . + .)') }}",
    "{{ items | jq('" + " | ".join(["[.,.]"] * 60) + "') }}",
    "{{ items | jq('" + "(" * 3_000 + "1" + ")" * 3_000 + "') }}",
    "{{ items | jq('[range(100)] | [.,.,.,.,.] | combinations') }}",
    "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
    "{% block b %}{{ block('b') }}{% endblock %}",
    "{% set t = '{{ render(t) }}' %}{{ render(t) }}",
    "{% set t = '{{ t }}{{ t }}' %}{{ render(t) }}",
    "{% for i in 0..99999 %}{{ deep }}{% endfor %}",
    "{% for i in 0..99999 %}{{ items | jq('[.[], .[]]') | sort }}{% endfor %}",
    "{{ '" + "a" * 900_000 + "' | " + " | ".join(["toJson | base64encode"] * 20) + " }}",
]


def test_the_list_of_attacks_is_long_enough() -> None:
    assert len(set(ESCAPES)) + len(set(ATTACKS)) >= 60


@pytest.mark.parametrize("template", ESCAPES)
def test_nothing_but_the_language_can_be_reached(template: str) -> None:
    with pytest.raises(ExpressionError):
        render(template, _VARIABLES, World())


@pytest.mark.parametrize("template", ATTACKS, ids=lambda template: template[:60])
def test_an_attack_on_the_machine_is_refused_soon(template: str) -> None:
    started_at = thread_time()

    with pytest.raises(ExpressionError):
        render(template, _VARIABLES, World())

    assert thread_time() - started_at < _SECONDS


@pytest.mark.parametrize("template", ATTACKS, ids=lambda template: template[:60])
def test_checking_an_attack_is_quick(template: str) -> None:
    started_at = thread_time()

    check(template)

    assert thread_time() - started_at < _SECONDS


def test_names_of_python_are_only_names_in_templates() -> None:
    variables = {"import": 1, "lambda": 2, "missing": 3, "context": 4, "environment": 5}

    rendered = render(
        "{{ import }}{{ lambda }}{{ missing }}{{ context }}{{ environment }}", variables, World()
    )

    assert rendered.value == "12345"


def test_the_default_limits_are_those_the_reference_names() -> None:
    assert (DEFAULT_LIMITS.iterations, DEFAULT_LIMITS.seconds) == (100_000, 0.5)
