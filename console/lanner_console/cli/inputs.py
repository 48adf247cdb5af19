"""Inputs of `flow run`: words, files, and files to be uploaded first."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lanner_console.cli.arguments import FlowName, key_values
from lanner_console.cli.errors import CliError, UsageProblem

if TYPE_CHECKING:
    from lanner_console.client import ConsoleClient
    from lanner_console.models import InputField

FILE_TYPE = "FILE"


def read_inputs_file(path: Path) -> dict[str, object]:
    """Inputs by id from a JSON or YAML file.

    Raises:
        UsageProblem: It cannot be read, or is not one mapping.
    """
    try:
        text = path.read_text(encoding="utf-8")
        values = _parse_yaml(text) if path.suffix in (".yaml", ".yml") else json.loads(text)
    except (OSError, ValueError) as error:
        raise UsageProblem(f"cannot read inputs from {path}", why=str(error)) from error
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise UsageProblem(f"{path} is not a mapping of inputs", fix='write {"day": "2026-11-23"}')
    return values


def given_inputs(words: Sequence[str], file: Path | None) -> dict[str, object]:
    """What `-i` and `--inputs` were given; of an input that both have, `-i` wins.

    Raises:
        UsageProblem: The file cannot be read, or a word is no KEY=VALUE.
    """
    return {**(read_inputs_file(file) if file else {}), **key_values(words, "-i")}


async def resolved_inputs(
    client: ConsoleClient, flow: FlowName, revision: int, given: Mapping[str, object]
) -> dict[str, object]:
    """The inputs with every `@path` replaced: a FILE's by its URI, another's by the file's text.

    Raises:
        UsageProblem: A file cannot be read. `@@` stands for a plain `@`.
    """
    fields: Sequence[InputField] = ()
    if any(_path_of(value) for value in given.values()):
        detail = await client.get_flow(flow.namespace, flow.flow_id, revision=revision)
        fields = detail.inputs
    return await resolved_fields(client, flow, fields, given)


async def resolved_fields(
    client: ConsoleClient, flow: FlowName, fields: Sequence[InputField], given: Mapping[str, object]
) -> dict[str, object]:
    """As `resolved_inputs`, for inputs whose fields are known.

    Raises:
        UsageProblem: A file cannot be read.
    """
    types = {one.id: one.type for one in fields}
    resolved: dict[str, object] = {}
    for name, value in given.items():
        path = _path_of(value)
        if path is None:
            resolved[name] = value[1:] if isinstance(value, str) and value[:2] == "@@" else value
        elif types.get(name) == FILE_TYPE:
            resolved[name] = await _upload(client, flow, name, path)
        else:
            resolved[name] = await _text(name, path)
    return resolved


def _path_of(value: object) -> Path | None:
    if isinstance(value, str) and value.startswith("@") and not value.startswith("@@"):
        return Path(value[1:]).expanduser()
    return None


async def _upload(client: ConsoleClient, flow: FlowName, name: str, path: Path) -> str:
    try:
        return await client.upload_input(path, namespace=flow.namespace, flow_id=flow.flow_id)
    except OSError as error:
        raise _unreadable(name, path, error) from error


async def _text(name: str, path: Path) -> str:
    try:
        return await asyncio.to_thread(path.read_text, encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(name, path, error) from error


def _unreadable(name: str, path: Path, error: Exception) -> UsageProblem:
    return UsageProblem(f'input "{name}": cannot read {path}', why=str(error))


def _parse_yaml(text: str) -> object:
    try:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import YAMLError
    except ModuleNotFoundError as error:
        raise CliError(
            "YAML cannot be read here", why=str(error), fix="write the inputs as JSON"
        ) from error
    try:
        return YAML(typ="safe").load(text)
    except YAMLError as error:
        raise ValueError(str(error)) from error
