from __future__ import annotations

from lanner_coordinator.flow.suggest import choices, did_you_mean, nearest


def test_the_nearest_name_is_found_whatever_its_case() -> None:
    assert nearest("TIMEOT", ["retry", "timeout"]) == ("timeout",)


def test_nothing_is_suggested_where_nothing_is_near() -> None:
    assert did_you_mean("zzz", ["retry", "timeout"]) == ""


def test_further_names_are_suggested_only_if_they_are_near_too() -> None:
    names = ["core.log.Log", "core.log.Logs", "core.flow.If"]

    assert did_you_mean("core.log.Logg", names, count=3) == (
        "Did you mean `core.log.Log` or `core.log.Logs`?"
    )


def test_choices_read_as_a_sentence() -> None:
    assert choices(["a"]) == "`a`"
    assert choices(["a", "b", "c"]) == "`a`, `b` or `c`"
    assert choices(str(number) for number in range(20)).endswith("`11` and 8 more")
