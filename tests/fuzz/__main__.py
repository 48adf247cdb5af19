"""`python -m tests.fuzz TARGET [ARGUMENTS]`: needs atheris, which `scripts/fuzz` installs."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["lanner_coordinator.flow"]):
    from tests.fuzz import targets

_INSTRUMENTED_FACTOR = 5.0
"""How much slower code is that tells the fuzzer where it goes."""


def main() -> None:
    """Fuzz one target until libFuzzer ends the process."""
    target = targets.TARGETS[sys.argv.pop(1)]
    targets.MOST_SECONDS *= _INSTRUMENTED_FACTOR

    def one(data: bytes) -> None:
        target(data.decode("utf-8", errors="replace"))

    atheris.Setup(sys.argv, one)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
