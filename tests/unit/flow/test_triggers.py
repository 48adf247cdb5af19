from __future__ import annotations

import pytest

from tests.unit.flow.sources import HEAD, TASKS, good, read


def _codes(trigger: str) -> list[str]:
    return [one.code for one in read(f"{HEAD}{TASKS}triggers: [{trigger}]\n").problems]


def test_a_schedule_is_read_with_what_all_triggers_have() -> None:
    source = f"""{HEAD}{TASKS}triggers:
  - id: daily
    type: core.trigger.Schedule
    description: Every morning
    cron: 0 6 * * *
    timezone: Europe/Paris
    lateMaximumDelay: PT1H
    recoverMissedSchedules: LAST
    disabled: true
    inputs: {{name: "{{{{ trigger.date }}}}"}}
    labels: {{by: schedule}}
"""

    trigger = good(source).triggers[0]

    assert trigger.type == "io.kestra.plugin.core.trigger.Schedule"
    assert trigger.properties == {
        "cron": "0 6 * * *",
        "timezone": "Europe/Paris",
        "lateMaximumDelay": "PT1H",
        "recoverMissedSchedules": "LAST",
    }
    assert trigger.is_disabled
    assert trigger.inputs == {"name": "{{ trigger.date }}"}
    assert trigger.labels == {"by": "schedule"}
    assert trigger.description == "Every morning"


@pytest.mark.parametrize(
    ("trigger", "codes"),
    [
        ("{id: a, type: core.trigger.Schedule}", ["LNR021"]),
        ("{id: a, type: core.trigger.Schedule, cron: x}", ["LNR051"]),
        ("{id: a, type: core.trigger.Schedule, cron: '* * * * * *'}", ["LNR051"]),
        ("{id: a, type: core.trigger.Schedule, cron: '* * * * * *', withSeconds: true}", []),
        ("{id: a, type: core.trigger.Schedule, cron: '* * * * *', withSeconds: true}", ["LNR051"]),
        ("{id: a, type: core.trigger.Schedule, cron: '@daily', timezone: Mars}", ["LNR052"]),
        ("{id: a, type: core.trigger.Schedule, cron: '@daily', when: x}", []),
        ("{id: a, type: core.trigger.Schedule, cron: '@daily', minLogLevel: INFO}", []),
        ("{id: a, type: core.trigger.Schedule, cron: '@daily', logLevel: LOUD}", ["LNR024"]),
        ("{id: a, type: core.trigger.Schedule, cron: '@daily', stopAfter: [GONE]}", ["LNR024"]),
        ("{id: a, type: core.trigger.Schedule, cron: '@daily', stopAfter: [FAILED]}", []),
        ("{id: a, type: core.trigger.Schedule, cron: '@daily', allowConcurrent: 3}", ["LNR022"]),
        ("{id: a, type: core.trigger.ScheduleOnDates}", ["LNR021"]),
        ("{id: a, type: core.trigger.ScheduleOnDates, dates: []}", ["LNR023"]),
        ("{id: a, type: core.trigger.ScheduleOnDates, dates: [soon]}", ["LNR054"]),
        ("{id: a, type: core.trigger.ScheduleOnDates, dates: ['2026-12-24T18:00:00Z']}", []),
        ("{id: a, type: core.trigger.Schedule, cron: '@daily', labels: {system.a: b}}", ["LNR034"]),
        ("{id: a, type: core.trigger.Flow}", ["LNR019"]),
        ("{id: a, type: core.trigger.McpToolTrigger}", ["LNR041"]),
        ("{id: a, type: core.http.Trigger}", ["LNR021"]),
        ("{id: a, type: core.trigger.Schedule, cron: '@daily', workerGroup: {key: b}}", ["LNR019"]),
        ("{id: a, type: core.trigger.Schedule, cron: '@daily', agentLabels: {b: c}}", ["LNR019"]),
        ("{id: a, type: core.log.Log, message: x}", ["LNR043"]),
        ("{id: a, type: core.trigger.Scedule, cron: '@daily'}", ["LNR040"]),
        ("{id: a b, type: core.trigger.Schedule, cron: '@daily'}", ["LNR030"]),
        ("{type: core.trigger.Schedule, cron: '@daily'}", ["LNR021"]),
        ("text", ["LNR022"]),
    ],
)
def test_a_wrong_trigger_is_shown(trigger: str, codes: list[str]) -> None:
    assert _codes(trigger) == codes


def test_trigger_ids_are_unique_among_triggers_only() -> None:
    one = "{id: hello, type: core.trigger.Schedule, cron: '@daily'}"

    assert _codes(one) == []
    assert _codes(f"{one}, {one}") == ["LNR033"]
