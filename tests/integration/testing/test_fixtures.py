from __future__ import annotations

import pytest

from lanner_coordinator.testing.verdict import Outcome
from tests.support.suites import flaw_of, run

_AGENT_TASK = """
tasks:
  - id: load
    type: io.kestra.plugin.gcp.bigquery.Load
    from: "{{ outputs.nobody.value }}"
  - id: told
    type: io.kestra.plugin.core.debug.Return
    format: "{{ outputs.load.rows }} rows"
"""


def test_a_fixture_answers_in_place_of_an_agent_and_nothing_of_its_task_is_rendered() -> None:
    (verdict,) = run(
        _AGENT_TASK,
        """
  - id: one
    fixtures:
      tasks:
        - id: load
          outputs: { rows: 3 }
    assertions:
      - value: "{{ outputs.told.value }}"
        equalTo: 3 rows
""",
    )

    assert verdict.outcome is Outcome.PASSED, verdict
    assert verdict.state == "SUCCESS"


def test_a_task_of_agents_without_a_fixture_says_which_to_write() -> None:
    (verdict,) = run(
        _AGENT_TASK,
        """
  - id: one
    assertions:
      - value: "{{ execution.state }}"
        equalTo: SUCCESS
""",
    )

    assert verdict.outcome is Outcome.ERROR
    assert flaw_of(verdict) == (
        'task "load" of flow "tested" would run on an agent (io.kestra.plugin.gcp.bigquery.Load): '
        "it needs a fixture"
    )
    assert "- id: load" in verdict.flaws[0].hint


def test_a_native_task_with_a_fixture_is_not_run() -> None:
    (verdict,) = run(
        """
tasks:
  - id: hello
    type: io.kestra.plugin.core.log.Log
    message: "{{ outputs.nothing.at.all }}"
""",
        """
  - id: one
    fixtures:
      tasks:
        - id: hello
          description: say nothing
    assertions:
      - value: "{{ tasks.hello.state }}"
        equalTo: SUCCESS
      - value: "{{ logs }}"
        equalTo: []
""",
    )

    assert verdict.outcome is Outcome.PASSED, verdict


@pytest.mark.parametrize("state", ["FAILED", "WARNING", "KILLED"])
def test_a_fixture_ends_its_task_in_its_state(state: str) -> None:
    (verdict,) = run(
        _AGENT_TASK,
        f"""
  - id: one
    fixtures:
      tasks:
        - id: load
          state: {state}
          outputs: {{ rows: 0 }}
    assertions:
      - value: "{{{{ tasks.load.state }}}}"
        equalTo: {state}
""",
    )

    assert verdict.outcome is Outcome.PASSED, verdict


def test_errors_and_finally_take_their_course_when_a_fixture_fails() -> None:
    (verdict,) = run(
        """
tasks:
  - id: load
    type: io.kestra.plugin.gcp.bigquery.Load
errors:
  - id: alarm
    type: io.kestra.plugin.core.debug.Return
    format: "{{ errorLogs()[0].message }}"
finally:
  - id: clean
    type: io.kestra.plugin.core.debug.Return
    format: cleaned
""",
        """
  - id: one
    fixtures:
      tasks:
        - id: load
          state: FAILED
          error: table {{ flow.id }} is gone
    assertions:
      - value: "{{ outputs.alarm.value }}"
        equalTo: table tested is gone
      - value: "{{ outputs.clean.value }}"
        equalTo: cleaned
      - value: "{{ execution.state }}"
        equalTo: FAILED
""",
    )

    assert verdict.outcome is Outcome.PASSED, verdict


def test_iterations_have_fixtures_by_value_and_by_number() -> None:
    (verdict,) = run(
        """
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [eu, us, apac]
    tasks:
      - id: load
        type: io.kestra.plugin.gcp.bigquery.Load
  - id: sum
    type: io.kestra.plugin.core.debug.Return
    format: "{{ outputs.load.eu.rows }} {{ outputs.load.us.rows }} {{ outputs.load.apac.rows }}"
""",
        """
  - id: one
    fixtures:
      tasks:
        - id: load
          outputs: { rows: "{{ taskrun.value }}" }
        - id: load
          value: us
          outputs: { rows: 2 }
        - id: load
          iteration: 2
          outputs: { rows: 3 }
    assertions:
      - value: "{{ outputs.sum.value }}"
        equalTo: eu 2 3
""",
    )

    assert verdict.outcome is Outcome.PASSED, verdict


