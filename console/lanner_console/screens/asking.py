"""Asking the coordinator, copying and saving, with a sentence for the user where it fails."""

from __future__ import annotations

from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

from lanner_console.clipboard import Clipboard
from lanner_console.op_log import Act
from lanner_console.screens.background import Background
from lanner_console.widgets.text_fit import shown
from lanner_console.workplace import Workplace
from lanner_proto.errors import LannerError, Unavailable

Answer = TypeVar("Answer")


class Asking(Background):
    """What views and dialogs share."""

    place: Workplace

    def copy(self, text: str, what: str) -> None:
        """Copy a text and say so; `what` begins the sentence."""
        self.start("copy", self._copy, text, what, exclusive=True)

    async def _copy(self, text: str, what: str) -> None:
        where = await self.clipboard.copy(text)
        self.app.notify(f"{what} was copied {where}")

    @property
    def clipboard(self) -> Clipboard:
        """Where copied texts go."""
        options = self.place.options
        return Clipboard(
            way=options.clipboard,
            environment=options.environment,
            folder=options.state_folder,
            write_osc52=self.app.copy_to_clipboard,
        )

    async def save(self, path: Path, writing: Awaitable[object]) -> bool:
        """Await the writing of a file; where it fails, tell the user why and give False."""
        try:
            await writing
        except OSError as error:
            self.app.notify(f"{path} was not written: {error.strerror}", severity="error")
            return False
        except LannerError as error:
            self.tell_failure(error)
            return False
        return True

    async def ask(self, call: Awaitable[Answer]) -> Answer | None:
        """Await an answer; where there is none, tell the user why and give None."""
        try:
            return await call
        except LannerError as error:
            self.tell_failure(error)
            return None

    async def act(self, call: Awaitable[Answer], command: str, result: str) -> Answer | None:
        """Await an act and write it into the operation log, as its command."""
        try:
            answer = await call
        except LannerError as error:
            self._note(command, error.message, is_ok=False)
            self.tell_failure(error)
            return None
        self._note(command, result, is_ok=True)
        return answer

    def tell_failure(self, error: LannerError) -> None:
        """Tell of a failed call; a lost link has its banner and needs no words here."""
        if not (isinstance(error, Unavailable) and not self.place.link.view.is_up):
            self.app.notify(shown(error.message), severity="error", title="Refused")

    def _note(self, command: str, result: str, *, is_ok: bool) -> None:
        self.place.acts.add(Act(at=self.place.clock(), command=command, result=result, is_ok=is_ok))
