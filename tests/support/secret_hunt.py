"""Looks for secrets in whatever they could have come into: texts, files, databases, processes."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

import duckdb
import psutil

AROUND = 80
"""Bytes shown on both sides of what was found."""

SAMPLE_SECONDS = 0.05


def forms_of(secret: str) -> Iterator[str]:
    """What a secret may look like where it leaked."""
    content = secret.encode()
    yield from (secret, secret.upper(), secret.lower(), json.dumps(secret)[1:-1])
    yield from (quote(secret), quote(secret, safe=""), quote_plus(secret))
    yield from (content.hex(), content.hex().upper(), ".".join(secret))
    for shift in range(3):
        # Characters at both ends depend on what is beside the secret.
        yield base64.b64encode(bytes(shift) + content).decode()[4:-4]


@dataclass(slots=True)
class SecretHunt:
    """What is looked for, and where it was found.

    Attributes:
        forms: What is looked for.
        found: Place and what stands around the secret there.
    """

    forms: Sequence[bytes]
    found: list[tuple[str, bytes]] = field(default_factory=list)

    @classmethod
    def of(cls, *secrets: str) -> SecretHunt:
        """A hunt for secrets; for each line of them that is long enough to be one."""
        lines = [line for secret in secrets for line in secret.splitlines() if len(line) > 12]
        return cls(sorted({form.encode() for line in lines for form in forms_of(line)}))

    def look(self, place: str, content: bytes) -> None:
        """Look through what is at a place."""
        for form in self.forms:
            at = content.find(form)
            if at >= 0:
                self.found.append((place, content[max(0, at - AROUND) : at + len(form) + AROUND]))
                return

    def look_through_folder(self, folder: Path, *, but: Sequence[str] = ()) -> None:
        """Look through all files, also inside of the database; `but` are files that may have it."""
        for path in folder.rglob("*"):
            name = path.relative_to(folder).as_posix()
            if path.is_file() and not any(name.startswith(one) for one in but):
                self.look(name, path.read_bytes())
        for database in folder.glob("*.duckdb"):
            self._look_through_database(database)

    def _look_through_database(self, path: Path) -> None:
        """Its columns are compressed on the disk."""
        with duckdb.connect(str(path), read_only=True) as connection:
            names = "SELECT table_name FROM information_schema.tables"
            for (table,) in connection.execute(names).fetchall():
                for row in connection.execute(f'SELECT * FROM "{table}"').fetchall():
                    self.look(f"table {table}", repr(row).encode())

    @contextmanager
    def watching_processes(self) -> Iterator[None]:
        """Look at the arguments of all processes again and again."""
        is_over = threading.Event()
        seen: set[str] = set()

        def watch() -> None:
            while not is_over.wait(SAMPLE_SECONDS):
                for process in psutil.process_iter(["cmdline"]):
                    words = "\0".join(process.info["cmdline"] or ())
                    if words not in seen:
                        seen.add(words)
                        self.look(f"process {process.pid}", words.encode())

        thread = threading.Thread(target=watch)
        thread.start()
        try:
            yield
        finally:
            is_over.set()
            thread.join()
