from __future__ import annotations

import asyncio
from pathlib import Path

from lanner_coordinator.runtime.artifacts import LocalArtifacts
from lanner_coordinator.testing.agents import NoAgents
from lanner_coordinator.testing.given import Given, GivenFile
from lanner_coordinator.testing.idle_loop import IdleLoop
from lanner_coordinator.testing.running import run_case
from lanner_coordinator.testing.verdict import Outcome, Verdict
from tests.support.suites import HEAD, flaw_of, run

_CHILD = """
id: child
namespace: company.team
inputs:
  - id: name
    type: STRING
outputs:
  - id: greeting
    type: STRING
    value: "{{ outputs.greet.text }} {{ inputs.name }}"
tasks:
  - id: greet
    type: io.kestra.plugin.gcp.bigquery.Load
"""

_PARENT = """
tasks:
  - id: call
    type: io.kestra.plugin.core.flow.Subflow
    namespace: company.team
    flowId: child
    inputs:
      name: Moist
  - id: told
    type: io.kestra.plugin.core.debug.Return
    format: "{{ outputs.call.outputs.greeting }}"
"""


def test_waiting_takes_no_time() -> None:
    (verdict,) = run(
        """
tasks:
  - id: sleep
    type: io.kestra.plugin.core.flow.Sleep
    duration: PT12H
  - id: pause
    type: io.kestra.plugin.core.flow.Pause
    pauseDuration: P30D
  - id: date
    type: io.kestra.plugin.core.debug.Return
    format: "{{ now() }}"
""",
        """
  - id: one
    assertions:
      - value: "{{ outputs.date.value }}"
        startsWith: 2025-01-31T12:00
""",
    )

    assert verdict.outcome is Outcome.PASSED, verdict
    assert verdict.seconds < 30


def test_an_execution_that_waits_for_a_person_is_paused_at_the_end() -> None:
    (verdict,) = run(
        """
tasks:
  - id: ask
    type: io.kestra.plugin.core.flow.Pause
""",
        """
  - id: one
    assertions:
      - value: "{{ execution.state }}"
        equalTo: PAUSED
""",
    )

    assert verdict.outcome is Outcome.PASSED, verdict


def test_an_execution_that_never_ends_is_told(tmp_path: Path) -> None:
    flow = """\
id: tested
namespace: company.team
tasks:
  - id: until
    type: io.kestra.plugin.core.flow.LoopUntil
    condition: "{{ false }}"
    checkFrequency:
      interval: PT1H
      maxIterations: 1000000
      maxDuration: P10000D
    tasks:
      - id: look
        type: io.kestra.plugin.core.debug.Return
"""
    case = "  - id: one\n    assertions: [{ value: x, equalTo: x }]\n"
    sources = (flow, f"{HEAD}{case}")
    given = Given([GivenFile(name="a.yaml", source=source) for source in sources])
    (found,) = given.suites
    assert found.suite is not None

    suite = found.suite

    async def ran() -> Verdict:
        async with LocalArtifacts(tmp_path) as storage:
            return await run_case(
                given,
                suite,
                suite.cases[0],
                "a.yaml",
                storage,
                tmp_path,
                NoAgents(),
                most_dates=20,
            )

    with asyncio.Runner(loop_factory=IdleLoop) as runner:
        verdict = runner.run(ran())

    assert verdict.outcome is Outcome.ERROR
    assert flaw_of(verdict) == (
        "the execution does not end: it has waited 20 times, until 2025-01-01 20:00"
    )


def test_a_subflow_of_the_files_runs_with_fixtures_of_its_own() -> None:
    (verdict,) = run(
        _PARENT,
        """
  - id: one
    fixtures:
      tasks:
        - id: greet
          flowId: child
          outputs: { text: Good evening }
    assertions:
      - value: "{{ outputs.told.value }}"
        equalTo: Good evening Moist
""",
        _CHILD,
    )

    assert verdict.outcome is Outcome.PASSED, verdict
    assert "company.team/child/greet" in verdict.reached


