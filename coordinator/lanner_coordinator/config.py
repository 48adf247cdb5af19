"""The coordinator's configuration.

One TOML file and the command line, checked as a whole before anything starts.

```toml
listen = ["127.0.0.1:7443"]      # besides the Unix socket; loopback only
environment = "prod"             # {{ kestra.environment }}
url = "https://lanner.example"   # {{ kestra.url }}
env_prefix = "ENV_"              # variables of the environment that flows see as {{ envs.name }}
encryption = true                # false: SECRET inputs are refused and no secrets are kept
encryption_key_file = "/etc/k"   # master key; LANNER_ENCRYPTION_KEY goes before it
secrets_in_outputs = false       # true: outputs are shown with the secrets in them, as in Kestra
[globals]                        # {{ globals.name }}
region = "eu"
[artifacts]                      # where files are kept; all of it may be left out
url = "s3://bucket/lanner"       # s3, gs, az or sftp; left out: a folder beside the database
options = { endpoint_url = "http://minio:9000", secret = { env = "S3_SECRET" } }
max_bytes = 53687091200          # of one file; 0: any number
retry_seconds = 180              # how long a storage is tried again that does not answer
keep_days = 0                    # files of executions that ended longer ago go; 0: they stay
keep_uploads_hours = 168         # uploads go after this time
keep_caches_days = 30            # caches of WorkingDirectories that were not written since go
caches_max_bytes = 53687091200   # of all those caches; 0: any number
[[secret_providers]]             # Vault, AWS Secrets Manager: see secret_config.py
[[plugin_defaults]]              # property values for all tasks of a type, below the flow's own
type = "io.kestra.plugin.jdbc.postgresql"
values = { username = "etl", password = "{{ secret('DB_PASSWORD') }}" }
```
"""

from __future__ import annotations

import difflib
import ipaddress
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lanner_coordinator.artifact_config import ArtifactConfig
from lanner_coordinator.errors import ConfigError
from lanner_coordinator.flow.model import PluginDefault
from lanner_coordinator.secret_config import ProviderConfig, read_providers

_SOCKET_PATH_LIMIT = 103
"""Bytes that the kernel takes for the path of a Unix socket (macOS has the lower bound)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the coordinator is told at its start.

    Attributes:
        data_dir: Folder of the database, the artifacts and the keys.
        socket_path: Unix socket that it listens on.
        listen: Addresses `host:port` that it listens on besides; loopback only.
        http: Address `host:port` of health and metrics; absent: none.
        environment: Name of the environment; empty: none.
        url: Where people find it; empty: nowhere.
        env_prefix: Start of the names of environment variables that flows see.
        globals: Values that flows see.
        plugin_defaults: Property values for all tasks of a type.
        log_level: DEBUG, INFO, WARNING or ERROR.
        encryption: Whether values of SECRET inputs can be stored, encrypted; else they are refused.
        encryption_key_file: File of the master key; absent: one in the data folder.
        artifacts: Where files are kept, and for how long.
        secrets_in_outputs: Whether people see inputs and outputs with the secrets in them.
        secret_providers: Where else secrets are, in the order in which they are asked.
    """

    data_dir: Path
    socket_path: Path
    listen: Sequence[str] = ()
    http: str | None = None
    environment: str = ""
    url: str = ""
    env_prefix: str = "ENV_"
    globals: Mapping[str, object] = field(default_factory=dict)
    plugin_defaults: Sequence[PluginDefault] = ()
    log_level: str = "INFO"
    encryption: bool = True
    encryption_key_file: Path | None = None
    artifacts: ArtifactConfig = field(default_factory=ArtifactConfig)
    secrets_in_outputs: bool = False
    secret_providers: Sequence[ProviderConfig] = ()


def read_config(
    *, data_dir: Path, file: Path | None, listen: Sequence[str] = (), log_level: str = "INFO"
) -> Config:
    """The configuration of a file and of what the command line adds.

    Raises:
        ConfigError: The file cannot be read, or something in it makes no sense.
    """
    values = _read_toml(file) if file else {}
    reader = _Reader(values, str(file))
    config = Config(
        data_dir=data_dir,
        socket_path=data_dir / "coordinator.sock",
        listen=[*reader.texts("listen"), *listen],
        http=reader.text("http") or None,
        environment=reader.text("environment"),
        url=reader.text("url"),
        env_prefix=reader.text("env_prefix", "ENV_"),
        globals=reader.table("globals"),
        plugin_defaults=reader.plugin_defaults(),
        log_level=log_level,
        encryption=reader.flag("encryption", default=True),
        encryption_key_file=_path(reader.text("encryption_key_file")),
        artifacts=reader.artifacts(),
        secrets_in_outputs=reader.flag("secrets_in_outputs"),
        secret_providers=read_providers(reader.readers("secret_providers")),
    )
    reader.refuse_unknown_keys()
    for address in [*config.listen, *([config.http] if config.http else [])]:
        check_loopback(address)
    if len(str(config.socket_path)) > _SOCKET_PATH_LIMIT:
        raise ConfigError(
            f"the path of the socket {config.socket_path} is too long for the system "
            f"({_SOCKET_PATH_LIMIT} bytes): choose a shorter data folder"
        )
    return config


