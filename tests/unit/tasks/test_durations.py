from __future__ import annotations

import pytest

from lanner_agent.tasks.durations import duration_seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT30S", 30), ("P1W", 604_800), ("P1DT1H", 90_000), ("2.5", 2.5), ("0", 0)],
)
def test_a_duration_or_a_number_of_seconds_is_read(text: str, seconds: float) -> None:
    assert duration_seconds(text) == seconds


@pytest.mark.parametrize("text", ["-5", "nan", "inf", "-PT5S", "P1M", "5 minutes", ""])
def test_what_is_no_length_of_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no duration: write it like"):
        duration_seconds(text)
