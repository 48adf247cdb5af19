"""What a command runs with: flag, then environment, `.lanner.toml`, context, default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from lanner_console.cli.config import Config, CoordinatorContext, read_config, work_tree_namespace
from lanner_console.cli.errors import ConfigProblem
from lanner_console.cli.times import TimeFormat, parse_duration

Word = TypeVar("Word", bound=StrEnum)

DEFAULT_TIMEOUT_SECONDS = 30.0
SOCKET_NAME = "coordinator.sock"


class Output(StrEnum):
    """Form of what a command prints to stdout."""

    TABLE = "table"
    WIDE = "wide"
    JSON = "json"
    JSONL = "jsonl"
    YAML = "yaml"
    CSV = "csv"
    NAME = "name"


class ColorChoice(StrEnum):
    """When colours are used."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


@dataclass(slots=True, kw_only=True)
class GivenOptions:
    """Options of the command line as they were given, at the program or at the verb.

    Attributes:
        address: `--address`.
        context: `--context`.
        namespace: `--namespace`.
        output: `--output`.
        color: `--color`.
        time: `--time`.
        timeout_seconds: `--timeout`.
        is_ascii: `--ascii`.
        is_quiet: `--quiet`.
        is_verbose: `--verbose`.
        is_debug: `--debug`.
    """

    address: str | None = None
    context: str | None = None
    namespace: str | None = None
    output: str | None = None
    color: str | None = None
    time: str | None = None
    timeout_seconds: float | None = None
    is_ascii: bool = False
    is_quiet: bool = False
    is_verbose: bool = False
    is_debug: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What holds for this run.

    Attributes:
        address: Of the coordinator.
        address_origin: What gave it, for error texts.
        namespace: Default namespace; empty: none.
        output: Form of stdout.
        color: When colours are used.
        time: How instants are shown; absent: relative on a terminal, ISO otherwise.
        timeout_seconds: Limit that was given; absent: none was.
        is_ascii: Whether only ASCII may be printed.
        is_quiet: Whether nothing is told.
        is_verbose: Whether more is told.
        is_debug: Whether failures show their trace.
        context: The context in use; absent: none.
        config: The configuration file.
    """

    address: str
    address_origin: str
    namespace: str = ""
    output: Output = Output.TABLE
    color: ColorChoice = ColorChoice.AUTO
    time: TimeFormat | None = None
    timeout_seconds: float | None = None
    is_ascii: bool = False
    is_quiet: bool = False
    is_verbose: bool = False
    is_debug: bool = False
    context: CoordinatorContext | None = None
    config: Config = field(default_factory=lambda: Config(path=Path("config.toml")))

    @property
    def request_seconds(self) -> float:
        """Deadline of one request."""
        return self.timeout_seconds or DEFAULT_TIMEOUT_SECONDS


def default_data_folder() -> Path:
    """Where `lanner up` keeps its data unless told otherwise."""
    import platformdirs

    return platformdirs.user_data_path("lanner")


def config_path(environment: Mapping[str, str]) -> Path:
    """The configuration file."""
    if environment.get("LANNER_CONFIG"):
        return Path(environment["LANNER_CONFIG"]).expanduser()
    import platformdirs

    return platformdirs.user_config_path("lanner") / "config.toml"


def resolve_settings(
    given: GivenOptions, environment: Mapping[str, str], working_folder: Path
) -> Settings:
    """Settle every setting by its order of origins.

    Raises:
        ConfigProblem: A file or a variable is wrong, or the context is not known.
    """
    config = read_config(config_path(environment))
    context_name = given.context or environment.get("LANNER_CONTEXT") or config.default_context
    context = config.context(context_name) if context_name else None
    address, origin = _address(given, environment, context)
    namespace = (
        given.namespace
        or environment.get("LANNER_NAMESPACE")
        or work_tree_namespace(working_folder)
        or (context.namespace if context else "")
    )
    time = given.time or environment.get("LANNER_TIME")
    return Settings(
        address=address,
        address_origin=origin,
        namespace=namespace,
        output=_word(Output, given.output or environment.get("LANNER_OUTPUT"), Output.TABLE),
        color=_word(ColorChoice, given.color or environment.get("LANNER_COLOR"), ColorChoice.AUTO),
        time=_word(TimeFormat, time, TimeFormat.ISO) if time else None,
        timeout_seconds=given.timeout_seconds,
        is_ascii=given.is_ascii,
        is_quiet=given.is_quiet,
        is_verbose=given.is_verbose,
        is_debug=given.is_debug or environment.get("LANNER_DEBUG", "") not in ("", "0"),
        context=context,
        config=config,
    )


def timeout_of(text: str) -> float:
    """Seconds of a `--timeout`.

    Raises:
        ValueError: It is not a duration above zero.
    """
    seconds = parse_duration(text)
    if seconds <= 0:
        raise ValueError(f'"{text}" is not a time to wait; give more than zero')
    return seconds


def _address(
    given: GivenOptions, environment: Mapping[str, str], context: CoordinatorContext | None
) -> tuple[str, str]:
    if given.address:
        return given.address, "--address"
    if environment.get("LANNER_ADDRESS"):
        return environment["LANNER_ADDRESS"], "LANNER_ADDRESS"
    if context and context.address:
        return context.address, f'context "{context.name}"'
    return f"unix:{default_data_folder() / SOCKET_NAME}", "the default data folder"


def _word(words: type[Word], text: str | None, default: Word) -> Word:
    if not text:
        return default
    try:
        return words(text)
    except ValueError as error:
        raise ConfigProblem(
            f'"{text}" is not one of {", ".join(words)}', why="an environment variable says so"
        ) from error