def test_an_iteration_without_a_fixture_is_named() -> None:
    (verdict,) = run(
        """
tasks:
  - id: each
    type: io.kestra.plugin.core.flow.ForEach
    values: [eu, us]
    tasks:
      - id: load
        type: io.kestra.plugin.gcp.bigquery.Load
""",
        """
  - id: one
    fixtures:
      tasks:
        - id: load
          value: eu
    assertions:
      - value: x
        equalTo: x
""",
    )

    assert flaw_of(verdict).startswith('task "load" (value "us") of flow "tested" would run')


def test_each_attempt_has_a_fixture_of_its_own_and_retries_take_no_time() -> None:
    (verdict,) = run(
        """
tasks:
  - id: load
    type: io.kestra.plugin.gcp.bigquery.Load
    retry:
      type: constant
      interval: PT6H
      maxAttempts: 3
  - id: date
    type: io.kestra.plugin.core.debug.Return
    format: "{{ now() }}"
""",
        """
  - id: one
    fixtures:
      now: 2026-03-01T00:00:00Z
      tasks:
        - id: load
          attempt: 1
          state: FAILED
        - id: load
          attempt: 2
          state: FAILED
        - id: load
    assertions:
      - value: "{{ outputs.date.value }}"
        startsWith: 2026-03-01T12:00
""",
    )

    assert verdict.outcome is Outcome.PASSED, verdict
    assert verdict.seconds < 30


def test_a_flowable_with_a_fixture_runs_nothing_below_it() -> None:
    (verdict,) = run(
        """
tasks:
  - id: ask
    type: io.kestra.plugin.core.flow.Pause
    onResume:
      - id: name
        type: STRING
  - id: group
    type: io.kestra.plugin.core.flow.Sequential
    tasks:
      - id: load
        type: io.kestra.plugin.gcp.bigquery.Load
  - id: hello
    type: io.kestra.plugin.core.debug.Return
    format: Hello {{ outputs.ask.onResume.name }}
""",
        """
  - id: one
    fixtures:
      tasks:
        - id: ask
          outputs: { onResume: { name: Vetinari } }
        - id: group
    assertions:
      - value: "{{ outputs.hello.value }}"
        equalTo: Hello Vetinari
""",
    )

    assert verdict.outcome is Outcome.PASSED, verdict
    assert "company.team/tested/load" not in verdict.reached


def test_secrets_in_the_outputs_of_a_fixture_are_masked_in_logs() -> None:
    (verdict,) = run(
        """
tasks:
  - id: load
    type: io.kestra.plugin.gcp.bigquery.Load
  - id: log
    type: io.kestra.plugin.core.log.Log
    message: the token is {{ outputs.load.token }}
""",
        """
  - id: one
    fixtures:
      secrets: { TOKEN: s3cret }
      tasks:
        - id: load
          outputs: { token: "{{ secret('TOKEN') }}" }
    assertions:
      - value: "{{ outputs.load.token }}"
        equalTo: s3cret
""",
    )

    assert verdict.outcome is Outcome.PASSED, verdict
    assert [line.text for line in verdict.lines] == ["the token is ********"]


def test_a_rendered_task_of_agents_needs_a_fixture_too() -> None:
    (verdict,) = run(
        """
tasks:
  - id: load
    type: io.kestra.plugin.core.templating.TemplatedTask
    spec: |
      type: io.kestra.plugin.scripts.shell.Script
      script: echo hi
""",
        """
  - id: one
    assertions:
      - value: x
        equalTo: x
""",
    )

    assert verdict.outcome is Outcome.ERROR
    assert "(io.kestra.plugin.scripts.shell.Script): it needs a fixture" in flaw_of(verdict)


def test_a_fixture_that_cannot_be_rendered_is_an_error_at_its_place() -> None:
    (verdict,) = run(
        _AGENT_TASK,
        """
  - id: one
    fixtures:
      tasks:
        - id: load
          outputs: { rows: "{{ nothing.here }}" }
    assertions:
      - value: x
        equalTo: x
""",
    )

    assert verdict.outcome is Outcome.ERROR
    assert (verdict.flaws[0].line, verdict.flaws[0].column) == (9, 15)
    assert 'the fixture of task "load" is wrong' in flaw_of(verdict)
