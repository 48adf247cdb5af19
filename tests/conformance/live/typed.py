"""Typed values of the cases as a client gives them: JSON has fewer types."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping
from pathlib import Path


def plain(value: object) -> object:
    """The value with each `{"$type": …, "value": …}` in it replaced by its value."""
    if isinstance(value, Mapping):
        if "$type" in value:
            return plain(value["value"])
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value


def content_of(folder: Path, content: object) -> bytes:
    """The content of a file of a set-up: a text, a file of the suite, rows, or random bytes."""
    if not isinstance(content, Mapping):
        return str(content).encode()
    if "$file" in content:
        return (folder / str(content["$file"])).read_bytes()
    if "$random_bytes" in content:
        return random.Random(0).randbytes(int(content["$random_bytes"]))
    # JSON is ION.
    return "".join(f"{json.dumps(row)}\n" for row in content["$ion_rows"]).encode()


def with_files(value: object, folder: Path) -> object:
    """The value with each `{"$file": path}` in it replaced by the text of the file."""
    if isinstance(value, Mapping):
        if "$file" in value:
            return (folder / value["$file"]).read_text()
        changed = {str(key): with_files(one, folder) for key, one in value.items()}
        if "$file_repeat" in changed and isinstance(value["$file_repeat"], Mapping):
            file = (folder / value["$file_repeat"]["file"]).read_text()
            changed["$file_repeat"] = {**value["$file_repeat"], "file": file}
        return changed
    if isinstance(value, list):
        return [with_files(one, folder) for one in value]
    return value
