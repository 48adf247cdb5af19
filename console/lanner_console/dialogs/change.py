"""Asks what an act needs to know: from which task, which state, which labels."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from textual.app import ComposeResult
from textual.widgets import Input, Static

from lanner_console.cli.arguments import key_values
from lanner_console.cli.errors import UsageProblem
from lanner_console.dialogs.dialog import Dialog, Row, text_field
from lanner_console.models import ActDetails, BatchAct, State
from lanner_console.workplace import Workplace

END_STATES = ("SUCCESS", "WARNING", "FAILED", "KILLED", "CANCELLED")
MARKED_STATES = (*END_STATES, "SKIPPED")
SYSTEM_PREFIX = "system."
LATEST = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeQuestion:
    """What is about to be changed.

    Attributes:
        act: Which act; absent: a task run is marked.
        subject: Of what, for people.
        task_run: From which to replay, or which is marked.
        state: How it is now.
        labels: How they are now.
        inputs: How they are now, to be changed in a replay.
    """

    act: BatchAct | None
    subject: str
    task_run: str = ""
    state: State = State.UNKNOWN
    labels: Mapping[str, str] = field(default_factory=dict)
    inputs: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """It is to be changed so.

    Attributes:
        details: What the act needs to know.
        reason: Kept in the history; may be empty.
    """

    details: ActDetails
    reason: str = ""


class ChangeDialog(Dialog[Change]):
    """Fields of one act, prefilled with what is there."""

    def __init__(self, place: Workplace, question: ChangeQuestion) -> None:
        verb = question.act.verb if question.act else "mark"
        super().__init__(place, title=f"{verb} {question.subject}", confirm=verb)
        self.question = question

    def compose_body(self) -> ComposeResult:
        """Lay out the fields."""
        question = self.question
        if question.act is BatchAct.REPLAY:
            yield Row("from task", text_field(question.task_run, id="task", placeholder="start"))
            yield Row("revision", text_field(id="revision", placeholder="the same; 3, latest"))
            for name, value in question.inputs.items():
                yield Row(name, text_field(_text(value), name=name))
        elif question.act is BatchAct.SET_LABELS:
            own = {k: v for k, v in question.labels.items() if not k.startswith(SYSTEM_PREFIX)}
            words = " ".join(f"{key}={value}" for key, value in own.items())
            yield Row("labels", text_field(words, id="labels", placeholder="env=prod team=a"))
        else:
            yield Row("new state", text_field(id="state", placeholder=", ".join(self._states)))
        yield Row("reason", text_field(id="reason", placeholder="kept in the history"))
        yield Static("", id="wrong", classes="wrong", markup=False)

    def on_mount(self) -> None:
        """Begin at the first field."""
        self.query(Input).first().focus()
        self._check()

    def on_input_changed(self) -> None:
        """See whether it may be done now."""
        self._check()

    def on_input_submitted(self) -> None:
        """Do it."""
        self.action_confirm()

    @property
    def _states(self) -> Sequence[str]:
        return END_STATES if self.question.act else MARKED_STATES

    def _check(self) -> None:
        try:
            self._details()
        except UsageProblem as problem:
            self.query_one("#wrong", Static).update(str(problem))
            self.allow(False)
        else:
            self.query_one("#wrong", Static).update("")
            self.allow(True)

    def _details(self) -> ActDetails:
        if self.question.act is BatchAct.REPLAY:
            return ActDetails(
                task_run=self._value("task"),
                revision=_revision(self._value("revision")),
                inputs=self._changed_inputs(),
            )
        if self.question.act is BatchAct.SET_LABELS:
            labels = key_values(self._value("labels").split(), "labels")
            return ActDetails(labels=labels, replaces_labels=True)
        state = self._value("state").upper()
        if state not in self._states:
            raise UsageProblem(f"one of {', '.join(self._states)}")
        return ActDetails(state=State(state))

    def _changed_inputs(self) -> dict[str, object]:
        changed: dict[str, object] = {}
        for one in self.query(Input):
            name = one.name or ""
            if name in self.question.inputs and one.value != _text(self.question.inputs[name]):
                changed[name] = one.value
        return changed

    def _value(self, id: str) -> str:
        return self.query_one(f"#{id}", Input).value.strip()

    def action_confirm(self) -> None:
        """Have it done."""
        self._check()
        if self.is_allowed:
            self.dismiss(Change(details=self._details(), reason=self._value("reason")))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _revision(text: str) -> int:
    if text == "latest":
        return LATEST
    if text and not text.isdecimal():
        raise UsageProblem(f'"{text}" is no revision')
    return int(text or 0)
