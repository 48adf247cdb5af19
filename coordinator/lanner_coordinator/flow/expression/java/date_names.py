"""Names of months, days and zones in the languages flows are likely to print."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DateNames:
    """The words of one language."""

    months: tuple[str, ...]
    """January first."""
    short_months: tuple[str, ...]
    """The same, abbreviated."""
    days: tuple[str, ...]
    """Monday first."""
    short_days: tuple[str, ...]
    """The same, abbreviated."""
    week_starts_on: int = 1
    """First day of the week: 1 is Monday, 7 is Sunday."""
    first_week_days: int = 4
    """How many days of the new year its first week needs."""


def _names(months: str, short_months: str, days: str, short_days: str) -> DateNames:
    return DateNames(
        months=tuple(months.split()),
        short_months=tuple(short_months.split()),
        days=tuple(days.split()),
        short_days=tuple(short_days.split()),
    )


_ENGLISH = _names(
    "January February March April May June July August September October November December",
    "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday",
    "Mon Tue Wed Thu Fri Sat Sun",
)

ENGLISH = DateNames(
    months=_ENGLISH.months,
    short_months=_ENGLISH.short_months,
    days=_ENGLISH.days,
    short_days=_ENGLISH.short_days,
    week_starts_on=7,
    first_week_days=1,
)
"""American English, the language where none is given."""

_BY_LANGUAGE = {
    "en": _ENGLISH,
    "fr": _names(
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
        "janv. févr. mars avr. mai juin juil. août sept. oct. nov. déc.",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "lun. mar. mer. jeu. ven. sam. dim.",
    ),
    "de": _names(
        "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
        "Jan. Feb. März Apr. Mai Juni Juli Aug. Sept. Okt. Nov. Dez.",
        "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag",
        "Mo. Di. Mi. Do. Fr. Sa. So.",
    ),
    "es": _names(
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "ene feb mar abr may jun jul ago sept oct nov dic",
        "lunes martes miércoles jueves viernes sábado domingo",
        "lun mar mié jue vie sáb dom",
    ),
    "it": _names(
        "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre "
        "dicembre",
        "gen feb mar apr mag giu lug ago set ott nov dic",
        "lunedì martedì mercoledì giovedì venerdì sabato domenica",
        "lun mar mer gio ven sab dom",
    ),
    "pt": _names(
        "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
        "jan. fev. mar. abr. mai. jun. jul. ago. set. out. nov. dez.",
        "segunda-feira terça-feira quarta-feira quinta-feira sexta-feira sábado domingo",
        "seg. ter. qua. qui. sex. sáb. dom.",
    ),
    "nl": _names(
        "januari februari maart april mei juni juli augustus september oktober november december",
        "jan feb mrt apr mei jun jul aug sep okt nov dec",
        "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
        "ma di wo do vr za zo",
    ),
}
_AMERICAN = {"", "en", "en_US"}


def date_names(locale: str | None) -> DateNames | None:
    """Return the words for a locale such as `fr_FR`; None if its language is not known."""
    name = (locale or "").replace("-", "_")
    if name in _AMERICAN:
        return ENGLISH
    return _BY_LANGUAGE.get(name.split("_")[0].lower())


_ZONE_NAMES = {
    "UTC": "Coordinated Universal Time",
    "GMT": "Greenwich Mean Time",
    "CET": "Central European Standard Time",
    "CEST": "Central European Summer Time",
    "EET": "Eastern European Standard Time",
    "EEST": "Eastern European Summer Time",
    "WET": "Western European Standard Time",
    "WEST": "Western European Summer Time",
    "BST": "British Summer Time",
    "EST": "Eastern Standard Time",
    "EDT": "Eastern Daylight Time",
    "CST": "Central Standard Time",
    "CDT": "Central Daylight Time",
    "MST": "Mountain Standard Time",
    "MDT": "Mountain Daylight Time",
    "PST": "Pacific Standard Time",
    "PDT": "Pacific Daylight Time",
    "JST": "Japan Standard Time",
    "AWST": "Australian Western Standard Time",
    "AEST": "Australian Eastern Standard Time",
    "AEDT": "Australian Eastern Daylight Time",
}


def zone_name(short: str) -> str:
    """Return the English name behind a short name of a zone; the short name if there is none."""
    return _ZONE_NAMES.get(short, short)
