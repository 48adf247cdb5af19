"""Which cases share a coordinator: their settings agree, and none disturbs another."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tests.conformance.live.cases import Case

DEFAULT_KEY = "I6EGNzRESu3X3pKZidrqCGOHQFUFC0yK"
"""Encryption key of a coordinator whose cases ask for none in particular."""

# Scripts that name no runner run as processes: images cannot be had everywhere.
_PROCESS_RUNNER = (
    '{ type = "io.kestra.plugin.scripts", values = '
    '{ taskRunner = { type = "io.kestra.plugin.core.runner.Process" } } }'
)
_SETTINGS = ("env", "globals", "secrets")


@dataclass(slots=True, kw_only=True)
class Stage:
    """One coordinator and its cases.

    Attributes:
        settings: Tables of the cases' set-ups, merged.
        encryption_key: Of the coordinator; absent: none.
        is_serial: One case at a time, as executions of one set off triggers of another.
        cases: What runs on it.
    """

    settings: dict[str, dict[str, object]] = field(default_factory=dict)
    encryption_key: str | None = DEFAULT_KEY
    is_serial: bool = False
    cases: list[Case] = field(default_factory=list)

    @property
    def config(self) -> str:
        """TOML of the coordinator."""
        # Kestra shows what its tests look at.
        lines = [
            'env_prefix = "KESTRA_"',
            "secrets_in_outputs = true",
            "plugin_defaults = [",
            _PROCESS_RUNNER,
            "]",
        ]
        if self.encryption_key is None:
            lines.append("encryption = false")
        variables = self.settings.get("globals")
        if variables:
            lines += [f"globals = {_toml(variables)}"]
        return "\n".join(lines) + "\n"

    @property
    def environment(self) -> Mapping[str, str]:
        """Variables of the coordinator's environment, its secrets among them."""
        variables = {name: str(value) for name, value in self.settings.get("env", {}).items()}
        for name, value in self.settings.get("secrets", {}).items():
            variables[f"SECRET_{name}"] = base64.b64encode(str(value).encode()).decode()
        if self.encryption_key:
            variables["LANNER_ENCRYPTION_KEY"] = self.encryption_key
        return variables

    def takes(self, case: Case) -> bool:
        """Whether the case can run here."""
        setup = case.setup
        has_key = "encryption_key" in setup
        key = DEFAULT_KEY if setup.get("encryption_key") is True else setup.get("encryption_key")
        return (
            self.is_serial is case.is_listening
            and (not has_key or key == self.encryption_key)
            and all(
                self.settings.get(name, {}).get(one, value) == value
                for name in _SETTINGS
                for one, value in (setup.get(name) or {}).items()
            )
        )

    def add(self, case: Case) -> None:
        """Run the case here."""
        self.cases.append(case)
        for name in _SETTINGS:
            self.settings.setdefault(name, {}).update(case.setup.get(name) or {})


def staged(cases: Iterable[Case]) -> Sequence[Stage]:
    """Share out the cases over as few coordinators as will do."""
    stages: list[Stage] = []
    for case in cases:
        fitting = next((stage for stage in stages if stage.takes(case)), None)
        if fitting is None:
            key = case.setup.get("encryption_key", DEFAULT_KEY)
            fitting = Stage(
                encryption_key=DEFAULT_KEY if key is True else key, is_serial=case.is_listening
            )
            stages.append(fitting)
        fitting.add(case)
    return stages


def _toml(value: object) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f'"{key}" = {_toml(one)}' for key, one in value.items()) + " }"
    return json.dumps(value)
