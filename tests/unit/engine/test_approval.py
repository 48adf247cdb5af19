from __future__ import annotations

import pytest

from lanner_coordinator.engine import commands
from lanner_coordinator.engine.execution import snapshot
from lanner_coordinator.engine.review import Decision
from lanner_coordinator.engine.state import State
from tests.support.engine_bench import EngineBench, flow_of, flowable, leaf, leaves

APPROVED, DENIED = Decision.APPROVED, Decision.DENIED


def _bench(properties: dict[str, object] | None = None, **branches: object) -> EngineBench:
    return EngineBench(flow_of(flowable("Approval", "p", properties, **branches), leaf("z")))


def _history(bench: EngineBench, name: str = "") -> list[str]:
    changes = bench.run(name).changes if name else bench.live.execution.changes
    return [change.state.value for change in changes]


def _outputs(bench: EngineBench) -> dict[str, object]:
    return bench.run("p").outputs


def _lines(bench: EngineBench) -> list[str]:
    return [line.text for line in bench.take(commands.WriteLog)]


def test_an_approval_stops_the_flow_until_somebody_approves() -> None:
    bench = _bench(onApprove=leaves("yes"), onDeny=leaves("no"))
    assert bench.state() is State.PAUSED
    assert bench.states() == {"p": "PAUSED"}

    bench.review(APPROVED, "looks good", ticket="7")

    assert bench.working() == "yes"
    bench.succeed("yes z")
    assert bench.state() is State.SUCCESS
    assert _history(bench, "p") == ["CREATED", "RUNNING", "PAUSED", "RUNNING", "SUCCESS"]
    assert bench.live.task_outputs["p"] == {
        "decision": "APPROVED",
        "auto": False,
        "by": "someone",
        "comment": "looks good",
        "inputs": {"ticket": "7"},
        "on": bench.now.isoformat(),
    }


def test_the_log_says_who_decided_and_why() -> None:
    bench = _bench()

    bench.review(DENIED, "too risky")

    assert '"p" was denied by someone: too risky' in _lines(bench)


def test_to_resume_is_to_approve() -> None:
    bench = _bench()

    bench.resume()

    assert _outputs(bench)["decision"] == "APPROVED"
    assert bench.working() == "z"


def test_on_deny_runs_and_then_the_execution_is_cancelled() -> None:
    bench = _bench(onDeny=leaves("no"), onApprove=leaves("yes"), final=leaves("f"))

    bench.review(DENIED)

    assert bench.working() == "no"
    bench.succeed("no f")
    assert bench.states() == {"p": "CANCELLED", "no": "SUCCESS", "f": "SUCCESS"}
    assert bench.state() is State.CANCELLED


@pytest.mark.parametrize(
    ("behavior", "approval", "execution", "next_one"),
    [
        ("CONTINUE", "SUCCESS", State.RUNNING, "z"),
        ("warn", "WARNING", State.RUNNING, "z"),
        ("FAIL", "FAILED", State.FAILED, ""),
        ("SUCCEED", "SUCCESS", State.SUCCESS, ""),
        ("CANCEL", "CANCELLED", State.CANCELLED, ""),
        ("KILL", "KILLED", State.KILLED, ""),
    ],
)
@pytest.mark.parametrize("decision", ["approve", "deny", "expire"])
def test_the_behavior_says_what_follows_from_a_decision(
    decision: str, behavior: str, approval: str, execution: State, next_one: str
) -> None:
    bench = _bench({f"{decision}Behavior": behavior, "timeout": "PT1H"})

    if decision == "expire":
        bench.fire()
    else:
        bench.review(APPROVED if decision == "approve" else DENIED)

    assert bench.states()["p"] == approval
    assert bench.state() is execution
    assert bench.working() == next_one


def test_an_approval_that_ends_the_execution_stops_what_runs_beside_it() -> None:
    approval = flowable("Approval", "p", {"denyBehavior": "SUCCEED"})
    both = flowable("Parallel", "both", tasks=(approval, leaf("a")))
    bench = EngineBench(flow_of(both, leaf("z"), finally_tasks=leaves("f")))
    bench.start("a")

    bench.review(DENIED)

    assert bench.take(commands.Cancel)
    bench.end("a", State.KILLED)
    bench.succeed("f")
    assert bench.states() == {"both": "SUCCESS", "p": "SUCCESS", "a": "KILLED", "f": "SUCCESS"}
    assert bench.state() is State.SUCCESS


def test_a_failure_after_the_decision_is_not_hidden_by_what_was_to_follow() -> None:
    bench = _bench({"denyBehavior": "SUCCEED"}, onDeny=leaves("no"))
    bench.review(DENIED)

    bench.fail("no")

    assert bench.states()["p"] == "FAILED"
    assert bench.state() is State.FAILED