def test_a_fixture_answers_for_a_subflow() -> None:
    (verdict,) = run(
        _PARENT,
        """
  - id: one
    fixtures:
      tasks:
        - id: call
          outputs: { outputs: { greeting: hi } }
    assertions:
      - value: "{{ outputs.told.value }}"
        equalTo: hi
""",
    )

    assert verdict.outcome is Outcome.PASSED, verdict


def test_a_subflow_that_is_not_given_is_an_error() -> None:
    (verdict,) = run(
        _PARENT,
        """
  - id: one
    assertions:
      - value: "{{ execution.state }}"
        equalTo: FAILED
""",
    )

    assert verdict.outcome is Outcome.ERROR
    assert "company.team/child was started and is in none of the files" in flaw_of(verdict)


def test_the_execution_that_takes_the_place_of_a_failed_one_is_looked_at() -> None:
    (verdict,) = run(
        """
retry:
  type: constant
  behavior: CREATE_NEW_EXECUTION
  interval: PT1H
  maxAttempts: 2
tasks:
  - id: load
    type: io.kestra.plugin.gcp.bigquery.Load
errors:
  - id: date
    type: io.kestra.plugin.core.debug.Return
    format: "{{ now() }}"
""",
        """
  - id: one
    fixtures:
      tasks:
        - id: load
          state: FAILED
    assertions:
      - value: "{{ execution.state }}"
        equalTo: FAILED
      - value: "{{ outputs.date.value }}"
        startsWith: 2025-01-01T01:00
""",
    )

    assert verdict.outcome is Outcome.PASSED, verdict


def test_runs_of_the_same_test_are_the_same() -> None:
    flow = """
tasks:
  - id: who
    type: io.kestra.plugin.core.debug.Return
    format: "{{ execution.id }} {{ taskrun.id }} {{ now() }}"
"""
    cases = """
  - id: one
    assertions:
      - value: "{{ outputs.who.value }}"
        equalTo: ""
"""

    (first,), (second,) = run(flow, cases), run(flow, cases)

    assert first.flaws[0].actual == second.flaws[0].actual


def test_a_disabled_test_is_skipped() -> None:
    off, on = run(
        """
tasks:
  - id: text
    type: io.kestra.plugin.core.debug.Return
    format: x
""",
        """
  - id: "off"
    disabled: true
    assertions:
      - value: x
        equalTo: y
  - id: "on"
    assertions:
      - value: "{{ outputs.text.value }}"
        equalTo: x
""",
    )

    assert (off.outcome, on.outcome) == (Outcome.SKIPPED, Outcome.PASSED)


def test_every_comparison_that_does_not_hold_is_told_with_both_values() -> None:
    (verdict,) = run(
        """
tasks:
  - id: text
    type: io.kestra.plugin.core.debug.Return
    format: "12"
""",
        """
  - id: one
    assertions:
      - value: "{{ outputs.text.value }}"
        greaterThan: 20
        lessThan: 13
      - value: "{{ outputs.nothing.value }}"
        equalTo: x
      - value: "{{ outputs.nothing.value }}"
        isNull: true
      - value: "{{ outputs.text.value }}"
        equalTo: "13"
        errorMessage: not {{ outputs.text.value }} again
        description: "{{ flow.id }} gives {{ secret('TOKEN') }}"
""",
    )

    assert verdict.outcome is Outcome.FAILED
    first, second, third = verdict.flaws
    assert first.message == "expected {{ outputs.text.value }} to be greater than 20"
    assert (first.line, first.expected, first.actual) == (9, 20, "12")
    assert second.message.startswith("the value cannot be rendered: Unable to find `nothing`")
    assert third.message == "not 12 again"
    assert third.about == "{{ flow.id }} gives {{ secret('TOKEN') }}"


def test_what_an_assertion_says_of_itself_is_told_without_secrets() -> None:
    (verdict,) = run(
        "tasks: [{ id: a, type: io.kestra.plugin.core.log.Log, message: x }]",
        """
  - id: one
    fixtures: { secrets: { TOKEN: hush-hush } }
    assertions:
      - value: 1
        equalTo: 2
        description: "{{ flow.id }} gives {{ secret('TOKEN') }}"
        errorMessage: "no {{ secret('TOKEN') }}"
""",
    )

    (flaw,) = verdict.flaws
    assert (flaw.message, flaw.about) == ("no ********", "tested gives ********")
