from __future__ import annotations

from typing import Any

from lanner_coordinator.engine import commands, events
from lanner_coordinator.engine.ids import folder_id
from lanner_coordinator.engine.state import State
from lanner_coordinator.flow.model import AgentLostPolicy, Task
from tests.support.engine_bench import EngineBench, flow_of, flowable, leaf, leaves


def shared(text: str = "a b", properties: dict[str, object] | None = None, **more: Any) -> Task:
    return flowable("WorkingDirectory", "wd", properties, tasks=leaves(text), **more)


def removed(bench: EngineBench) -> list[tuple[str, str]]:
    wishes = bench.take(commands.RemoveFolder)
    return [(wish.agent_id, wish.folder_id.rpartition(".")[2]) for wish in wishes]


def lose_folder(bench: EngineBench, agent_id: str = "agent") -> None:
    run = bench.run("wd")
    assert run.folder is not None
    event = events.FolderLost(
        task_run_id=run.id, number=run.folder.number, agent_id=agent_id, reason="it is gone"
    )
    bench.send(event)


def test_the_first_attempt_chooses_the_agent_of_all() -> None:
    bench = EngineBench(flow_of(shared()))
    bench.start("a")
    bench.succeed("a")
    run = bench.run("wd")
    assert run.folder is not None
    assert (run.folder.agent_id, run.folder.is_made) == ("agent", True)
    assert removed(bench) == []
    bench.start("b")
    bench.succeed("b")
    assert removed(bench) == [("agent", "folder1")]
    assert bench.state() is State.SUCCESS


def test_a_folder_without_files_has_no_attempts_of_its_own() -> None:
    bench = EngineBench(flow_of(shared()))
    assert bench.working() == "a"
    assert bench.run("wd").attempt is None


def test_the_folder_is_filled_before_the_first_task_and_collected_after_the_last() -> None:
    bench = EngineBench(flow_of(shared("a", {"inputFiles": {"x": "y"}, "outputFiles": ["*"]})))
    assert bench.working() == ""
    bench.start("wd")
    bench.succeed("wd")
    assert bench.working() == "a"
    bench.start("a")
    bench.succeed("a")
    assert bench.run("wd").state is State.RUNNING
    bench.start("wd")
    attempt_id = bench.attempt_id("wd")
    outputs: dict[str, object] = {"outputFiles": {"x": "uri"}}
    bench.send(events.AttemptFinished(attempt_id=attempt_id, state=State.SUCCESS, outputs=outputs))
    assert bench.run("wd").outputs == outputs
    assert bench.run("wd").attempts == []
    assert bench.state() is State.SUCCESS


def test_a_folder_that_cannot_be_filled_fails_without_a_task() -> None:
    bench = EngineBench(flow_of(shared("a", {"cache": {"patterns": ["*"]}}, errors=leaves("mend"))))
    bench.start("wd")
    bench.fail("wd")
    assert bench.states() == {"wd": "RUNNING", "mend": "CREATED"}
    bench.succeed("mend")
    assert bench.state() is State.FAILED


def test_files_of_tasks_that_failed_are_collected_too() -> None:
    bench = EngineBench(flow_of(shared("a b", {"outputFiles": ["*"]})))
    bench.start("a")
    bench.fail("a")
    assert bench.run("wd").state is State.RUNNING
    bench.start("wd")
    bench.succeed("wd")
    assert bench.states() == {"wd": "FAILED", "a": "FAILED"}


def test_errors_run_outside_of_the_folder() -> None:
    bench = EngineBench(flow_of(shared("a", errors=leaves("mend"))))
    bench.start("a")
    bench.fail("a")
    assert removed(bench) == [("agent", "folder1")]
    bench.start("mend")
    bench.succeed("mend")
    assert removed(bench) == []


def test_an_attempt_that_is_given_back_before_it_made_the_folder_may_go_elsewhere() -> None:
    bench = EngineBench(flow_of(shared()))
    attempt_id = bench.attempt_id("a")
    bench.send(events.AttemptSubmitted(attempt_id=attempt_id, agent_id="one"))
    bench.send(events.AttemptReturned(attempt_id=attempt_id, reason="full", agent_id="one"))
    folder = bench.run("wd").folder
    assert folder is not None
    assert folder.agent_id == ""
    assert removed(bench) == [("one", "folder1")]


def test_a_retry_of_a_task_goes_on_in_the_same_folder() -> None:
    bench = EngineBench(flow_of(shared()))
    bench.start("a")
    bench.succeed("a")
    attempt_id = bench.attempt_id("b")
    bench.send(events.AttemptSubmitted(attempt_id=attempt_id, agent_id="agent"))
    bench.send(events.AttemptReturned(attempt_id=attempt_id, reason="full", agent_id="agent"))
    folder = bench.run("wd").folder
    assert folder is not None
    assert (folder.number, folder.agent_id) == (1, "agent")


