"""Stored templates in tests of flows: they stand among the files."""

from __future__ import annotations

from lanner_coordinator.testing.given import GivenFile
from lanner_coordinator.testing.program import Request
from lanner_coordinator.testing.verdict import Outcome
from tests.support.suites import HEAD, flaw_of, run, tell

_FLOW = """
tasks:
  - id: notify
    type: io.kestra.plugin.core.flow.Template
    namespace: company.shared
    templateId: notify
    args:
      text: "it is {{ flow.id }}"
"""
_TEMPLATE = """\
id: notify
namespace: company.shared
tasks:
  - id: send
    type: io.kestra.plugin.slack.notifications.SlackIncomingWebhook
  - id: told
    type: io.kestra.plugin.core.debug.Return
    format: "{{ parent.outputs.args.text }} {{ outputs.send.code }}"
"""
_SENT = """
  - id: one
    fixtures:
      tasks: [{ id: send, outputs: { code: 200 } }]
    assertions:
      - value: "{{ outputs.told.value }}"
        equalTo: it is tested 200
"""


def test_tasks_of_a_template_run_and_have_fixtures() -> None:
    (verdict,) = run(_FLOW, _SENT, _TEMPLATE)

    assert verdict.outcome is Outcome.PASSED, verdict
    assert "company.team/tested/told" in verdict.reached


def test_a_template_that_could_be_no_flow_is_found_too() -> None:
    template = _TEMPLATE.replace("id: notify\n", "id: notify\ndeleted: false\n")

    (verdict,) = run(_FLOW, _SENT, template)

    assert verdict.outcome is Outcome.PASSED, verdict


def test_a_task_of_a_template_without_a_fixture_is_named() -> None:
    (verdict,) = run(_FLOW, _SENT.replace("id: send", "id: notify"), _TEMPLATE)
    assert verdict.outcome is Outcome.FAILED, verdict

    (verdict,) = run(_FLOW, _SENT.replace("{ id: send, outputs: { code: 200 } }", ""), _TEMPLATE)
    assert 'task "send" of flow "tested" would run on an agent' in flaw_of(verdict)


def test_a_fixture_answers_for_a_whole_template_which_need_not_be_there() -> None:
    (verdict,) = run(
        _FLOW,
        """
  - id: one
    fixtures:
      tasks: [{ id: notify }]
    assertions:
      - value: "{{ tasks.notify.state }}"
        equalTo: SUCCESS
""",
    )

    assert verdict.outcome is Outcome.PASSED, verdict


def test_a_template_that_is_not_given_is_an_error() -> None:
    (verdict,) = run(_FLOW, _SENT.replace("{ id: send, outputs: { code: 200 } }", ""))

    assert verdict.outcome is Outcome.ERROR
    assert flaw_of(verdict) == ("task \"notify\": Can't find flow template 'company.shared.notify'")


def test_a_fixture_for_a_task_of_a_missing_template_is_told_before_anything_runs() -> None:
    sources = {
        "tested.yaml": f"id: tested\nnamespace: company.team\n{_FLOW}",
        "tested.test.yaml": f"{HEAD}{_SENT}",
    }
    files = tuple(GivenFile(name=name, source=source) for name, source in sources.items())

    found, verdicts = tell(Request(files=files))

    assert not verdicts
    (problem,) = found.problems[0].problems
    assert problem.message == "The flow `tested` has no task `send`"


def test_tasks_of_templates_count_for_coverage() -> None:
    sources = {
        "tested.yaml": f"id: tested\nnamespace: company.team\n{_FLOW}",
        "tested.test.yaml": f"{HEAD}{_SENT}",
        "notify.yaml": _TEMPLATE,
    }
    files = tuple(GivenFile(name=name, source=source) for name, source in sources.items())

    found, _ = tell(Request(files=files))

    assert [one.rpartition("/")[2] for one in found.tasks] == ["notify", "send", "told"]
