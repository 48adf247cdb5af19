"""What the fixtures of a test give its flow: files, secrets, values, a trigger, inputs."""

from __future__ import annotations

from lanner_coordinator.testing.verdict import Outcome
from tests.support.suites import flaw_of, run


def test_files_of_a_test_are_read_by_flows_and_are_inputs() -> None:
    (verdict,) = run(
        """
inputs:
  - id: data
    type: FILE
tasks:
  - id: load
    type: io.kestra.plugin.gcp.bigquery.Load
  - id: text
    type: io.kestra.plugin.core.debug.Return
    format: "{{ read(inputs.data) }}{{ read(outputs.load.uri) }}"
  - id: size
    type: io.kestra.plugin.core.storage.Size
    uri: "{{ inputs.data }}"
  - id: of_namespace
    type: io.kestra.plugin.core.debug.Return
    format: "{{ read('folder/b.txt') }} {{ read(fileURI('a.txt')) }}"
""",
        """
  - id: one
    fixtures:
      inputs:
        data: a.txt
      files:
        a.txt: first
        folder/b.txt: second
      tasks:
        - id: load
          outputs:
            uri: "{{ files['folder/b.txt'] }}"
    assertions:
      - value: "{{ outputs.text.value }}"
        equalTo: firstsecond
      - value: "{{ outputs.size.size }}"
        equalTo: 5
      - value: "{{ read(files['a.txt']) }}"
        endsWith: rst
      - value: "{{ outputs.of_namespace.value }}"
        equalTo: second first
""",
    )

    assert verdict.outcome is Outcome.PASSED, verdict


def test_secrets_and_key_values_come_from_fixtures() -> None:
    flow = """
tasks:
  - id: text
    type: io.kestra.plugin.core.debug.Return
    format: "{{ secret('TOKEN') }} {{ kv('size') + 1 }} {{ envs.place }} {{ namespace.team }}"
  - id: log
    type: io.kestra.plugin.core.log.Log
    message: the token is {{ secret('TOKEN') }}
  - id: keep
    type: io.kestra.plugin.core.kv.Set
    key: size
    value: "{{ kv('size') + 2 }}"
"""
    given, missing = run(
        flow,
        """
  - id: given
    fixtures:
      secrets: { TOKEN: s3cret }
      kv: { size: 41 }
      envs: { place: here }
      namespace: { team: post }
    assertions:
      - value: "{{ outputs.text.value }}"
        equalTo: s3cret 42 here post
      - value: "{{ kv('size') }}"
        equalTo: 43
      - value: "{{ secret('TOKEN') }}"
        equalTo: other
  - id: missing
    assertions:
      - value: "{{ execution.state }}"
        equalTo: FAILED
      - value: "{{ logs[0].message }}"
        contains: "no secret \\"TOKEN\\": add it to `secrets` of the fixtures"
""",
    )

    assert missing.outcome is Outcome.PASSED, missing
    assert [flaw.expected for flaw in given.flaws] == ["other"]
    assert "s3cret" not in str((given.flaws, given.lines))


def test_a_trigger_fills_its_variables_and_its_inputs() -> None:
    flow = """
inputs:
  - id: day
    type: STRING
    defaults: none
triggers:
  - id: nightly
    type: io.kestra.plugin.core.trigger.Schedule
    cron: 0 3 * * *
    inputs:
      day: "{{ trigger.date }}"
    labels:
      by: night
  - id: hook
    type: io.kestra.plugin.core.trigger.Webhook
    key: abc
tasks:
  - id: text
    type: io.kestra.plugin.core.debug.Return
    format: "{{ inputs.day }} {{ trigger.body.id ?? '' }} {{ labels.by ?? '' }}"
"""
    dated, given = run(
        flow,
        """
  - id: dated
    fixtures:
      now: 2026-03-01T12:00:00Z
      trigger: { id: nightly }
    assertions:
      - value: "{{ outputs.text.value | trim }}"
        equalTo: 2026-03-01T03:00:00Z  night
      - value: "{{ trigger.next }}"
        startsWith: 2026-03-02
  - id: given
    fixtures:
      trigger:
        id: hook
        type: io.kestra.plugin.core.trigger.Webhook
        variables: { body: { id: 7 } }
    assertions:
      - value: "{{ outputs.text.value | trim }}"
        equalTo: none 7
""",
    )

    assert dated.outcome is Outcome.PASSED, dated
    assert given.outcome is Outcome.PASSED, given


def test_wrong_inputs_keep_the_execution_from_starting() -> None:
    (verdict,) = run(
        """
inputs:
  - id: count
    type: INT
tasks:
  - id: text
    type: io.kestra.plugin.core.debug.Return
    format: x
""",
        """
  - id: one
    fixtures:
      inputs: { count: many }
    assertions:
      - value: x
        equalTo: x
""",
    )

    assert verdict.outcome is Outcome.ERROR
    assert "the execution cannot start" in flaw_of(verdict)
    assert "count" in flaw_of(verdict)
