"""Every key of the console, in one place: its id, its action and what it does.

The ids are the names of the `[keymap]` section of the configuration. Help, the line of keys at the
bottom and the command bar are made from these lists, so a key that is not here does not exist.
"""

from __future__ import annotations

from textual.binding import Binding

FORBIDDEN_KEYS = frozenset(
    # Screen and tmux take the first two; a legacy terminal sends the next four for tab, enter,
    # newline and backspace; F10 and F11 belong to the window.
    {"ctrl+a", "ctrl+b", "ctrl+i", "ctrl+m", "ctrl+j", "ctrl+h", "f10", "f11"}
)


def _key(id: str, keys: str, action: str, does: str, *, shown: bool = False) -> Binding:
    return Binding(keys, action, does, id=id, show=shown)


TABLE = [
    _key("table.down", "down,j", "cursor_down", "next row"),
    _key("table.up", "up,k", "cursor_up", "previous row"),
    _key("table.page-down", "pagedown", "page_down", "page down"),
    _key("table.page-up", "pageup", "page_up", "page up"),
    _key("table.half-down", "ctrl+f", "half_page_down", "half a page down"),
    _key("table.half-up", "ctrl+u", "half_page_up", "half a page up"),
    _key("table.first", "g,home", "first", "first row"),
    _key("table.last", "G,end", "last", "last row"),
    _key("table.open", "enter", "open", "open", shown=True),
    _key("table.mark", "space", "mark", "mark", shown=True),
    _key("table.mark-range", "v", "mark_range", "mark a range from here"),
    _key("table.mark-down", "shift+down", "mark_down", "mark and go down"),
    _key("table.mark-up", "shift+up", "mark_up", "mark and go up"),
    _key("table.mark-all", "asterisk", "mark_all", "all", shown=True),
]

LOG = [
    _key("log.down", "down,j", "line_down", "line down"),
    _key("log.up", "up,k", "line_up", "line up, stop following"),
    _key("log.page-down", "pagedown", "log_page_down", "page down"),
    _key("log.page-up", "pageup", "log_page_up", "page up"),
    _key("log.head", "g,home,1", "head", "first line"),
    _key("log.tail", "G,end,0", "tail", "last line, follow"),
    _key("log.right", "right,l", "shift_right", "show what is right of the edge"),
    _key("log.left", "left,h", "shift_left", "back to the left"),
    _key("log.follow", "s", "follow", "follow", shown=True),
    _key("log.wrap", "w", "wrap", "wrap", shown=True),
    _key("log.stamps", "t", "stamps", "time", shown=True),
    _key("log.level", "L", "min_level", "level", shown=True),
    _key("log.next-hit", "n", "next_hit", "next hit", shown=True),
    _key("log.previous-hit", "N", "previous_hit", "previous hit"),
    _key("log.next-error", "e", "next_error", "next error", shown=True),
    _key("log.previous-error", "E", "previous_error", "previous error"),
    _key("log.last-1m", "2", "last_minutes(1)", "last minute"),
    _key("log.last-5m", "3", "last_minutes(5)", "last 5 minutes"),
    _key("log.last-15m", "4", "last_minutes(15)", "last 15 minutes"),
    _key("log.last-30m", "5", "last_minutes(30)", "last 30 minutes"),
    _key("log.last-1h", "6", "last_minutes(60)", "last hour"),
    _key("log.minute-back", "left_curly_bracket", "minute(-1)", "a minute back"),
    _key("log.minute-ahead", "right_curly_bracket", "minute(1)", "a minute ahead"),
]

SEARCH = [
    _key("log.search", "slash", "search", "search", shown=True),
    _key("log.filter", "ampersand", "filter", "filter", shown=True),
    _key("log.save", "ctrl+s", "save", "save", shown=True),
    _key("log.copy", "c", "copy", "copy line"),
]

TREE = [
    _key("tree.down", "down,j", "cursor_down", "next task"),
    _key("tree.up", "up,k", "cursor_up", "previous task"),
    _key("tree.page-down", "pagedown", "page_down", "page down"),
    _key("tree.page-up", "pageup", "page_up", "page up"),
    _key("tree.first", "g,home", "first", "the execution itself"),
    _key("tree.last", "G,end", "last", "last task"),
    _key("tree.open", "enter", "open", "logs of it", shown=True),
    _key("tree.fold", "z,space", "fold", "fold", shown=True),
]

