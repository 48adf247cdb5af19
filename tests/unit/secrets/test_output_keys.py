"""Outputs that an agent seals are opened by the coordinator that they are for, and by no other."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lanner_agent.ids import AttemptId
from lanner_agent.sealing import sealed_for
from lanner_coordinator.engine.state import State
from lanner_coordinator.runtime.agents.inbound import Inbound
from lanner_coordinator.runtime.agents.messages import Finished
from lanner_coordinator.runtime.encryption import Undecipherable
from lanner_coordinator.runtime.secrets.keyring import Keyring, new_keyring
from lanner_coordinator.runtime.secrets.output_keys import OutputKeys
from tests.support.stage import flow_of, native, script, stage, states
from tests.support.stage_agent import connected

NOW = datetime(2026, 3, 1, tzinfo=UTC)
ONE = AttemptId("E1-1.1")


def a_keyring() -> Keyring:
    return new_keyring(b"m" * 32, NOW)


def test_what_an_agent_seals_is_opened() -> None:
    keys = OutputKeys(a_keyring())
    box = sealed_for(keys.public, b'{"a": "swordfish"}', ONE)

    assert keys.open(box, ONE) == b'{"a": "swordfish"}'
    assert b"swordfish" not in box


def test_a_box_is_made_anew_each_time() -> None:
    keys = OutputKeys(a_keyring())

    assert sealed_for(keys.public, b"x", ONE) != sealed_for(keys.public, b"x", ONE)


def test_the_keys_are_the_same_after_a_restart_and_open_after_a_change_of_the_key() -> None:
    keyring = a_keyring()
    before = OutputKeys(keyring)
    box = sealed_for(before.public, b"old", ONE)
    assert OutputKeys(keyring).public == before.public

    keyring.become(keyring.with_new_key(NOW))

    assert before.public == OutputKeys(keyring).public != box[:32]
    assert before.open(box, ONE) == OutputKeys(keyring).open(box, ONE) == b"old"


@pytest.mark.parametrize(
    "change",
    [
        lambda box: box[:-1],
        lambda box: box[:-1] + bytes([box[-1] ^ 1]),
        lambda box: box[:40] + bytes([box[40] ^ 1]) + box[41:],
        lambda box: bytes(32) + box[32:],
        lambda box: box[:32] + bytes(32) + box[64:],
        lambda box: box[:50],
        lambda box: b"",
    ],
)
def test_a_box_that_was_changed_stays_closed(change: object) -> None:
    keys = OutputKeys(a_keyring())
    box = sealed_for(keys.public, b"x", ONE)
    assert callable(change)

    with pytest.raises(Undecipherable, match=r"outputs of the attempt E1-1\.1 came sealed"):
        keys.open(change(box), ONE)


def test_a_box_is_for_one_attempt_and_one_data_folder() -> None:
    keys = OutputKeys(a_keyring())
    box = sealed_for(keys.public, b"x", ONE)

    with pytest.raises(Undecipherable):
        keys.open(box, "E1-1.2")
    with pytest.raises(Undecipherable):
        OutputKeys(a_keyring()).open(box, ONE)


async def test_sealed_outputs_are_outputs_for_the_flow() -> None:
    keys = OutputKeys(a_keyring())
    flow = flow_of(script("work"), native("after", message="{{ outputs.work.n }}"))
    async with stage(flow) as on:
        on.inbound = Inbound(on.registry, on.clock, keys)
        agent = await connected(on)
        await on.create()
        attempt_id = (await agent.assignment()).attempt_id
        box = sealed_for(keys.public, b'{"n": 7}', AttemptId(attempt_id))
        await agent.say(sealed_end(attempt_id, box))

        assert states(await on.ended()) == {"work": State.SUCCESS, "after": State.SUCCESS}
        assert await on.lines() == ["7"]


@pytest.mark.parametrize(
    ("content", "sealed_for_id", "has_keys", "error"),
    [
        (b"{}", "other", True, "cannot be opened"),
        (b"[]", "", True, "Expected `object`"),
        (b"{}", "", False, "encryption is switched off"),
    ],
)
async def test_sealed_outputs_that_are_of_no_use_fail_the_attempt_with_a_sentence(
    content: bytes, sealed_for_id: str, has_keys: bool, error: str
) -> None:
    keys = OutputKeys(a_keyring())
    async with stage(flow_of(script("work"))) as on:
        on.inbound = Inbound(on.registry, on.clock, keys if has_keys else None)
        agent = await connected(on)
        await on.create()
        attempt_id = (await agent.assignment()).attempt_id
        box = sealed_for(keys.public, content, AttemptId(sealed_for_id or attempt_id))
        await agent.say(sealed_end(attempt_id, box))

        run = next(iter((await on.ended()).task_runs.values()))
        assert run.state is State.FAILED
        assert error in run.attempts[-1].error


def sealed_end(attempt_id: str, box: bytes) -> Finished:
    return Finished(
        attempt_id=attempt_id,
        state=State.SUCCESS,
        outputs={},
        error="",
        cause="",
        sealed_outputs=box,
    )
