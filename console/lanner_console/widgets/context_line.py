"""The first line: where this console is connected, and how it goes there or that it is lost."""

from __future__ import annotations

from datetime import datetime, timedelta

from lanner_console.cli.times import duration_text
from lanner_console.tones import Fill, Tone
from lanner_console.widgets.line_area import Span
from lanner_console.widgets.one_line import OneLine
from lanner_console.workplace import Workplace

NARROW_CELLS = 100
MINUTE_SECONDS = 60


class ContextLine(OneLine):
    """Context, address, version and rights at the left; time, agents and work at the right."""

    def __init__(self, place: Workplace, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._place = place

    def update_facts(self) -> None:
        """Look at the link and the clock again."""
        if self._place.link.view.is_up:
            self.say(self._where(), self._how(), Fill.NONE)
        else:
            self.say(self._banner(), (), Fill.ALARM)

    def _where(self) -> list[Span]:
        place = self._place
        spans = [Span(" "), Span(place.options.context_name or "lanner", Tone.STRONG)]
        facts = [place.client.address]
        if place.link.view.status and self.line_width >= NARROW_CELLS:
            facts.append(f"v{place.link.view.status.software_version}")
        if place.options.is_read_only:
            facts.append("read-only")
        for fact in facts:
            spans += [Span(f" {place.glyphs.separator} ", Tone.DIM), Span(fact, Tone.DIM)]
        return spans

    def _how(self) -> list[Span]:
        view, glyphs = self._place.link.view, self._place.glyphs
        if view.status is None:
            return [Span("connecting ", Tone.DIM)]
        status = view.status
        spans = [Span(f"{_clock(self._place.clock(), self._place)}  ", Tone.DIM)]
        spans += [Span(glyphs.on, Tone.GOOD if status.is_ready else Tone.HOLD)]
        spans += [Span(" live  " if status.is_ready else " starting  ")]
        agents = f"agents {status.connected_agent_count}/{status.agent_count}"
        are_all_there = status.connected_agent_count == status.agent_count > 0
        spans += [Span(agents, Tone.PLAIN if are_all_there else Tone.WARN)]
        spans += [Span(f"  run {status.running_count}  queue {status.queued_count} ")]
        return spans

    def _banner(self) -> list[Span]:
        place, view = self._place, self._place.link.view
        now, dot = place.clock(), f" {place.glyphs.separator} "
        since = _clock(view.lost_at, place) if view.lost_at else "now"
        parts = [f" {place.glyphs.warning} no link to {place.client.address} since {since}"]
        if view.heard_at:
            parts.append(f"data {_age(now - view.heard_at)} old")
        if view.retry_at:
            seconds = max(0, round((view.retry_at - now).total_seconds()))
            parts.append(f"try {view.failed_tries + 1} in {seconds} s")
        parts.append("^r now")
        return [Span(dot.join(parts), Tone.STRONG)]


def _clock(at: datetime, place: Workplace) -> str:
    return f"{at.astimezone(place.timezone):%H:%M:%S}"


def _age(age: timedelta) -> str:
    seconds = int(age.total_seconds())
    return f"{seconds} s" if seconds < MINUTE_SECONDS else duration_text(age)
