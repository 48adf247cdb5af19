"""The YAML language server that editors use, spoken to as an editor does."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

_PROGRAM = (
    Path(__file__).parents[2]
    / ".cache/yaml-language-server/node_modules/yaml-language-server/bin/yaml-language-server"
)
_URI = "file:///flow.yaml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """What the server marks.

    Attributes:
        line: From 1.
        message: For the user.
    """

    line: int
    message: str


class YamlLanguageServer:
    """One server process with one schema for all files."""

    def __init__(self, process: subprocess.Popen[bytes], schema: Path) -> None:
        self._process = process
        self._schema = schema
        self._number = 0
        self._version = 0
        self._published: list[Mapping[str, Any]] = []

    def start(self) -> None:
        """Do what an editor does first, until the server marks what the schema says."""
        self._ask("initialize", processId=None, rootUri=None, capabilities=_CAPABILITIES)
        self._tell("initialized")
        self._tell("workspace/didChangeConfiguration", settings={"yaml": self._settings()})
        self._tell("textDocument/didOpen", textDocument={
            "uri": _URI, "languageId": "yaml", "version": 0, "text": "",
        })  # fmt: skip
        # It asks for its configuration meanwhile; until then it knows no schema.
        tries = 0
        while not self.diagnostics(f"nobody_knows_this: {tries}\n"):
            tries += 1
            assert tries < 100, "the language server has not read the schema"

    def diagnostics(self, text: str) -> Sequence[Diagnostic]:
        """What the server marks in a file."""
        self._write(text)
        # The answer to a question that was asked later comes after the marks of this version.
        while True:
            for published in self._published:
                if published.get("version", self._version) == self._version:
                    self._published.clear()
                    return [
                        Diagnostic(line=one["range"]["start"]["line"] + 1, message=one["message"])
                        for one in published["diagnostics"]
                    ]
            self._handle(self._read())

    def completions(self, text: str) -> Sequence[str]:
        """What the server offers at the `|` in a text."""
        found = self._ask("textDocument/completion", **self._at_mark(text))
        return [one["label"] for one in found["items"]]

    def hover(self, text: str) -> str:
        """What the server tells about the place of the `|` in a text."""
        found = self._ask("textDocument/hover", **self._at_mark(text))
        return str(found["contents"]["value"]) if found else ""

    def _at_mark(self, text: str) -> dict[str, Any]:
        before, _, after = text.partition("|")
        # Marks have no version: those of this text must not be taken for those of the next one.
        self.diagnostics(before + after)
        line, column = before.count("\n"), len(before) - before.rfind("\n") - 1
        return {"textDocument": {"uri": _URI}, "position": {"line": line, "character": column}}

    def _write(self, text: str) -> None:
        self._version += 1
        self._published.clear()
        self._tell(
            "textDocument/didChange",
            textDocument={"uri": _URI, "version": self._version},
            contentChanges=[{"text": text}],
        )

    def _settings(self) -> dict[str, Any]:
        return {
            "validate": True,
            "hover": True,
            "completion": True,
            "schemas": {self._schema.as_uri(): "*.yaml"},
            "schemaStore": {"enable": False},
        }

    def _ask(self, method: str, **parameters: Any) -> Any:
        self._number += 1
        number = self._number
        self._send({"id": number, "method": method, "params": parameters})
        while True:
            message = self._read()
            if message.get("id") == number and "method" not in message:
                assert "error" not in message, message
                return message.get("result")
            self._handle(message)

    def _tell(self, method: str, **parameters: Any) -> None:
        self._send({"method": method, "params": parameters})

    def _handle(self, message: Mapping[str, Any]) -> None:
        if message.get("method") == "textDocument/publishDiagnostics":
            self._published.append(message["params"])
        elif message.get("method") == "workspace/configuration":
            sections = [one["section"] for one in message["params"]["items"]]
            given = [self._settings() if name == "yaml" else {} for name in sections]
            self._send({"id": message["id"], "result": given})
        elif "id" in message and "method" in message:
            self._send({"id": message["id"], "result": None})

    def _send(self, message: Mapping[str, Any]) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
        self._process.stdin.flush()

    def _read(self) -> Mapping[str, Any]:
        assert self._process.stdout is not None
        length = 0
        while line := self._process.stdout.readline().strip():
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the language server has ended"
        message: Mapping[str, Any] = json.loads(self._process.stdout.read(length))
        return message


_CAPABILITIES = {
    "workspace": {"configuration": True},
    "textDocument": {
        "completion": {"completionItem": {"documentationFormat": ["markdown"]}},
        "hover": {"contentFormat": ["markdown"]},
        "publishDiagnostics": {"versionSupport": True},
    },
}


@pytest.fixture(scope="session")
def language_server_program() -> Sequence[str]:
    """The command that starts a server."""
    node = shutil.which("node")
    assert node is not None, "node is not installed: leave these tests out with -m 'not node'"
    assert _PROGRAM.is_file(), "run scripts/yaml-language-server, or use -m 'not node'"
    return [node, str(_PROGRAM), "--stdio"]


@pytest.fixture(scope="session")
def run_language_server(language_server_program: Sequence[str]) -> Iterator[Any]:
    """Start a server for a schema; all of them end with the session."""
    running: list[subprocess.Popen[bytes]] = []

    def start(schema: Path) -> YamlLanguageServer:
        process = subprocess.Popen(
            language_server_program, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        running.append(process)
        server = YamlLanguageServer(process, schema)
        server.start()
        return server

    yield start
    for process in running:
        process.kill()
        process.communicate()