GLOBAL = [
    _key("command", "colon,ctrl+p", "command", "command", shown=True),
    _key("help", "question_mark,f1", "help", "help", shown=True),
    _key("view.executions", "2", "show_view('executions')", "executions"),
    _key("view.flows", "3", "show_view('flows')", "flows"),
    _key("view.triggers", "4", "show_view('triggers')", "triggers"),
    _key("view.agents", "5", "show_view('agents')", "agents"),
    _key("view.namespaces", "6", "show_view('namespaces')", "namespaces"),
    _key("view.last", "minus", "last_view", "last view"),
    _key("batches", "b", "batches", "batches"),
    _key("op-log", "at", "op_log", "what was done, as commands"),
    _key("refresh", "ctrl+r", "refresh", "refresh, try the link now"),
    _key("suspend", "ctrl+z", "app.suspend_process", "to the shell"),
    _key("back-or-quit", "q", "back_or_quit", "back, or quit"),
    _key("quit", "ctrl+q", "app.quit", "quit"),
]

EXECUTIONS = [
    _key("executions.logs", "l", "logs", "logs", shown=True),
    _key("executions.retry", "r", "retry", "retry", shown=True),
    _key("executions.kill", "ctrl+k", "kill", "kill", shown=True),
    _key("executions.suspend", "s", "suspend", "pause, resume"),
    _key("executions.acts", "x", "acts", "all acts"),
    _key("executions.run", "t", "run", "run", shown=True),
    _key("executions.filter", "slash", "filter", "filter", shown=True),
    _key("executions.problems", "exclamation_mark", "problems", "problems", shown=True),
    _key("executions.freeze", "p", "freeze", "freeze", shown=True),
    _key("executions.flow", "J", "flow", "its flow"),
    _key("executions.sort-age", "A", "sort('created')", "sort by age"),
    _key("executions.sort-name", "N", "sort('flow')", "sort by flow"),
    _key("executions.sort-state", "S", "sort('state')", "sort by state"),
    _key("executions.sort-duration", "D", "sort('duration')", "sort by duration"),
    _key("executions.undo", "u", "undo", "undo, marks back"),
    _key("executions.copy", "c", "copy", "copy id"),
    _key("executions.copy-command", "C", "copy_command", "copy as a command"),
    _key("executions.save", "ctrl+s", "save", "save as CSV"),
    _key("executions.back", "escape", "back", "marks off, filter off, back"),
]

EXECUTION = [
    _key("execution.logs", "l", "tab('logs')", "logs", shown=True),
    _key("execution.outputs", "o", "tab('outputs')", "outputs"),
    _key("execution.next-tab", "right_square_bracket", "next_tab", "next tab", shown=True),
    _key("execution.previous-tab", "left_square_bracket", "previous_tab", "previous tab"),
    _key("execution.retry", "r", "retry", "retry", shown=True),
    _key("execution.kill", "ctrl+k", "kill", "kill", shown=True),
    _key("execution.suspend", "s", "suspend", "pause, resume"),
    _key("execution.evaluate", "equals_sign", "evaluate", "evaluate an expression in this task"),
    _key("execution.acts", "x", "acts", "all acts on this task, or on the whole"),
    _key("execution.undo", "u", "undo", "undo"),
    _key("execution.run", "t", "run", "run", shown=True),
    _key("execution.flow", "J", "flow", "its flow"),
    _key("execution.copy", "c", "copy", "copy id"),
    _key("execution.copy-error", "E", "copy_error", "copy error"),
    _key("execution.back", "escape", "back", "back"),
]

VALUES = [
    _key("values.down", "down,j", "cursor_down", "next value"),
    _key("values.up", "up,k", "cursor_up", "previous value"),
    _key("values.page-down", "pagedown", "page_down", "page down"),
    _key("values.page-up", "pageup", "page_up", "page up"),
    _key("values.first", "g,home", "first", "first value"),
    _key("values.last", "G,end", "last", "last value"),
    _key("values.copy", "c", "copy_value", "copy value", shown=True),
    _key("values.save", "ctrl+s", "save_value", "download file", shown=True),
]

FLOWS = [
    _key("flows.run", "t", "run", "run", shown=True),
    _key("flows.executions", "l", "executions", "its executions", shown=True),
    _key("flows.filter", "slash", "filter", "filter", shown=True),
    _key("flows.copy", "c", "copy", "copy name"),
    _key("flows.back", "escape", "back", "filter off, back"),
]

