from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from lanner_coordinator.flow.model import Flow, Trigger
from lanner_coordinator.flow.schedule import Timing
from lanner_coordinator.flow.types.triggers import SCHEDULE
from lanner_coordinator.runtime.schedule import steps
from lanner_coordinator.runtime.schedule.definition import (
    Recovery,
    Schedule,
    schedule_of,
)
from lanner_coordinator.runtime.schedule.variables import date_variables, zoned_text
from lanner_coordinator.store.trigger_records import BackfillRecord, TriggerRecord

EMPTY = TriggerRecord(namespace="company", flow_id="nightly", trigger_id="daily")


def at(text: str) -> datetime:
    """A date of January 2026, in UTC: `05 06:00`."""
    return datetime.strptime(f"2026-01-{text} +0000", "%Y-%m-%d %H:%M %z").astimezone(UTC)


def schedule(cron: str = "0 6 * * *", timezone: str = "UTC", **more: object) -> Schedule:
    trigger = Trigger(id="daily", type=SCHEDULE.name)
    made = Schedule(trigger=trigger, timing=Timing(cron=cron, timezone=timezone))
    return replace(made, **more)  # type: ignore[arg-type]  # fields of the test


def due(text: str) -> TriggerRecord:
    return replace(EMPTY, next_at=at(text))


def started(step: steps.Start | steps.Rest) -> steps.Start:
    assert isinstance(step, steps.Start)
    return step


def test_a_new_schedule_waits_for_its_next_date() -> None:
    record = steps.applied(EMPTY, None, schedule(), at("05 07:00"))

    assert record.next_at == at("06 06:00")


def test_a_date_that_has_not_come_starts_nothing() -> None:
    step = steps.next_step(due("06 06:00"), schedule(), at("06 05:59"))

    assert step == steps.Rest(record=due("06 06:00"))


def test_a_date_that_has_come_starts_an_execution_and_the_next_date_follows() -> None:
    step = started(steps.next_step(due("06 06:00"), schedule(), at("06 06:00")))

    assert (step.kind, step.date) == ("schedule", at("06 06:00"))
    assert step.after == replace(EMPTY, last_at=at("06 06:00"), next_at=at("07 06:00"))


def test_dates_that_were_missed_come_one_after_the_other() -> None:
    record, dates = due("01 06:00"), []
    while isinstance(step := steps.next_step(record, schedule(), at("03 12:00")), steps.Start):
        dates.append(step.date)
        record = step.after

    assert dates == [at("01 06:00"), at("02 06:00"), at("03 06:00")]


def test_a_date_that_the_schedule_does_not_have_is_moved_to_the_next_that_it_has() -> None:
    record = due("01 06:45")

    step = started(steps.next_step(record, schedule("30 0 * * *"), at("02 12:00")))

    assert step.date == at("02 00:30")


def test_dates_that_are_too_late_are_skipped() -> None:
    late = schedule("0 * * * *", latest=timedelta(minutes=90))

    step = started(steps.next_step(due("01 00:00"), late, at("01 10:15")))

    assert step.date == at("01 09:00")


def test_a_date_that_is_too_late_waits_for_the_next_one() -> None:
    late = schedule(latest=timedelta(minutes=5))

    step = steps.next_step(due("01 06:00"), late, at("01 06:06"))

    assert step == steps.Rest(record=due("02 06:00"))


@pytest.mark.parametrize(
    ("recovery", "next_at"),
    [
        (Recovery.ALL, "01 06:00"),
        (Recovery.LAST, "03 06:00"),
        (Recovery.NONE, "04 06:00"),
    ],
)
def test_dates_missed_while_away_are_recovered_as_wished(recovery: Recovery, next_at: str) -> None:
    record = steps.recovered(due("01 06:00"), schedule(recovery=recovery), at("03 06:00"))

    assert record.next_at == at(next_at)


@pytest.mark.parametrize("recovery", list(Recovery))
def test_nothing_is_recovered_when_nothing_was_missed(recovery: Recovery) -> None:
    record = due("04 06:00")

    assert steps.recovered(record, schedule(recovery=recovery), at("03 06:00")) == record


def test_a_changed_cron_counts_from_now_on() -> None:
    record = steps.applied(due("06 06:00"), schedule(), schedule("0 * * * *"), at("05 07:30"))

    assert record.next_at == at("05 08:00")


def test_a_new_revision_with_the_same_dates_keeps_a_date_that_is_due() -> None:
    changed = schedule(latest=timedelta(days=1))

    record = steps.applied(due("01 06:00"), schedule(), changed, at("01 06:01"))

    assert record.next_at == at("01 06:00")


@pytest.mark.parametrize(
    "off", [schedule(is_enabled=False), schedule(flow_is_disabled=True)], ids=["trigger", "flow"]
)
def test_a_schedule_that_its_source_disables_has_no_next_date(off: Schedule) -> None:
    record = steps.applied(due("06 06:00"), schedule(), off, at("05 07:00"))

    assert record.next_at is None


def test_a_schedule_that_is_enabled_again_does_not_make_up_for_what_it_missed() -> None:
    off = steps.switched(due("06 06:00"), schedule(), at("05 07:00"), is_enabled=False)
    on = steps.switched(off, schedule(), at("09 07:00"), is_enabled=True)

    assert (off.is_disabled, off.next_at) == (True, None)
    assert (on.is_disabled, on.next_at) == (False, at("10 06:00"))


def test_enabling_what_is_enabled_changes_nothing() -> None:
    record = due("01 06:00")

    assert steps.switched(record, schedule(), at("09 07:00"), is_enabled=True) == record


