"""The views of the frame, made when they are first shown, and the way back through them."""

from __future__ import annotations

from collections.abc import Mapping

from textual.widgets import ContentSwitcher

from lanner_console.messages import FrameChanged
from lanner_console.screens.view import View
from lanner_console.workplace import Workplace


class ViewStack(ContentSwitcher):
    """Shows one view at a time; switching costs a fraction of what a screen of its own would."""

    def __init__(
        self, place: Workplace, kinds: Mapping[str, type[View]], *, id: str | None = None
    ) -> None:
        super().__init__(id=id)
        self._place = place
        self._kinds = kinds
        self._visited: list[str] = []

    @property
    def view(self) -> View | None:
        """The view that is shown; None before the first one."""
        return self._view_of(self._visited[-1]) if self._visited else None

    @property
    def depth(self) -> int:
        """How many views lie behind the one that is shown."""
        return max(0, len(self._visited) - 1)

    async def show(self, name: str) -> View:
        """Show a view; what was shown lies behind it then."""
        if self._visited and self._visited[-1] == name:
            return self._view_of(name)
        if view := self.view:
            view.left()
        if not self.query(f"#{name}"):
            await self.add_content(self._kinds[name](self._place, id=name))
        self._visited.append(name)
        return self._enter(name)

    async def back(self) -> None:
        """Show what lies behind, if anything does."""
        if self.depth and (view := self.view):
            view.left()
            self._visited.pop()
            self._enter(self._visited[-1])

    async def swap(self) -> None:
        """Show the view that was shown before this one, and this one the next time."""
        if self.depth:
            await self.show(self._visited[-2])

    def _enter(self, name: str) -> View:
        view = self._view_of(name)
        self.current = name
        view.entered()
        view.was_entered = True
        view.focus_target.focus()
        self.post_message(FrameChanged())
        return view

    def _view_of(self, name: str) -> View:
        return self.query_one(f"#{name}", View)
