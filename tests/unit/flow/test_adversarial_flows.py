"""Wrong flows of every kind that a check must find, each with the place of its cause."""

from __future__ import annotations

import pytest

from tests.unit.flow.sources import HEAD, TASKS, found, read

_DAG = "tasks:\n  - id: d\n    type: core.flow.Dag\n    tasks:\n"


def _log(task_id: str, message: str = "x") -> str:
    return f'{{id: {task_id}, type: core.log.Log, message: "{message}"}}'


def _value(task_id: str, value: str = "x") -> str:
    return f'{{id: {task_id}, type: core.debug.Return, format: "{value}"}}'


def _tasks(*lines: str) -> str:
    return f"{HEAD}tasks:\n" + "".join(f"  - {line}\n" for line in lines)


def _below(kind: str, *lines: str, properties: str = "") -> str:
    inner = "".join(f"      - {line}\n" for line in lines)
    return f"{HEAD}tasks:\n  - id: p\n    type: core.flow.{kind}\n{properties}    tasks:\n{inner}"


def _dag(*nodes: tuple[str, str]) -> str:
    return HEAD + _DAG + "".join(f"      - {{task: {task}, {rest}}}\n" for task, rest in nodes)


@pytest.mark.parametrize(
    ("source", "problems"),
    [
        (f"{HEAD}tasks:\n  - id: a\n  \t type: core.log.Log\n", ["LNR004 5:3"]),
        (f"{HEAD}tasks:\n  - id: a\n    type: core.log.Log\n\tmessage: x\n", ["LNR004 6:1"]),
        (f"{HEAD}tasks:\n  - id: a\n   type: core.log.Log\n", ["LNR001 5:4"]),
        (f"{HEAD}tasks:\n  - id: a\n      type: core.log.Log\n", ["LNR001 5:11"]),
        (f"{HEAD}tasks:\n  - id:a\n    type: core.log.Log\n", ["LNR001 4:5"]),
        (f"{HEAD}tasks:\n  id: a\n  type: core.log.Log\n", ["LNR022 4:3"]),
        (f"{HEAD}{TASKS}description: 'a\nlabels: {{}}\n", ["LNR001 5:14"]),
        (f"{HEAD}tasks: [{_log('a')}\n", ["LNR001 3:50"]),
        (f"{HEAD}'id': x\n{TASKS}", ["LNR003 3:1"]),
        (f"{HEAD}variables: &a {{x: *a}}\n{TASKS}", ["LNR006 3:19"]),
        (f"{HEAD}description: *b\n{TASKS}", ["LNR006 3:14"]),
        (f"{HEAD}description: !!python/object x\n{TASKS}", ["LNR005 3:14"]),
    ],
)
def test_what_is_no_yaml_is_shown_where_it_begins(source: str, problems: list[str]) -> None:
    assert found(source)[:1] == problems


@pytest.mark.parametrize("keys", ["[*{0}, *{0}, *{0}]", "{{<<: [*{0}, *{0}], {1}: 1}}"])
def test_aliases_that_multiply_are_refused(keys: str) -> None:
    lines = ["variables:\n  b0: &b0 {x: 1, y: 2}\n"]
    for number in range(1, 40):
        written = keys.format(f"b{number - 1}", f"k{number}")
        lines.append(f"  b{number}: &b{number} {written}\n")

    assert any(one.startswith("LNR008") for one in found(HEAD + "".join(lines) + TASKS))


@pytest.mark.parametrize(
    ("source", "problems"),
    [
        (_tasks("{id: a, type: 3}"), ["LNR040 4:19"]),
        (_tasks("{id: a}"), ["LNR021 4:5"]),
        (_tasks("{type: core.log.Log, message: x}"), ["LNR021 4:5"]),
        (_tasks("{id: [a], type: core.log.Log, message: x}"), ["LNR022 4:10"]),
        (_tasks("hello"), ["LNR022 4:5"]),
        (
            _tasks("{id: a, type: core.log.Log, message: {a: b}, level: [INFO], disabled: maybe}"),
            ["LNR022 4:42", "LNR022 4:57", "LNR022 4:75"],
        ),
        (
            _tasks("{id: a, type: core.log.Log, message: x, retry: 3, timeout: [a], nosuch: 1}"),
            ["LNR022 4:52", "LNR022 4:64", "LNR020 4:69"],
        ),
        (_tasks("{id: a, type: core.log.Lgo}"), ["LNR040 4:19"]),
        (_tasks("{id: a, type: core.trigger.Schedule}"), ["LNR043 4:19"]),
        (_dag((_log("a"), "dependsOn: b")), ["LNR022 7:70"]),
    ],
)
def test_keys_and_types_are_checked(source: str, problems: list[str]) -> None:
    assert found(source) == problems