def test_a_request_expires_at_its_date_without_any_of_the_lists() -> None:
    bench = _bench({"timeout": "PT1H"}, onApprove=leaves("yes"), onDeny=leaves("no"))
    due = _outputs(bench)["due"]

    bench.fire()

    assert bench.states() == {"p": "CANCELLED"}
    outputs = _outputs(bench)
    assert outputs == {"decision": "EXPIRED", "auto": False, "due": due, "on": due}
    assert f"nobody approved or denied it before {due}" in _lines(bench)


def test_on_wait_runs_before_anybody_is_asked() -> None:
    bench = _bench(onWait=leaves("tell more"))
    assert bench.state() is State.RUNNING

    bench.succeed("tell more")

    assert bench.states() == {"p": "PAUSED", "tell": "SUCCESS", "more": "SUCCESS"}
    assert bench.state() is State.PAUSED


def test_nobody_is_asked_when_on_wait_fails_and_a_restart_begins_there() -> None:
    bench = _bench(onWait=leaves("tell"))
    bench.fail("tell")
    assert bench.state() is State.FAILED

    bench.restart()

    bench.succeed("tell")
    assert bench.state() is State.PAUSED
    bench.review(APPROVED)
    assert bench.working() == "z"


def test_an_approval_that_approves_itself_asks_nobody() -> None:
    bench = _bench({"autoApprove": "true"}, onWait=leaves("tell"), onApprove=leaves("yes"))

    bench.succeed("yes")

    assert bench.working() == "z"
    assert _outputs(bench) == {"decision": "APPROVED", "auto": True}
    assert "PAUSED" not in _history(bench)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("denyBehavior", "MAYBE"),
        ("approveBehavior", "RESUME"),
        ("expireBehavior", "x"),
        ("commentRequired", "SOMETIMES"),
        ("timeout", "soon"),
    ],
)
def test_an_approval_whose_properties_make_no_sense_fails(name: str, value: str) -> None:
    bench = _bench({name: value})

    assert bench.state() is State.FAILED
    assert f"`{name}`" in bench.live.execution.error


def test_why_a_denial_failed_the_execution_is_its_error() -> None:
    bench = _bench({"denyBehavior": "FAIL"}, errors=leaves("e"))
    bench.review(DENIED, "too risky")
    bench.succeed("e")

    assert bench.live.execution.error == "it was denied by someone: too risky"
    assert bench.state() is State.FAILED


def test_a_restart_goes_on_behind_a_decision() -> None:
    bench = _bench(onApprove=leaves("yes more"))
    bench.review(APPROVED)
    bench.fail("yes")

    bench.restart()

    assert bench.states() == {"p": "RUNNING", "yes": "CREATED"}
    bench.succeed("yes more z")
    assert bench.state() is State.SUCCESS
    assert _outputs(bench)["decision"] == "APPROVED"


@pytest.mark.parametrize("behavior", ["FAIL", "CANCEL", "KILL"])
def test_a_restart_asks_again_after_a_denial(behavior: str) -> None:
    bench = _bench({"denyBehavior": behavior}, onDeny=leaves("no"))
    bench.review(DENIED)
    bench.succeed("no")

    bench.restart()

    assert bench.states() == {"p": "PAUSED"}
    bench.review(APPROVED)
    assert bench.working() == "z"


def test_a_replay_from_before_the_question_asks_again() -> None:
    bench = _bench({"timeout": "PT1H"}, onWait=leaves("tell"), onApprove=leaves("yes"))
    bench.succeed("tell")
    bench.review(APPROVED)
    bench.succeed("yes z")

    bench.replay("tell")

    bench.succeed("tell")
    assert bench.states() == {"p": "PAUSED", "tell": "SUCCESS"}
    bench.review(DENIED)
    assert bench.state() is State.CANCELLED


def test_a_replay_from_behind_the_decision_keeps_it() -> None:
    bench = _bench(onApprove=leaves("yes more"))
    bench.review(APPROVED, "fine")
    bench.succeed("yes more z")

    bench.replay("more")

    assert bench.working() == "more"
    assert _outputs(bench)["comment"] == "fine"
    bench.succeed("more z")
    assert bench.state() is State.SUCCESS


def test_a_kill_ends_an_approval() -> None:
    bench = _bench({"timeout": "PT1H"}, onDeny=leaves("no"))

    bench.kill()

    assert bench.states() == {"p": "KILLED"}
    assert bench.state() is State.KILLED
    assert bench.take(commands.CancelTimer)


def test_a_crash_leaves_an_approval_with_its_date() -> None:
    bench = _bench({"timeout": "PT1H"})
    (timer,) = bench.take(commands.StartTimer)

    assert bench.open() == [timer]
    assert snapshot(bench.rebuilt().execution) == snapshot(bench.live.execution)


def test_a_crash_after_a_decision_keeps_it() -> None:
    bench = _bench(onApprove=leaves("yes"))
    bench.review(APPROVED, "fine")

    assert snapshot(bench.rebuilt().execution) == snapshot(bench.live.execution)