FLOW = [
    _key("flow.run", "t", "run", "run", shown=True),
    _key("flow.executions", "l", "executions", "its executions", shown=True),
    _key("flow.next-tab", "right_square_bracket", "next_tab", "source, revisions", shown=True),
    _key("flow.copy", "c", "copy", "copy source"),
    _key("flow.save", "ctrl+s", "save", "save source"),
    _key("flow.back", "escape", "back", "back"),
]

SOURCE = [
    _key("source.down", "down,j", "line_down", "line down"),
    _key("source.up", "up,k", "line_up", "line up"),
    _key("source.page-down", "pagedown", "page_down", "page down"),
    _key("source.page-up", "pageup", "page_up", "page up"),
    _key("source.first", "g,home", "first", "first line"),
    _key("source.last", "G,end", "last", "last line"),
]

TRIGGERS = [
    _key("triggers.switch", "s", "switch", "on/off", shown=True),
    _key("triggers.backfill", "B", "backfill", "backfill", shown=True),
    _key("triggers.end-backfill", "ctrl+k", "end_backfill", "end backfill", shown=True),
    _key("triggers.executions", "l", "executions", "its executions", shown=True),
    _key("triggers.copy", "c", "copy", "copy name"),
    _key("triggers.back", "escape", "back", "back"),
]

AGENTS = [
    _key("agents.drain", "s", "drain", "drain, or back to work", shown=True),
    _key("agents.copy", "c", "copy", "copy id"),
    _key("agents.back", "escape", "back", "back"),
]

NAMESPACES = [
    _key("namespaces.executions", "l", "executions", "its executions", shown=True),
    _key("namespaces.copy", "c", "copy", "copy name"),
    _key("namespaces.back", "escape", "back", "back"),
]

NAMESPACE = [
    _key("namespace.next-tab", "right_square_bracket", "next_tab", "next tab", shown=True),
    _key("namespace.previous-tab", "left_square_bracket", "previous_tab", "previous tab"),
    _key("namespace.new", "n", "new", "new", shown=True),
    _key("namespace.edit", "e", "edit", "change", shown=True),
    _key("namespace.filter", "slash", "filter", "filter", shown=True),
    _key("namespace.remove", "ctrl+d", "remove", "delete", shown=True),
    _key("namespace.executions", "l", "executions", "its executions"),
    _key("namespace.copy", "c", "copy", "copy value, name or path"),
    _key("namespace.save", "ctrl+s", "save", "download file or source"),
    _key("namespace.back", "escape", "back", "filter off, back"),
]

DIALOG = [
    _key("dialog.cancel", "escape", "cancel", "cancel", shown=True),
    _key("dialog.confirm", "f5", "confirm", "do it", shown=True),
]

RUN_DIALOG = [
    _key("run.follow", "ctrl+f", "follow", "run and follow", shown=True),
    _key("run.command", "f6", "copy_command", "copy as a command", shown=True),
]

BATCH_DIALOG = [
    _key("batch.pause", "p", "pause", "pause, go on", shown=True),
    _key("batch.stop", "ctrl+k", "stop", "stop", shown=True),
    _key("batch.retry", "r", "retry_failed", "retry what failed", shown=True),
    _key("batch.close", "escape,b,q", "close", "to the background", shown=True),
]

LIST_DIALOG = [
    _key("list-dialog.close", "escape", "close", "close", shown=True),
]

SOURCE_DIALOG = [
    _key("source-dialog.close", "escape,q", "close", "close", shown=True),
    _key("source-dialog.copy", "c", "copy", "copy source", shown=True),
]

FILTER_BAR = [
    _key("filter.close", "escape", "close", "leave it", shown=True),
]

SECTIONS = {
    "Executions": EXECUTIONS,
    "One execution": EXECUTION,
    "Tasks of an execution": TREE,
    "Logs": [*SEARCH, *LOG],
    "Outputs and inputs": VALUES,
    "Flows": FLOWS,
    "One flow": FLOW,
    "Source of a flow": SOURCE,
    "Triggers": TRIGGERS,
    "Agents": AGENTS,
    "Namespaces": NAMESPACES,
    "One namespace": NAMESPACE,
    "A filter or a search": FILTER_BAR,
    "Dialogs": DIALOG,
    "Run a flow": RUN_DIALOG,
    "A batch": BATCH_DIALOG,
    "Lists over the screen": LIST_DIALOG,
    "A source over the screen": SOURCE_DIALOG,
    "Lists": TABLE,
    "Everywhere": GLOBAL,
}