def test_ids_are_taken_once_over_all_levels_and_sections() -> None:
    source = f"""{HEAD}tasks:
  - id: p
    type: core.flow.Parallel
    tasks:
      - {_log("a")}
      - id: s
        type: core.flow.Sequential
        tasks: [{_log("a")}]
        errors: [{_log("e")}]
        finally: [{_log("e")}]
errors: [{_log("p")}]
finally: [{_log("s")}]
afterExecution: [{_log("a")}]
outputs: [{{id: o, type: STRING, value: x}}, {{id: o, type: STRING, value: y}}]
inputs: [{{id: i, type: STRING}}, {{id: i, type: INT}}]
triggers:
  - {{id: t, type: core.trigger.Schedule, cron: "@daily"}}
  - {{id: t, type: core.trigger.Schedule, cron: "@daily"}}
"""

    assert found(source) == [
        "LNR033 10:22",
        "LNR033 12:24",
        "LNR033 13:15",
        "LNR033 14:16",
        "LNR033 15:23",
        "LNR033 16:49",
        "LNR033 17:38",
        "LNR033 20:10",
    ]


@pytest.mark.parametrize(
    ("source", "problems"),
    [
        (_tasks(_log("a", "{{ outputs.b.value }}"), _value("b")), ["LNR073 4:46"]),
        (_tasks(_value("a", "{{ outputs.a.value }}")), ["LNR073 4:50"]),
        (_tasks(_log("a", "{{ tasks.zz.state }}")), ["LNR071 4:46"]),
        (_tasks(_log("a", "{{ outputs['zz'].value }}")), ["LNR071 4:46"]),
        (_below("Parallel", _value("a"), _log("b", "{{ outputs.a.value }}")), ["LNR073 8:50"]),
        (
            _below("Parallel", _value("a"), _log("b", "{{ outputs.a.value }}"),
                   properties="    concurrent: 1\n"),
            [],
        ),
        (_below("Sequential", _value("a"), _log("b", "{{ outputs.a.value }}")), []),
        (
            _dag((_value("a"), "dependsOn: []"), (_log("b", "{{ outputs.a.value }}"), "")),
            ["LNR073 8:57"],
        ),
        (
            _dag(
                (_value("a", "{{ outputs.b.value }}"), "dependsOn: []"),
                (_value("b"), "dependsOn: [a]"),
            ),
            ["LNR073 7:61"],
        ),
        (
            _dag(
                (_value("a"), "dependsOn: []"),
                (_value("b"), "dependsOn: [a]"),
                (_log("c", "{{ outputs.a.value }}"), "dependsOn: [b]"),
            ),
            [],
        ),
        (
            _tasks("{id: a, type: core.debug.Return, format: x, disabled: true}",
                   _log("b", "{{ outputs.a.value }}")),
            ["LNR073 5:46"],
        ),
        (
            _tasks("{id: f, type: core.execution.Fail}", _value("a"))
            + f"errors: [{_log('e', '{{ outputs.a.value }}')}]\n",
            ["LNR082 5:10", "LNR073 6:51"],
        ),
        (
            _tasks(_value("a"))
            + f"afterExecution: [{_value('z')}]\n"
            + "outputs: [{id: o, type: STRING, value: '{{ outputs.z.value }}'}]\n",
            ["LNR073 6:44"],
        ),
        (
            f"{HEAD}{TASKS}inputs:\n  - {{id: a, type: STRING, defaults: '{{{{ inputs.b }}}}'}}\n"
            "  - {id: b, type: STRING, defaults: '{{ outputs.hello.x }}'}\n",
            ["LNR073 6:41", "LNR073 7:41"],
        ),
        (
            f"{HEAD}{TASKS}inputs:\n  - {{id: c, type: STRING, dependsOn: {{inputs: [b]}}}}\n"
            "  - {id: a, type: STRING, defaults: '{{ inputs.b }}'}\n  - {id: b, type: STRING}\n",
            [],
        ),
        (
            f"{HEAD}variables: {{a: '{{{{ vars.b }}}}'}}\n"
            f"tasks: [{_log('t', '{{ render(vars.a) }}')}]\n",
            ["LNR072 3:20"],
        ),
        (f"{HEAD}variables: {{a: '{{{{ vars.b }}}}'}}\n{TASKS}", []),
        (_tasks(_log("a", "{{ taskrun.value }} {{ item.value }}")), ["LNR075 4:46", "LNR075 4:66"]),
        (
            _below("ForEach", _log("a", "{{ taskrun.value }}"), properties="    values: [x]\n"),
            [],
        ),
        (
            _tasks("{id: p, type: core.flow.Pause, onResume: [{id: r, type: STRING}]}",
                   _log("a", "{{ outputs.p.onResume.r }} {{ outputs.p.onResume.s }}")),
            ["LNR074 5:73"],
        ),
        (_tasks(_log("a", "{{ outputs.zz.value ?? 'x' }}")), []),
    ],
)  # fmt: skip
def test_what_cannot_be_there_is_shown_where_it_is_read(source: str, problems: list[str]) -> None:
    assert found(source) == problems


