"""What is done with what a namespace keeps: ask, do, tell, and note the command."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

import msgspec

from lanner_console.cli.errors import UsageProblem
from lanner_console.cli.variables import changed_variables
from lanner_console.dialogs.keeping import (
    KeptSecret,
    KeptValue,
    KeptVariable,
    RemovalDialog,
    SecretDialog,
    ValueDialog,
    VariableDialog,
)
from lanner_console.dialogs.sent_files import FileDialog, SentFile, TemplateDialog
from lanner_console.dialogs.source import SourceDialog
from lanner_console.models import KeyValueRow, SecretRow, TemplateRow
from lanner_console.models.namespace import NamespaceFileRow, NamespaceRow, NamespaceSettings
from lanner_console.op_log import command_line
from lanner_console.screens.namespace_rows import Row, name_of
from lanner_console.screens.saving import free_path, save_chunks
from lanner_console.screens.saving import save_text as write_text
from lanner_console.screens.view import View
from lanner_console.workplace import Workplace
from lanner_proto.errors import InvalidInput


class NamespaceActs(View):
    """The part of the view of a namespace that changes something there."""

    def __init__(self, place: Workplace, *, id: str | None = None) -> None:
        super().__init__(place, id=id)
        self.namespace = ""
        self.seen: NamespaceRow | None = None
        self.adds: Mapping[str, Callable[[Row | None], None]] = {
            "values": self._ask_value,
            "secrets": self._ask_secret,
            "files": self._ask_file,
            "templates": self._ask_template,
        }

    def changed(self) -> None:
        """Look again at what is shown."""
        raise NotImplementedError

    def _ask_value(self, row: Row | None) -> None:
        known = row if isinstance(row, KeyValueRow) else None

        def answered(kept: object) -> None:
            if isinstance(kept, KeptValue):
                self.start("act", self._set_value, kept)

        self.app.push_screen(ValueDialog(self.place, self.namespace, known), answered)

    async def _set_value(self, kept: KeptValue) -> None:
        call = self.place.client.set_key_value(
            self.namespace,
            kept.key,
            kept.value,
            type_=kept.type,
            ttl_seconds=kept.ttl_seconds,
            description=kept.description,
        )
        words = ["-n", self.namespace, "kv", "set", kept.key, kept.value, "--type", kept.type]
        await self._done(call, words, f"{kept.key} is set")

    def _ask_secret(self, row: Row | None) -> None:
        known = row if isinstance(row, SecretRow) else None
        key, about = (known.key, known.description) if known else ("", "")

        def answered(kept: object) -> None:
            if isinstance(kept, KeptSecret):
                self.start("act", self._set_secret, kept)

        self.app.push_screen(SecretDialog(self.place, self.namespace, key, about), answered)

    async def _set_secret(self, kept: KeptSecret) -> None:
        call = self.place.client.set_secret(
            self.namespace, kept.key, kept.value, description=kept.description
        )
        # The command asks for the value: it must not stand in a log.
        words = ["-n", self.namespace, "secret", "set", kept.key]
        await self._done(call, words, f"{kept.key} is set")

    def _ask_file(self, row: Row | None) -> None:
        path = row.path if isinstance(row, NamespaceFileRow) else ""

        def answered(sent: object) -> None:
            if isinstance(sent, SentFile):
                self.start("act", self._put_file, sent)

        self.app.push_screen(FileDialog(self.place, self.namespace, path), answered)

    async def _put_file(self, sent: SentFile) -> None:
        async def call() -> None:
            try:
                await self.place.client.put_namespace_file(sent.file, self.namespace, sent.path)
            except OSError as error:
                told = f"{sent.file} cannot be read: {error.strerror}"
                raise InvalidInput(told) from error

        words = ["-n", self.namespace, "namespace", "files", "put", str(sent.file), sent.path]
        await self._done(call(), words, f"{sent.path} is stored")

    def _ask_template(self, row: Row | None) -> None:
        template_id = row.id if isinstance(row, TemplateRow) else ""

        def answered(file: object) -> None:
            if isinstance(file, Path):
                self.start("act", self._apply_template, file)

        self.app.push_screen(TemplateDialog(self.place, template_id), answered)

    async def _apply_template(self, file: Path) -> None:
        try:
            source = await asyncio.to_thread(file.read_text, encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.app.notify(f"{file} cannot be read: {error}", severity="error")
            return
        call = self.place.client.apply_template(source)
        row = await self.act(call, command_line("template", "apply", str(file)), "stored")
        if row is not None:
            self.app.notify(f"{row.namespace}/{row.id} is at version {row.version}")
            self.changed()

    def show_source(self, row: TemplateRow) -> None:
        """Show what a template says."""
        self.start("source", self._show_source, row, exclusive=True)

    async def _show_source(self, row: TemplateRow) -> None:
        found = await self.ask(self.place.client.get_template(row.namespace, row.id))
        if found is not None:
            title = f"{row.namespace}/{row.id}, version {found.version}"
            self.app.push_screen(SourceDialog(self.place, title=title, source=found.source))

    # ── variables ──────────────────────────────────────────────────────────────────────────────

    def ask_variable(self, name: str, value: object) -> None:
        """Ask for a variable, or for another value of one."""

        def answered(kept: object) -> None:
            if isinstance(kept, KeptVariable):
                words = ["--variable", f"{kept.name}={kept.text}"]
                self._change_variables({kept.name: kept.value}, [], words, f"{kept.name} is set")

        self.app.push_screen(VariableDialog(self.place, self.namespace, name, value), answered)

    def ask_unset(self, name: str) -> None:
        """Take a variable out that is set for the namespace itself, once its name was typed."""
        own = self.seen.own.variables if self.seen and self.seen.own else {}
        try:
            changed_variables(own, {}, [name])
        except UsageProblem:
            self.app.notify(f"{name} is set for a namespace above: take it out there")
            return

        def answered(is_sure: object) -> None:
            if is_sure is True:
                self._change_variables({}, [name], ["--unset", name], f"{name} is taken out")

        self.app.push_screen(RemovalDialog(self.place, "variable", name), answered)

    def _change_variables(
        self, given: Mapping[str, object], unset: list[str], words: list[str], said: str
    ) -> None:
        seen = self.seen
        own = (seen.own if seen else None) or NamespaceSettings()
        try:
            variables = changed_variables(own.variables, given, unset)
        except UsageProblem as error:
            self.app.notify(error.what.capitalize(), severity="error")
            return
        call = self.place.client.set_namespace(
            self.namespace,
            msgspec.structs.replace(own, variables=variables),
            if_version=seen.version if seen else None,
        )
        self.start("act", self._done, call, ["namespace", "set", self.namespace, *words], said)

    # ── deleting ───────────────────────────────────────────────────────────────────────────────

    def ask_removal(self, row: Row, kind: str) -> None:
        """Delete a row, once its name was typed."""
        if isinstance(row, SecretRow) and row.namespace != self.namespace:
            self.app.notify(f"{row.key} belongs to {row.namespace}: delete it there")
            return

        def answered(is_sure: object) -> None:
            if is_sure is True:
                self.start("act", self._remove, row)

        self.app.push_screen(RemovalDialog(self.place, kind, name_of(row)), answered)

    async def _remove(self, row: Row) -> None:
        client, namespace = self.place.client, self.namespace
        said, words = "deleted", ["-n", namespace]
        call: Coroutine[Any, Any, object]
        match row:
            case KeyValueRow():
                call, noun = client.delete_key_value(namespace, row.key), ["kv"]
            case SecretRow():
                call, noun = client.delete_secret(namespace, row.key), ["secret"]
            case TemplateRow():
                call, noun = client.delete_template(namespace, row.id), ["template"]
            case NamespaceFileRow():
                call = client.delete_namespace_files(namespace, [row.path])
                noun, said = ["namespace", "files"], "deleted; its versions are kept"
        await self._done(call, [*words, *noun, "delete", name_of(row)], said)

    async def _done(self, call: Coroutine[Any, Any, object], words: list[str], said: str) -> None:
        async def work() -> bool:
            await call
            return True

        if await self.act(work(), command_line(*words), said):
            self.app.notify(said)
        # What is shown may be why it was refused.
        self.changed()

    # ── saving ─────────────────────────────────────────────────────────────────────────────────

    async def save_file(self, row: NamespaceFileRow) -> None:
        """Bring a file to this machine."""
        path = self._path_for(row.path.rpartition("/")[2])
        chunks = self.place.client.get_namespace_file(self.namespace, row.path)
        if await self.save(path, save_chunks(path, chunks)):
            self.copy(str(path), f"Saved to {path}; its path")

    async def save_template(self, row: TemplateRow) -> None:
        """Bring the source of a template to this machine."""
        found = await self.ask(self.place.client.get_template(row.namespace, row.id))
        if found is not None:
            await self.save_text(f"{row.id}.yaml", found.source)

    async def save_text(self, name: str, text: str) -> None:
        """Write a text into a file of this machine."""
        path = self._path_for(name)
        if await self.save(path, write_text(path, text)):
            self.copy(str(path), f"Saved to {path}; its path")

    def _path_for(self, name: str) -> Path:
        stem, _, ending = name.partition(".")
        folder, now = self.place.options.save_folder, self.place.clock()
        return free_path(folder, stem or ending, f".{ending}" if ending else "", now)
