"""`[[> file]]` in a source: replaced by what the file holds."""

from __future__ import annotations

import re
from pathlib import Path

from lanner_console.cli.errors import UsageProblem

_INCLUDE = re.compile(r"\[\[>(?P<file>[^\]\n]*)\]\]")
_DEEPEST = 10


def expand(text: str, folder: Path, name: str, depth: int = 0) -> str:
    """A source with its includes written out.

    A file of one line stands where the include stood. Of a longer one every line is put behind what
    stood before the include, so that it is indented (or commented out) alike. Included files may
    include others.

    Args:
        text: The source.
        folder: What paths are relative to.
        name: Of the source, for messages.
        depth: How many files include each other so far.

    Raises:
        UsageProblem: A file is not there or not text, or files include each other endlessly.
    """
    lines = []
    for number, line in enumerate(text.split("\n"), start=1):
        found = _INCLUDE.search(line)
        if found is None:
            lines.append(line)
            continue
        place = f"{name}:{number}"
        if depth >= _DEEPEST:
            raise UsageProblem(
                f"{place}: files include each other more than {_DEEPEST} deep",
                fix="remove the include that leads back",
            )
        file = folder / found["file"].strip()
        inner = expand(_read(file, place), file.parent, str(file), depth + 1).rstrip("\n")
        before, after = line[: found.start()], line[found.end() :]
        rows = inner.split("\n")
        if len(rows) == 1:
            # The rest of the line may have an include too.
            lines.append(before + inner + expand(after, folder, place, depth))
        else:
            lines.extend(f"{before}{row}".rstrip() for row in rows)
    return "\n".join(lines)


def _read(file: Path, place: str) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageProblem(
            f"{place}: {file} cannot be included",
            why=getattr(error, "strerror", None) or str(error),
            fix="paths are relative to the file that includes",
        ) from error
