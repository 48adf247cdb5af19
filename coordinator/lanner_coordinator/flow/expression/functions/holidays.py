"""Public holidays of countries, computed from their rules."""

from __future__ import annotations

import datetime as dt

from lanner_coordinator.flow.expression.errors import ExpressionValueError

_MONDAY, _THURSDAY = 0, 3

# Fixed days as MM-DD; days that move with Easter as distance from Easter Sunday; days on a weekday
# as (month, weekday, n), n = -1 for the last one of the month.
_FIXED = {
    "AT": "01-01 01-06 05-01 08-15 10-26 11-01 12-08 12-25 12-26",
    "BE": "01-01 05-01 07-21 08-15 11-01 11-11 12-25",
    "BR": "01-01 04-21 05-01 09-07 10-12 11-02 11-15 11-20 12-25",
    "CH": "01-01 08-01 12-25",
    "CZ": "01-01 05-01 05-08 07-05 07-06 09-28 10-28 11-17 12-24 12-25 12-26",
    "DE": "01-01 05-01 10-03 12-25 12-26",
    "DK": "01-01 12-25 12-26",
    "ES": "01-01 01-06 05-01 08-15 10-12 11-01 12-06 12-08 12-25",
    "FI": "01-01 01-06 05-01 12-06 12-25 12-26",
    "FR": "01-01 05-01 05-08 07-14 08-15 11-01 11-11 12-25",
    "GB": "01-01 12-25 12-26",
    "IE": "01-01 03-17 12-25 12-26",
    "IT": "01-01 01-06 04-25 05-01 06-02 08-15 11-01 12-08 12-25 12-26",
    "LU": "01-01 05-01 05-09 06-23 08-15 11-01 12-25 12-26",
    "NL": "01-01 04-27 12-25 12-26",
    "NO": "01-01 05-01 05-17 12-25 12-26",
    "PL": "01-01 01-06 05-01 05-03 08-15 11-01 11-11 12-25 12-26",
    "PT": "01-01 04-25 05-01 06-10 08-15 10-05 11-01 12-01 12-08 12-25",
    "SE": "01-01 01-06 05-01 06-06 12-25 12-26",
    "US": "01-01 06-19 07-04 11-11 12-25",
    "CA": "01-01 07-01 12-25",
}
_EASTER = {
    "AT": (1, 39, 50, 60),
    "BE": (1, 39, 50),
    "BR": (-2,),
    "CH": (39,),
    "CZ": (-2, 1),
    "DE": (-2, 1, 39, 50),
    "DK": (-3, -2, 1, 39, 50),
    "ES": (-2,),
    "FI": (-2, 1, 39),
    "FR": (1, 39, 50),
    "GB": (-2,),
    "IE": (1,),
    "IT": (1,),
    "LU": (1, 39, 50),
    "NL": (1, 39, 50),
    "NO": (-3, -2, 1, 39, 50),
    "PL": (0, 1, 49, 60),
    "PT": (-2, 0, 60),
    "SE": (-2, 1, 39),
    "CA": (-2,),
}
_WEEKDAYS: dict[str, tuple[tuple[int, int, int], ...]] = {
    "GB": ((5, _MONDAY, 1), (5, _MONDAY, -1)),
    "IE": ((5, _MONDAY, 1), (6, _MONDAY, 1), (8, _MONDAY, 1), (10, _MONDAY, -1)),
    "US": (
        (1, _MONDAY, 3),
        (2, _MONDAY, 3),
        (5, _MONDAY, -1),
        (9, _MONDAY, 1),
        (10, _MONDAY, 2),
        (11, _THURSDAY, 4),
    ),
    "CA": ((9, _MONDAY, 1),),
}
_PARTS_FIXED = {
    ("DE", "BW"): "01-06 11-01",
    ("DE", "BY"): "01-06 08-15 11-01",
    ("DE", "BE"): "03-08",
    ("DE", "BB"): "10-31",
    ("DE", "HB"): "10-31",
    ("DE", "HH"): "10-31",
    ("DE", "MV"): "03-08 10-31",
    ("DE", "NI"): "10-31",
    ("DE", "NW"): "11-01",
    ("DE", "RP"): "11-01",
    ("DE", "SL"): "08-15 11-01",
    ("DE", "SN"): "10-31",
    ("DE", "ST"): "01-06 10-31",
    ("DE", "SH"): "10-31",
    ("DE", "TH"): "09-20 10-31",
    ("FR", "57"): "12-26",
    ("FR", "67"): "12-26",
    ("FR", "68"): "12-26",
    ("GB", "SCT"): "01-02 11-30",
    ("GB", "NIR"): "03-17 07-12",
}
_PARTS_EASTER: dict[tuple[str, str], tuple[int, ...]] = {
    ("DE", "BW"): (60,),
    ("DE", "BY"): (60,),
    ("DE", "HE"): (60,),
    ("DE", "NW"): (60,),
    ("DE", "RP"): (60,),
    ("DE", "SL"): (60,),
    ("FR", "57"): (-2,),
    ("FR", "67"): (-2,),
    ("FR", "68"): (-2,),
    ("GB", "ENG"): (1,),
    ("GB", "WLS"): (1,),
    ("GB", "NIR"): (1,),
}


def is_holiday(day: dt.date, country: str, part: str) -> bool:
    """Tell whether a day is a public holiday in a country, or in a part of it.

    Raises:
        ExpressionValueError: The holidays of the country are not known.
    """
    if country not in _FIXED:
        raise ExpressionValueError(
            f"The public holidays of '{country[:20]}' are not known; known are those of "
            f"{', '.join(sorted(_FIXED))}"
        )
    part = part.removeprefix(f"{country}-")
    date = f"{day.month:02}-{day.day:02}"
    fixed = f"{_FIXED[country]} {_PARTS_FIXED.get((country, part), '')}".split()
    distance = (day - _easter(day.year)).days
    moving = (*_EASTER.get(country, ()), *_PARTS_EASTER.get((country, part), ()))
    return (
        date in fixed
        or distance in moving
        or any(_is_nth(day, *rule) for rule in _WEEKDAYS.get(country, ()))
    )


def _is_nth(day: dt.date, month: int, weekday: int, number: int) -> bool:
    if day.month != month or day.weekday() != weekday:
        return False
    if number < 0:
        return (day + dt.timedelta(days=7)).month != month
    return (day.day - 1) // 7 + 1 == number


def _easter(year: int) -> dt.date:
    """Return Easter Sunday by Gauss's rule for the Gregorian calendar."""
    century = year // 100
    moon = (
        19 * (year % 19) + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    week = (32 + 2 * (century % 4) + 2 * (year % 100 // 4) - moon - year % 100 % 4) % 7
    correction = (year % 19 + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * correction + 114, 31)
    return dt.date(year, month, day + 1)
