"""The form of an Approval: its comment, its two decisions and what is asked of the coordinator."""

from __future__ import annotations

from lanner_console.dialogs.review import ReviewDialog
from lanner_console.models import (
    CommentRule,
    Decision,
    ExecutionDetail,
    InputField,
    PauseRow,
    ReviewRow,
    State,
)
from tests.support.console_executions import execution_row
from tests.support.console_scene import opened, settle
from tests.support.eventually import eventually
from tests.support.fake_console_client import FakeConsoleClient
from tests.support.frames import frame

_LABELS = {Decision.APPROVED: "Ship it", Decision.DENIED: "Hold it"}


def _one(
    rule: CommentRule, *inputs: InputField, labels: dict[Decision, str] = _LABELS
) -> FakeConsoleClient:
    review = ReviewRow(labels=labels, comment_rule=rule)
    pause = PauseRow(task_run_id="aaa-1", task_id="release", inputs=inputs, review=review)
    row = execution_row("aaa", State.PAUSED, age_seconds=10)
    return FakeConsoleClient(executions={"aaa": ExecutionDetail(row=row)}, pauses={"aaa": (pause,)})


async def test_the_form_offers_both_decisions_and_a_comment() -> None:
    async with opened(_one(CommentRule.ON_DENY)) as (app, pilot):
        await pilot.press("s")
        await eventually(lambda: isinstance(app.screen, ReviewDialog))
        await settle(pilot)

        shown = frame(app)
        for words in ("task release waits", "comment", "needed to deny", "Ship it F5", "Hold it"):
            assert words in shown


async def test_brackets_and_control_characters_of_a_flow_are_only_shown() -> None:
    text = "a[/red] [b]\x1bc"
    choice = InputField(
        id="way", type="SELECT", display_name=text, values=(text,), default_value=text
    )
    typed = InputField(id="why", type="STRING", default_value=text)
    labels = dict.fromkeys(Decision, text)
    client = _one(CommentRule.NEVER, choice, typed, labels=labels)
    async with opened(client) as (app, pilot):
        await pilot.press("s")
        await eventually(lambda: isinstance(app.screen, ReviewDialog))
        await settle(pilot)

        shown = frame(app)
        assert shown.count("a[/red] [b]␛c") == 5
        assert "\x1b" not in shown

        await pilot.press("f5")
        await eventually(lambda: not isinstance(app.screen, ReviewDialog))
        (asked,) = client.asked("resume_execution")
        assert asked[3] == {"way": text, "why": text}


async def test_it_is_approved_by_a_key_with_what_was_typed() -> None:
    client = _one(CommentRule.NEVER, InputField(id="ticket", type="STRING"))
    async with opened(client) as (app, pilot):
        await pilot.press("s")
        await eventually(lambda: isinstance(app.screen, ReviewDialog))
        await pilot.press(*"seven", "tab", *"fine", "f5")
        await eventually(lambda: not isinstance(app.screen, ReviewDialog))

        assert client.asked("resume_execution") == [("aaa", "", "aaa-1", {"ticket": "seven"})]
        assert client.asked("review") == [("aaa", Decision.APPROVED, "fine")]


async def test_a_denial_without_its_comment_is_not_sent() -> None:
    client = _one(CommentRule.ON_DENY)
    async with opened(client) as (app, pilot):
        await pilot.press("s")
        await eventually(lambda: isinstance(app.screen, ReviewDialog))
        await pilot.click("#deny")
        await settle(pilot)

        assert "a comment is needed to deny it" in frame(app)
        assert client.asked("review") == []
        await pilot.press(*"risky")
        await pilot.click("#deny")
        await eventually(lambda: client.asked("review") == [("aaa", Decision.DENIED, "risky")])
