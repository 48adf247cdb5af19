"""The configuration file: contexts, and what the console wants to know.

default_context = "dev"
[ui]
theme = "auto"
[keymap]
"executions.retry" = "r"
[views]
timeouts = 'state:FAILED error~"timeout"'
[context.dev]
address = "unix:/home/me/.local/share/lanner/coordinator.sock"
namespace = "company"
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lanner_console.cli.errors import ConfigProblem

SECTIONS = ("default_context", "context", "ui", "keymap", "views")
CONTEXT_KEYS = ("address", "namespace", "read_only", "confirm", "color")
WORK_TREE_FILE = ".lanner.toml"
WORK_TREE_KEYS = ("namespace",)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoordinatorContext:
    """A coordinator that the file names.

    Attributes:
        name: Of the context.
        address: Absent: the default socket.
        namespace: Default namespace; empty: none.
        is_read_only: Whether the console refuses acts.
        confirm: `type`: acts ask for a typed word; empty: as usual.
        color: Accent of the console; empty: the theme's.
    """

    name: str
    address: str = ""
    namespace: str = ""
    is_read_only: bool = False
    confirm: str = ""
    color: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The file as read.

    Attributes:
        path: Of the file; it need not exist.
        default_context: Empty: none.
        contexts: By name.
        ui: Section for the console.
        keymap: Keys by id of the binding.
        views: Filters by name.
    """

    path: Path
    default_context: str = ""
    contexts: Mapping[str, CoordinatorContext] = field(default_factory=dict)
    ui: Mapping[str, object] = field(default_factory=dict)
    keymap: Mapping[str, str] = field(default_factory=dict)
    views: Mapping[str, str] = field(default_factory=dict)

    def context(self, name: str) -> CoordinatorContext:
        """The context of this name.

        Raises:
            ConfigProblem: There is none.
        """
        if name in self.contexts:
            return self.contexts[name]
        raise ConfigProblem(
            f'there is no context "{name}"',
            why=f"{self.path} has {_listed(self.contexts)}",
            fix=_did_you_mean(name, self.contexts) or f"add a section [context.{name}] to it",
        )


def read_config(path: Path) -> Config:
    """Read the file; a missing one is empty.

    Raises:
        ConfigProblem: It cannot be read, is not TOML or has keys that are not known.
    """
    document = _read_toml(path)
    _check_keys(document, SECTIONS, path, "")
    contexts = {
        name: _context(name, values, path)
        for name, values in _table(document, "context", path).items()
    }
    return Config(
        path=path,
        default_context=str(document.get("default_context", "")),
        contexts=contexts,
        ui=_table(document, "ui", path),
        keymap={name: str(keys) for name, keys in _table(document, "keymap", path).items()},
        views={name: str(text) for name, text in _table(document, "views", path).items()},
    )


def work_tree_namespace(folder: Path) -> str:
    """Namespace of the nearest `.lanner.toml` at or above `folder`; empty when there is none.

    Raises:
        ConfigProblem: The file names anything but a namespace. Addresses in particular: a checked
            out repository must not choose where commands go.
    """
    for place in (folder, *folder.parents):
        path = place / WORK_TREE_FILE
        if path.is_file():
            document = _read_toml(path)
            _check_keys(document, WORK_TREE_KEYS, path, "")
            return str(document.get("namespace", ""))
    return ""


def _read_toml(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    import tomllib

    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigProblem(f"cannot read {path}", why=str(error)) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigProblem(
            f"{path} is not TOML", why=str(error), fix="correct the line that it names"
        ) from error


def _context(name: str, values: object, path: Path) -> CoordinatorContext:
    if not isinstance(values, dict):
        raise ConfigProblem(
            f"{path}: context.{name} is not a section", fix=f"write [context.{name}]"
        )
    _check_keys(values, CONTEXT_KEYS, path, f"context.{name}.")
    return CoordinatorContext(
        name=name,
        address=str(values.get("address", "")),
        namespace=str(values.get("namespace", "")),
        is_read_only=bool(values.get("read_only", False)),
        confirm=str(values.get("confirm", "")),
        color=str(values.get("color", "")),
    )


def _table(document: Mapping[str, Any], name: str, path: Path) -> dict[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise ConfigProblem(f"{path}: {name} is not a section", fix=f"write [{name}]")
    return table


def _check_keys(
    table: Mapping[str, object], known: Collection[str], path: Path, prefix: str
) -> None:
    for key in table:
        if key not in known:
            raise ConfigProblem(
                f'{path}: there is no setting "{prefix}{key}"',
                why=f"known are {_listed(known)}",
                fix=_did_you_mean(key, known),
            )


def _listed(names: Collection[str]) -> str:
    return ", ".join(names) or "none"


def _did_you_mean(word: str, known: Collection[str]) -> str:
    import difflib

    close = difflib.get_close_matches(word, known, n=1)
    return f"did you mean {close[0]}?" if close else ""
