"""What the command bar offers: views, saved filters, and every action that works now."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from textual.message import Message

from lanner_console.dialogs.command_bar import Command
from lanner_console.messages import AskRun, OpenExecution, OpenFlow, OpenNamespace, ShowExecutions
from lanner_console.widgets.key_names import key_name

if TYPE_CHECKING:
    from lanner_console.screens.main import MainScreen


# Nobody asks by name to move about; views have their own names in the list.
MOVES = ("table.", "tree.", "source.", "values.", "view.")


def commands_of(screen: MainScreen) -> list[Command]:
    """Give every command, in the order in which they are listed before anything is typed."""
    return [*_places(screen), *_saved_filters(screen), *_actions(screen), *_settings(screen)]


def _places(screen: MainScreen) -> Iterator[Command]:
    def post(make: Callable[[str], Message]) -> Callable[[str], None]:
        def run(argument: str) -> None:
            screen.post_message(make(argument))

        return run

    def execution(tab: str) -> Callable[[str], None]:
        return post(lambda text: OpenExecution(text or "@latest", tab))

    def view(name: str) -> Callable[[str], None]:
        def run(_: str) -> None:
            screen.call_later(screen.action_show_view, name)

        return run

    yield Command("executions", "all, or those that match", post(ShowExecutions), "[FILTER]")
    yield Command("flows", "list of flows", view("flows"))
    yield Command("triggers", "list of triggers", view("triggers"))
    yield Command("agents", "list of agents", view("agents"))
    yield Command("namespaces", "list of namespaces", view("namespaces"))
    yield Command("namespace", "show a namespace", post(OpenNamespace), "NAME")
    yield Command("flow", "show a flow", post(lambda text: OpenFlow(*_name(text))), "NS/FLOW")
    yield Command("run", "run a flow", post(lambda text: AskRun(*_name(text))), "NS/FLOW")
    yield Command("execution", "show one", execution("gantt"), "ID")
    yield Command("logs", "logs of one", execution("logs"), "ID")
    yield Command("quit", "leave the console", lambda _: screen.app.exit(0))


def _saved_filters(screen: MainScreen) -> Iterator[Command]:
    for name, filter_text in screen.place.options.views.items():

        def show(_: str, filter_text: str = filter_text) -> None:
            screen.post_message(ShowExecutions(filter_text))

        yield Command(name, filter_text, show, "saved filter")


def _actions(screen: MainScreen) -> Iterator[Command]:
    listed = {"command"}
    for active in screen.active_bindings.values():
        binding, node = active.binding, active.node
        if binding.id is None or binding.id.startswith(MOVES) or binding.action in listed:
            continue
        listed.add(binding.action)

        def run(_: str, action: str = binding.action, node: object = node) -> None:
            screen.call_later(screen.app.run_action, action, node)

        yield Command(
            binding.description, binding.id, run, key_name(binding.key, screen.place.glyphs)
        )


def _settings(screen: MainScreen) -> Iterator[Command]:
    def theme(name: str) -> None:
        if name in screen.app.available_themes:
            screen.app.theme = name
        else:
            screen.app.notify(f"There are {', '.join(sorted(screen.app.available_themes))}")

    def screenshot(_: str) -> None:
        folder = screen.place.options.save_folder
        screen.app.notify(f"Saved to {screen.app.save_screenshot(path=str(folder))}")

    yield Command("theme", "colours", theme, "NAME")
    yield Command("screenshot", "save the screen as SVG", screenshot)


def _name(text: str) -> tuple[str, str]:
    namespace, _, flow_id = text.strip().rpartition("/")
    return namespace, flow_id