def test_every_circle_is_shown() -> None:
    nodes = [
        (_log(name), f"dependsOn: [{other}]") for name, other in ("ab", "bc", "ca", "xy", "yx")
    ]

    messages = [one.message.rpartition(": ")[2] for one in read(_dag(*nodes)).problems]

    assert messages == ["a → b → c → a", "x → y → x"]


@pytest.mark.parametrize(
    ("expression", "column", "length", "words"),
    [
        ("{{", 11, 2, "`}}` is missing"),
        ("{{ a b }}", 16, 1, "Unexpected `b`"),
        ("{{ (1 + 2 }}", 14, 1, 'Unclosed "("'),
        ("{% if x %}", 14, 2, "`{% endif %}` is missing"),
        ("{{ x | uper }}", 18, 4, "Did you mean `upper`?"),
        ("{{ upper(x) }}", 14, 5, "it is a filter"),
        ("{{ x | now }}", 18, 3, "it is a function"),
        ("{{ a && b }}", 16, 1, "write `and`"),
        ("{{ x | date('bad') }}", 18, 4, "Invalid date format 'bad'"),
        ("{{ x | jq('.[') }}", 18, 2, "Unable to parse the jq expression"),
        ("{{ x | regexMatch('[') }}", 18, 10, "Invalid regular expression"),
        ("{{ secret() }}", 14, 6, "expects an argument 'key'"),
        ("{{ x | abs(1, 2) }}", 18, 3, "is not allowed"),
    ],
)
def test_a_bad_expression_is_shown_inside_of_its_text(
    expression: str, column: int, length: int, words: str
) -> None:
    source = f"{HEAD}tasks:\n  - id: a\n    type: core.log.Log\n    message: |\n      one\n"

    (problem,) = read(f"{source}      two {expression}\n").problems

    assert (problem.code, problem.position.line) == ("LNR060", 8)
    assert (problem.position.column, problem.length) == (column, length)
    assert words in f"{problem.message}. {problem.hint}"


@pytest.mark.parametrize(
    ("source", "count"),
    [
        (_tasks("{id: f, type: core.execution.Fail}", _log("a"), _log("b")), 1),
        (_tasks("{id: f, type: core.execution.Fail, condition: '{{ 1 }}'}", _log("a")), 0),
        (_tasks("{id: f, type: core.execution.Fail, allowFailure: true}", _log("a")), 0),
        (_below("Sequential", "{id: f, type: core.execution.Fail}") + f"  - {_log('a')}\n", 1),
        (_below("AllowFailure", "{id: f, type: core.execution.Fail}") + f"  - {_log('a')}\n", 0),
    ],
)
def test_what_stands_behind_a_certain_end_never_runs(source: str, count: int) -> None:
    assert [one[:6] for one in found(source)] == ["LNR082"] * count
