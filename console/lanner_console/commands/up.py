"""`lanner up`: a coordinator and an agent on this machine, over a Unix socket and one folder."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click

from lanner_console.cli.arguments import key_values
from lanner_console.cli.invocation import Invocation
from lanner_console.cli.options import Verb
from lanner_console.cli.programs import AGENT, COORDINATOR, program_command
from lanner_console.cli.settings import SOCKET_NAME, default_data_folder
from lanner_console.models import ServerStatus
from lanner_console.supervise.child import ChildProgram
from lanner_console.supervise.data_folder import held_data_folder, rotated_log
from lanner_console.supervise.supervisor import Supervisor
from lanner_console.tones import Tone

AGENT_ID = "local"
READY_SECONDS = 30.0
POLL_SECONDS = 0.03
ASK_SECONDS = 2.0
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


@dataclass(frozen=True, slots=True, kw_only=True)
class UpOptions:
    """What is started.

    Attributes:
        folder: For all data, absolute.
        slots: Attempts that the agent runs at once; absent: the agent's own choice.
        config: Of the coordinator; absent: none.
        listen: Loopback addresses `host:port` of the coordinator, besides its socket.
        labels: Of the agent.
        policy: What containers may be given of this host; absent: nothing.
    """

    folder: Path
    slots: int | None
    config: Path | None
    listen: tuple[str, ...]
    labels: dict[str, str]
    policy: Path | None

    @property
    def address(self) -> str:
        """Of the coordinator."""
        return f"unix:{self.folder / SOCKET_NAME}"


@click.command("up", cls=Verb)
@click.option(
    "--data",
    type=click.Path(file_okay=False, path_type=Path),
    metavar="DIR",
    help="Folder for all data (default: the user's data folder).",
)
@click.option("--slots", type=click.IntRange(min=1), metavar="N", help="Attempts run at once.")
@click.option(
    "--config",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Configuration of the coordinator.",
)
@click.option(
    "--listen",
    multiple=True,
    metavar="HOST:PORT",
    help="A loopback address that the coordinator listens on besides its socket.",
)
@click.option("--label", "labels", multiple=True, metavar="KEY=VALUE", help="Of the agent.")
@click.option(
    "--policy",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="What containers of the agent may be given of this host.",
)
@click.pass_obj
def up(
    invocation: Invocation,
    data: Path | None,
    slots: int | None,
    config: Path | None,
    listen: tuple[str, ...],
    labels: tuple[str, ...],
    policy: Path | None,
) -> None:
    """Start a coordinator and an agent, and keep them running until Ctrl+C."""
    options = UpOptions(
        folder=(data or default_data_folder()).expanduser().absolute(),
        slots=slots,
        config=config.absolute() if config else None,
        listen=listen,
        labels=key_values(labels, "--label"),
        policy=policy.absolute() if policy else None,
    )
    with held_data_folder(options.folder):
        invocation.run(_up(invocation, options))


async def _up(invocation: Invocation, options: UpOptions) -> None:
    programs = [_coordinator(invocation, options), _agent(invocation, options)]
    supervisor = Supervisor(programs, lambda text: invocation.say_always(text, Tone.WARN))
    loop = asyncio.get_running_loop()
    for number in STOP_SIGNALS:
        loop.add_signal_handler(number, supervisor.ask_stop)
    await supervisor.run(lambda: _tell_ready(invocation, options), ready_seconds=READY_SECONDS)
    invocation.say("stopped", Tone.DIM)


def _coordinator(invocation: Invocation, options: UpOptions) -> ChildProgram:
    arguments = ["--data", str(options.folder)]
    if options.config:
        arguments += ["--config", str(options.config)]
    for address in options.listen:
        arguments += ["--listen", address]
    return ChildProgram(
        name="coordinator",
        command=program_command(COORDINATOR, arguments),
        log_path=_log_path(invocation, options, "coordinator"),
        wait_ready=lambda: _until_status(options.address, lambda status: status.is_ready),
    )


def _agent(invocation: Invocation, options: UpOptions) -> ChildProgram:
    arguments = ["--coordinator", options.address, "--data", str(options.folder / "agent")]
    arguments += ["--id", AGENT_ID]
    if options.slots:
        arguments += ["--slots", str(options.slots)]
    for key, value in options.labels.items():
        arguments += ["--label", f"{key}={value}"]
    if options.policy:
        arguments += ["--policy", str(options.policy)]
    return ChildProgram(
        name="agent",
        command=program_command(AGENT, arguments),
        log_path=_log_path(invocation, options, "agent"),
        wait_ready=lambda: _until_status(
            options.address, lambda status: status.connected_agent_count > 0
        ),
    )


def _log_path(invocation: Invocation, options: UpOptions, name: str) -> Path | None:
    """A file; with --verbose none, as the children then write to this terminal."""
    return None if invocation.settings.is_verbose else rotated_log(options.folder, name)


async def _until_status(address: str, is_so: Callable[[ServerStatus], bool]) -> None:
    """Ask until the coordinator's status is as wanted; the supervisor limits the wait."""
    from lanner_console.grpc_client import connect
    from lanner_proto.errors import LannerError

    while True:
        # A client for each question: gRPC would wait longer and longer between its own tries.
        async with connect(address) as client:
            try:
                if is_so(await client.get_status(timeout_seconds=ASK_SECONDS)):
                    return
            except LannerError:
                # It does not serve yet.
                pass
        await asyncio.sleep(POLL_SECONDS)


def _tell_ready(invocation: Invocation, options: UpOptions) -> None:
    is_default = options.folder == default_data_folder().absolute()
    prefix = "" if is_default else f"LANNER_ADDRESS={options.address} "
    invocation.say(f"Lanner is up: coordinator and agent, data in {options.folder}", Tone.GOOD)
    invocation.say(f"  address      {options.address}")
    if not invocation.settings.is_verbose:
        invocation.say(f"  logs         {options.folder}/coordinator.log, agent.log")
    invocation.say(f"  next         {prefix}lanner flow apply PATH")
    invocation.say(f"  console      {prefix}lanner ui")
    invocation.say("  stop         Ctrl+C")