def test_when_the_agent_is_lost_all_tasks_begin_anew_in_another_folder() -> None:
    bench = EngineBench(flow_of(shared()))
    bench.start("a")
    bench.succeed("a")
    bench.start("b")
    bench.lose("b")
    assert bench.states() == {"wd": "RUNNING", "a": "CREATED"}
    assert removed(bench) == [("agent", "folder1")]
    folder = bench.run("wd").folder
    assert folder is not None
    assert (folder.agent_id, folder.is_made) == ("", False)
    bench.start("a")
    bench.succeed("a")
    bench.start("b")
    bench.succeed("b")
    assert bench.state() is State.SUCCESS


def test_a_lost_task_that_may_not_be_tried_elsewhere_fails() -> None:
    tasks = (leaf("a", on_agent_lost=AgentLostPolicy.FAIL), leaf("b"))
    bench = EngineBench(flow_of(flowable("WorkingDirectory", "wd", tasks=tasks)))
    bench.start("a")
    bench.lose("a")
    assert bench.states() == {"wd": "FAILED", "a": "FAILED"}


def test_a_folder_lost_while_a_task_waits_for_its_agent_begins_anew() -> None:
    bench = EngineBench(flow_of(shared()))
    bench.start("a")
    bench.succeed("a")
    lose_folder(bench)
    assert bench.states() == {"wd": "RUNNING", "a": "CREATED"}
    assert len(bench.take(commands.Cancel)) == 1


def test_a_loss_that_another_agent_tells_of_is_ignored() -> None:
    bench = EngineBench(flow_of(shared()))
    bench.start("a")
    bench.succeed("a")
    lose_folder(bench, "another")
    assert bench.states() == {"wd": "RUNNING", "a": "SUCCESS", "b": "CREATED"}


def test_tasks_do_not_begin_anew_for_ever() -> None:
    bench = EngineBench(flow_of(shared()))
    for _ in range(10):
        bench.start("a")
        bench.lose("a")
    assert bench.states() == {"wd": "FAILED", "a": "FAILED"}


def test_a_kill_while_the_folder_is_filled_ends_it_at_once() -> None:
    bench = EngineBench(flow_of(shared("a", {"inputFiles": {"x": "y"}})))
    bench.start("wd")
    bench.kill()
    assert bench.state() is State.KILLED
    assert len(bench.take(commands.Cancel)) == 1
    assert removed(bench) == [("agent", "folder1")]


def test_a_killed_task_is_followed_by_the_removal_of_its_folder() -> None:
    bench = EngineBench(flow_of(shared("a b", {"outputFiles": ["*"]})))
    bench.start("a")
    bench.kill()
    assert removed(bench) == []
    bench.end("a", State.KILLED)
    assert removed(bench) == [("agent", "folder1")]
    assert bench.state() is State.KILLED


def test_a_timeout_ends_the_collecting() -> None:
    bench = EngineBench(flow_of(shared("a", {"outputFiles": ["*"]}, timeout="PT5S")))
    bench.start("a")
    bench.succeed("a")
    bench.start("wd")
    timer = bench.take(commands.StartTimer)[-1]
    bench.now = timer.at
    bench.send(events.TimerFired(timer_id=timer.timer_id))
    assert bench.states() == {"wd": "FAILED", "a": "SUCCESS"}
    assert removed(bench) == [("agent", "folder1")]


def test_a_hold_gives_the_filling_no_more_time() -> None:
    bench = EngineBench(flow_of(shared("a", {"inputFiles": {"x": "y"}}, timeout="PT5S")))
    expires_at = bench.run("wd").expires_at
    bench.pause()
    bench.wait(1)
    bench.resume()
    assert bench.run("wd").expires_at == expires_at is not None


def test_a_restart_begins_all_tasks_anew() -> None:
    bench = EngineBench(flow_of(shared()))
    bench.start("a")
    bench.succeed("a")
    bench.start("b")
    bench.fail("b")
    bench.restart()
    assert bench.states() == {"wd": "RUNNING", "a": "CREATED"}
    run = bench.run("wd")
    assert run.folder is not None
    assert run.folder.number > 1


def test_a_coordinator_that_comes_back_asks_again_for_an_agent_for_the_folder() -> None:
    bench = EngineBench(flow_of(shared("a", {"inputFiles": {"x": "y"}})))
    wanted = [commands.Dispatch(task_run_id="E-1", attempt_id=bench.attempt_id("wd"))]
    assert [one for one in bench.open() if isinstance(one, commands.Dispatch)] == wanted
    bench.start("wd")
    assert not [one for one in bench.open() if isinstance(one, commands.Dispatch)]


def test_ids_of_folders_are_those_of_the_task_run_with_a_number() -> None:
    assert folder_id("E-1", 2) == "E-1.folder2"