def _path(text: str) -> Path | None:
    return Path(text).expanduser() if text else None


def check_loopback(address: str) -> None:
    """Refuse an address that others could reach: TCP is neither encrypted nor authenticated yet.

    Raises:
        ConfigError: It is no `host:port`, or the host is not this one.
    """
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit():
        raise ConfigError(f'"{address}" is no address: write host:port, as 127.0.0.1:7443')
    name = host.strip("[]")
    try:
        is_loopback = ipaddress.ip_address(name).is_loopback
    except ValueError:
        is_loopback = name == "localhost"
    if not is_loopback:
        raise ConfigError(
            f'"{address}" can be reached from other hosts: the coordinator listens on loopback '
            "addresses only; use an SSH tunnel to reach it from elsewhere"
        )


def _read_toml(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise ConfigError(f"{file} cannot be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{file} is no TOML: {error}") from error


class _Reader:
    """Takes values out of a table and knows what is left over."""

    def __init__(self, values: Mapping[str, object], where: str) -> None:
        self._values = values
        self.where = where
        self._known: list[str] = []

    def text(self, key: str, default: str = "") -> str:
        value = self._take(key, default)
        if not isinstance(value, str):
            raise self._wrong(key, "a text")
        return value

    def texts(self, key: str) -> Sequence[str]:
        value = self._take(key, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise self._wrong(key, "a list of texts")
        return value

    def table(self, key: str) -> Mapping[str, object]:
        value = self._take(key, {})
        if not isinstance(value, dict):
            raise self._wrong(key, "a table")
        return value

    def number(self, key: str, default: int) -> int:
        value = self._take(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(key, "a whole number, 0 or above")
        return value

    def artifacts(self) -> ArtifactConfig:
        reader = _Reader(self.table("artifacts"), f"{self.where}: artifacts")
        default = ArtifactConfig()
        config = ArtifactConfig(
            url=reader.text("url"),
            options=reader.table("options"),
            max_bytes=reader.number("max_bytes", default.max_bytes),
            retry_seconds=reader.number("retry_seconds", default.retry_seconds),
            keep_days=reader.number("keep_days", default.keep_days),
            keep_uploads_hours=reader.number("keep_uploads_hours", default.keep_uploads_hours),
            keep_caches_days=reader.number("keep_caches_days", default.keep_caches_days),
            caches_max_bytes=reader.number("caches_max_bytes", default.caches_max_bytes),
        )
        reader.refuse_unknown_keys()
        config.check(reader.where)
        return config

    def plugin_defaults(self) -> Sequence[PluginDefault]:
        defaults = []
        for reader in self.readers("plugin_defaults"):
            default = PluginDefault(
                type=reader.text("type"),
                values=reader.table("values"),
                is_forced=reader.flag("forced"),
            )
            reader.refuse_unknown_keys()
            if not default.type:
                raise ConfigError(f"{reader.where}: `type` is missing")
            defaults.append(default)
        return defaults

    def readers(self, key: str) -> Sequence[_Reader]:
        tables = self._take(key, [])
        if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
            raise self._wrong(key, f"tables, each under [[{key}]]")
        return [_Reader(table, f"{self.where}: {key}") for table in tables]

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self._wrong(key, "true or false")
        return value

    def refuse_unknown_keys(self) -> None:
        for key in self._values:
            if key not in self._known:
                near = difflib.get_close_matches(key, self._known, 1)
                hint = f"; did you mean `{near[0]}`?" if near else ""
                raise ConfigError(f"{self.where}: unknown key `{key}`{hint}")

    def _take(self, key: str, default: object) -> object:
        self._known.append(key)
        return self._values.get(key, default)

    def _wrong(self, key: str, wanted: str) -> ConfigError:
        return ConfigError(f"{self.where}: `{key}` must be {wanted}")