def test_a_trigger_that_becomes_another_type_has_no_dates() -> None:
    record = steps.applied(due("01 06:00"), schedule(), None, at("01 07:00"))

    assert record.next_at is None


def test_a_person_s_switch_survives_a_new_revision() -> None:
    off = replace(EMPTY, is_disabled=True)

    record = steps.applied(off, schedule(), schedule("0 * * * *"), at("05 07:00"))

    assert (record.is_disabled, record.next_at) == (True, None)


def backfilled(start: str, end: str, **more: object) -> TriggerRecord:
    backfill = steps.backfill_of(at(start), at(end), schedule(), 100)
    record = replace(due("20 06:00"), backfill=backfill)
    return replace(record, **more)  # type: ignore[arg-type]  # fields of the test


def test_a_backfill_counts_the_dates_of_its_range_both_ends_included() -> None:
    backfill = steps.backfill_of(at("01 06:00"), at("04 06:00"), schedule(), 100)

    assert backfill == BackfillRecord(
        start=at("01 06:00"), end=at("04 06:00"), current=at("01 06:00"), total_count=4
    )


def test_a_range_without_a_date_is_no_backfill() -> None:
    assert steps.backfill_of(at("01 06:01"), at("02 05:59"), schedule(), 100) is None


def test_counting_a_backfill_ends_above_the_limit() -> None:
    backfill = steps.backfill_of(at("01 00:00"), at("20 00:00"), schedule("* * * * *"), 10)

    assert backfill is not None
    assert backfill.total_count == 11


def test_a_backfill_goes_from_date_to_date_and_counts_what_has_ended() -> None:
    record, seen = backfilled("01 00:00", "03 23:00"), []
    while isinstance(step := steps.next_step(record, schedule(), at("19 00:00")), steps.Start):
        backfill = step.after.backfill
        assert backfill is not None
        seen.append((step.kind, step.date, backfill.current, backfill.done_count))
        record = steps.ended(replace(step.after, running_execution_id="X1"))

    assert seen == [
        ("backfill", at("01 06:00"), at("02 06:00"), 0),
        ("backfill", at("02 06:00"), at("03 06:00"), 1),
        ("backfill", at("03 06:00"), None, 2),
    ]
    assert record == due("20 06:00")


def test_the_schedule_s_own_date_comes_before_a_backfill_s() -> None:
    record = backfilled("01 00:00", "03 23:00", next_at=at("19 06:00"))

    step = started(steps.next_step(record, schedule(), at("19 06:00")))

    assert (step.kind, step.date) == ("schedule", at("19 06:00"))
    assert step.after.backfill == record.backfill


def test_a_backfill_of_a_disabled_schedule_runs() -> None:
    record = backfilled("01 00:00", "03 23:00", next_at=None, is_disabled=True)

    assert started(steps.next_step(record, schedule(), at("19 00:00"))).kind == "backfill"


def test_a_backfill_of_a_disabled_flow_waits() -> None:
    record = backfilled("01 00:00", "03 23:00", next_at=None)

    step = steps.next_step(record, schedule(flow_is_disabled=True), at("19 00:00"))

    assert step == steps.Rest(record=record)


def test_the_dates_of_an_execution_are_told_with_their_offset() -> None:
    paris = Timing(cron="0 6 * * *", timezone="Europe/Paris")

    assert date_variables(paris, at("05 05:00").astimezone(UTC)) == {
        "date": "2026-01-05T05:00:00Z",
        "next": "2026-01-06T06:00:00+01:00",
        "previous": "2026-01-04T06:00:00+01:00",
    }


def test_an_offset_of_zero_is_told_as_z() -> None:
    assert zoned_text(at("05 06:00")) == "2026-01-05T06:00:00Z"


def test_the_hour_that_is_missing_in_spring_starts_one_execution() -> None:
    paris = schedule("30 2 * * *", "Europe/Paris")
    record = replace(EMPTY, next_at=datetime(2026, 3, 28, 1, 30, tzinfo=UTC))
    dates = []
    now = datetime(2026, 3, 30, 12, 0, tzinfo=UTC)
    while isinstance(step := steps.next_step(record, paris, now), steps.Start):
        dates.append(zoned_text(step.date))
        record = step.after

    assert dates == [
        "2026-03-28T02:30:00+01:00",
        "2026-03-29T03:30:00+02:00",
        "2026-03-30T02:30:00+02:00",
    ]


def test_a_schedule_is_read_from_its_flow() -> None:
    trigger = Trigger(
        id="daily",
        type=SCHEDULE.name,
        properties={
            "cron": "0 6 * * *",
            "lateMaximumDelay": "PT1H",
            "recoverMissedSchedules": "LAST",
        },
    )
    flow = Flow(id="nightly", namespace="company", triggers=(trigger,))

    read = schedule_of(flow, "daily", "Europe/Paris")

    assert read == Schedule(
        trigger=trigger,
        timing=Timing(cron="0 6 * * *", timezone="Europe/Paris"),
        recovery=Recovery.LAST,
        latest=timedelta(hours=1),
    )
    assert schedule_of(flow, "hourly", "UTC") is None


@pytest.mark.parametrize(
    ("properties", "why"),
    [
        ({"cron": "{{ vars.cron }}"}, "invalid cron"),
        ({"cron": "0 6 * * *", "timezone": "Europe/Atlantis"}, "no time zone"),
    ],
)
def test_a_schedule_whose_dates_make_no_sense_says_why(
    properties: dict[str, object], why: str
) -> None:
    trigger = Trigger(id="daily", type=SCHEDULE.name, properties=properties)
    flow = Flow(id="nightly", namespace="company", triggers=(trigger,))

    with pytest.raises(ValueError, match=why):
        schedule_of(flow, "daily", "UTC")
