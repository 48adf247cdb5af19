"""One example for each filter, function and test, and the world they are rendered in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from lanner_coordinator.flow.expression import NoEffects

FILTERS: Mapping[str, str] = {
    "abbreviate": "{{ 'A long sentence' | abbreviate(10) }}",
    "abs": "{{ -3 | abs }}",
    "base64decode": "{{ 'SGVsbG8=' | base64decode }}",
    "base64encode": "{{ 'Hello' | base64encode }}",
    "capitalize": "{{ 'hello world' | capitalize }}",
    "chunk": "{{ [1, 2, 3] | chunk(2) }}",
    "className": "{{ 'text' | className }}",
    "condense": "{{ 'one\ntwo' | condense }}",
    "date": "{{ '2026-01-31T06:00:00Z' | date('dd.MM.yyyy HH:mm', timeZone='Europe/Paris') }}",
    "dateAdd": "{{ '2026-01-31' | dateAdd(1, 'DAYS') }}",
    "default": "{{ inputs.missing | default('nothing') }}",
    "distinct": "{{ [1, 2, 1] | distinct }}",
    "endsWith": "{{ 'orders.csv' | endsWith('.csv') }}",
    "escapeChar": "{{ \"it's\" | escapeChar('shell') }}",
    "first": "{{ [3, 1, 2] | first }}",
    "flatten": "{{ [[1, 2], [3]] | flatten }}",
    "indent": "{{ 'a\nb' | indent(2) }}",
    "join": "{{ ['a', 'b'] | join(', ') }}",
    "jq": "{{ outputs.load.rows | jq('map(.id)') }}",
    "json": "{{ {'a': 1} | json }}",
    "keys": "{{ {'a': 1, 'b': 2} | keys }}",
    "last": "{{ [3, 1, 2] | last }}",
    "length": "{{ inputs.name | length }}",
    "lower": "{{ 'Hello' | lower }}",
    "md5": "{{ 'Hello' | md5 }}",
    "merge": "{{ {'a': 1} | merge({'b': 2}) }}",
    "nindent": "{{ 'a\nb' | nindent(2) }}",
    "number": "{{ '42' | number('INT') + 1 }}",
    "numberFormat": "{{ 1234.5 | numberFormat('#,##0.00') }}",
    "regexExtract": "{{ 'order-4711.csv' | regexExtract('[0-9]+') }}",
    "regexMatch": "{{ 'order-4711' | regexMatch('^order-') }}",
    "regexReplace": "{{ '2026-01-31' | regexReplace('(\\d+)-(\\d+)-(\\d+)', '$3.$2.$1') }}",
    "replace": "{{ 'a-b' | replace({'-': '_'}) }}",
    "reverse": "{{ [1, 2, 3] | reverse }}",
    "rsort": "{{ [3, 1, 2] | rsort }}",
    "sh": '{{ "it\'s" | sh }}',
    "sha1": "{{ 'Hello' | sha1 }}",
    "sha256": "{{ 'Hello' | sha256 }}",
    "sha512": "{{ 'Hello' | sha512 | slice(0, 16) }}",
    "slice": "{{ 'Hello' | slice(1, 3) }}",
    "slugify": "{{ 'Orders of the Day' | slugify }}",
    "sort": "{{ [3, 1, 2] | sort }}",
    "split": "{{ 'a,b,c' | split(',') }}",
    "startsWith": "{{ 'orders.csv' | startsWith('orders') }}",
    "string": "{{ 42 | string ~ '!' }}",
    "substringAfter": "{{ 'a.b.c' | substringAfter('.') }}",
    "substringAfterLast": "{{ 'a.b.c' | substringAfterLast('.') }}",
    "substringBefore": "{{ 'a.b.c' | substringBefore('.') }}",
    "substringBeforeLast": "{{ 'a.b.c' | substringBeforeLast('.') }}",
    "timestamp": "{{ now() | timestamp }}",
    "timestampMicro": "{{ now() | timestampMicro }}",
    "timestampMilli": "{{ now() | timestampMilli }}",
    "timestampNano": "{{ now() | timestampNano }}",
    "title": "{{ 'hello world' | title }}",
    "toIon": "{{ {'a': 'x'} | toIon }}",
    "toJson": "{{ {'a': [1, 'x']} | toJson }}",
    "trim": "{{ '  Hello ' | trim }}",
    "upper": "{{ inputs.name | upper }}",
    "urldecode": "{{ 'a%20b' | urldecode }}",
    "urlencode": "{{ 'a b&c' | urlencode }}",
    "values": "{{ {'a': 1, 'b': 2} | values }}",
    "yaml": "{{ {'a': [1, 2]} | yaml }}",
}
"""By the first name of a filter."""

FUNCTIONS: Mapping[str, str] = {
    "appLink": "{{ appLink('orders') }}",
    "credential": "{{ credential('my-credential') }}",
    "currentEachOutput": "{{ currentEachOutput(outputs.each).value }}",
    "dayOfMonth": "{{ dayOfMonth('2026-01-31') }}",
    "dayOfWeek": "{{ dayOfWeek('2026-01-31') }}",
    "decrypt": "{{ decrypt(inputs.key, encrypt(inputs.key, 'Hello')) }}",
    "encrypt": "{{ encrypt(inputs.key, 'Hello') | length }}",
    "env": "{{ env('REGION', 'eu') }}",
    "errorLogs": "{{ errorLogs() | first | jq('.message') | first }}",
    "fetchContext": "{{ fetchContext() | keys }}",
    "fileExists": "{{ fileExists('sql/orders.sql') }}",
    "fileSize": "{{ fileSize('sql/orders.sql') }}",
    "fileURI": "{{ fileURI('sql/orders.sql') }}",
    "fromIon": "{{ fromIon('{a: 1}').a }}",
    "fromJson": "{{ fromJson('{\"a\": [1, 2]}').a }}",
    "hourOfDay": "{{ hourOfDay('2026-01-31T06:30:00Z') }}",
    "http": "{{ http('https://example.com/regions').first }}",
    "id": "{{ id() | length }}",
    "isDateAfter": "{{ isDateAfter(trigger.date, '2026-01-01T00:00:00Z') }}",
    "isDateBefore": "{{ isDateBefore(trigger.date, '2026-01-01T00:00:00Z') }}",
    "isDateBetween":
        "{{ isDateBetween(trigger.date, '2026-01-01T00:00:00Z', '2026-12-31T00:00:00Z') }}",
    "isDayWeekInMonth": "{{ isDayWeekInMonth('2026-01-05', 'MONDAY', 'FIRST') }}",
    "isFileEmpty": "{{ isFileEmpty('sql/orders.sql') }}",
    "isLastWorkingDay": "{{ isLastWorkingDay('2026-01-30') }}",
    "isPublicHoliday": "{{ isPublicHoliday('2026-12-25', 'DE') }}",
    "isWeekend": "{{ isWeekend('2026-01-31') }}",
    "iterationOutput": "{{ iterationOutput('each', 1) }}",
    "iterationOutputs": "{{ iterationOutputs(1, 'each') }}",
    "json": "{{ json('[1, 2]') }}",
    "ksuid": "{{ ksuid() | length }}",
    "kv": "{{ kv('last_day') }}",
    "outputFromIteration": "{{ outputFromIteration(outputs.loop.outputs, 0).outputs.rows }}",
    "loopOutputs": "{{ loopOutputs(outputs.loop.outputs, 'rows') }}",
    "max": "{{ max(3, 1, 2) }}",
    "min": "{{ min(3, 1, 2) }}",
    "monthOfYear": "{{ monthOfYear('2026-01-31') }}",
    "nanoId": "{{ nanoId(8) | length }}",
    "now": "{{ now() }}",
    "parentOutput": "{{ parentOutput().value }}",
    "printContext": "{{ printContext() | length > 0 }}",
    "randomInt": "{{ randomInt(1, 7) }}",
    "randomPort": "{{ randomPort() > 1023 }}",
    "range": "{{ range(1, 5, 2) }}",
    "read": "{{ read('sql/orders.sql') }}",
    "render": "{{ render(vars.greeting) }}",
    "renderOnce": "{{ renderOnce(vars.greeting) }}",
    "secret": "{{ secret('DB_PASSWORD') }}",
    "subflow": "{{ subflow('company', 'regions').regions }}",
    "tasksWithState": "{{ tasksWithState('FAILED') }}",
    "uuid": "{{ uuid() | length }}",
    "yaml": "{{ yaml('a: [1, 2]').a }}",
}  # fmt: skip
"""By the first name of a function."""

TESTS: Mapping[str, str] = {
    "defined": "{{ inputs.missing is defined }}",
    "empty": "{{ '' is empty }}",
    "even": "{{ 4 is even }}",
    "iterable": "{{ [1, 2] is iterable }}",
    "json": "{{ '{\"a\": 1}' is json }}",
    "map": "{{ {'a': 1} is map }}",
    "null": "{{ null is null }}",
    "odd": "{{ 3 is odd }}",
}
"""By the first name of a test."""

VARIABLES: Mapping[str, object] = {
    "inputs": {"name": "Ada", "key": "QUFBQUFBQUFBQUFBQUFBQQ=="},
    "vars": {"greeting": "Hello {{ inputs.name }}"},
    "outputs": {
        "load": {"rows": [{"id": 1}, {"id": 2}]},
        "each": {"a": {"value": "first"}, "b": {"value": "second"}},
        "loop": {"outputs": [{"outputs": {"rows": 3}}, {"outputs": {"rows": 5}}]},
    },
    "taskrun": {"value": "a", "iteration": 1},
    "parents": [],
    "parent": {"task": {"id": "each"}, "taskrun": {"value": "b"}},
    "tasks": {"load": {"state": "FAILED"}},
    "trigger": {"date": "2026-01-31T06:00:00Z"},
}
"""What the examples see."""

_FILES = {"sql/orders.sql": "SELECT * FROM orders"}


class ExampleWorld(NoEffects):
    """The world of the examples: it stands still."""

    def now(self) -> dt.datetime:
        """A moment."""
        return dt.datetime(2026, 1, 31, 6, 0, tzinfo=dt.UTC)

    def random_bytes(self, count: int) -> bytes:
        """The same bytes again and again."""
        return bytes(index % 251 for index in range(count))

    def secret(self, key: str, namespace: str | None, subkey: str | None) -> str:
        """A secret that is none."""
        return "********"

    def kv(self, key: str, namespace: str | None, error_on_missing: bool) -> object:
        """A value."""
        return "2026-01-30"

    def read(self, uri: str) -> str:
        """The text of one of the files."""
        return _FILES[uri]

    def file_size(self, uri: str) -> int:
        """Its size."""
        return len(_FILES[uri])

    def file_exists(self, uri: str) -> bool:
        """Whether it is one of the files."""
        return uri in _FILES

    def call(
        self, name: str, arguments: tuple[object, ...], keywords: Mapping[str, object]
    ) -> object:
        """What functions give that reach further."""
        answers: Mapping[str, object] = {
            "appLink": "https://lanner.example.com/apps/orders",
            "env": "eu",
            "errorLogs": [{"message": "exit code 1"}],
            "fileURI": "kestra:///company/_files/sql/orders.sql",
            "http": {"first": "north"},
            "subflow": {"regions": ["north", "south"]},
            "credential": "********",
            "encrypt": "x" * 44,
            "decrypt": "Hello",
        }
        return answers.get(name, f"result of {name}")
