"""An example for each property of a type or of an input."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.nodes import MapNode, plain
from lanner_coordinator.flow.reading.report import Report
from lanner_coordinator.flow.types.schemas import PREFIX, Schema
from lanner_coordinator.flow.yaml_text import read_yaml

_DATE = "2026-01-31"
_BY_FORMAT: Mapping[str, object] = MappingProxyType(
    {
        "duration": "PT5M",
        "date-time": f"{_DATE}T06:00:00Z",
        "date": _DATE,
        "time": "06:00:00",
        "timezone": "Europe/Paris",
        "regex": "[a-z]+",
    }
)
_BY_NAME: Mapping[str, object] = MappingProxyType(
    {
        "afterSQL": "DROP TABLE staging",
        "accept": [".csv"],
        "allowedFileExtensions": [".csv"],
        "beforeCommands": ["pip install requests"],
        "body": "{{ outputs.order.value }}",
        "bytes": "10MB",
        "charset": "ISO-8859-1",
        "config": {"auths": {"registry.example.com": {"auth": "dXNlcjpzZWNyZXQ="}}},
        "connectionPoolSize": 4,
        "containerImage": "ubuntu:24.04",
        "cpu": {"cpus": 0.5},
        "credentials": {"username": "ann", "password": "{{ secret('REGISTRY') }}"},
        "dependencies": ["requests"],
        "deviceRequests": [{"driver": "nvidia", "count": -1, "capabilities": [["gpu"]]}],
        "docker": {"image": "ubuntu:24.04"},
        "entryPoint": ["/bin/sh"],
        "env": {"LANG": "C.UTF-8"},
        "errorMessage": "The file has no rows.",
        "executionId": "{{ trigger.executionId }}",
        "expression": "{{ outputs.load.names }}",
        "extension": ".csv",
        "extraHosts": ["db:10.0.0.5"],
        "flowId": "load_orders",
        "formData": {"name": "Ann"},
        "headers": {"Accept": "application/json"},
        "host": "tcp://127.0.0.1:2375",
        "inputFiles": {"main.sql": "SELECT 1"},
        "inputs": {"day": "{{ inputs.day }}"},
        "interpreter": ["/bin/bash", "-c"],
        "itemType": "STRING",
        "kvDescription": "When the last load ended.",
        "labels": {"team": "data"},
        "maxAttempt": 3,
        "maxAttempts": 3,
        "memory": {"memory": "512MB"},
        "minSatisfied": 2,
        "namespace": "company.team",
        "namespaceFiles": {"enabled": True, "include": ["sql/**"]},
        "networkMode": "none",
        "onMiss": {"behavior": "FAIL"},
        "options": {"followRedirects": False},
        "outputFiles": ["*.csv"],
        "outputs": {"rows": "{{ outputs.load.rows }}"},
        "parameters": {"day": "{{ inputs.day }}"},
        "params": {"page": 2},
        "partitions": 4,
        "portBindings": ["8080:80"],
        "preconditions": {"id": "both", "flows": [{"namespace": "company", "flowId": "load"}]},
        "pythonVersion": "3.12",
        "responseCode": 202,
        "responseContentType": "text/plain",
        "revision": 3,
        "saveAs": "orders.csv",
        "scheduleDate": "{{ now() | dateAdd(1, 'HOURS') }}",
        "jsonSchema": {"type": "object", "required": ["id"]},
        "schema": {"type": "object", "required": ["id"]},
        "separator": "\n",
        "shmSize": "256MB",
        "sslCert": "{{ secret('CLIENT_CERT') }}",
        "sslKey": "{{ secret('CLIENT_KEY') }}",
        "sslKeyPassword": "{{ secret('CLIENT_KEY_PASSWORD') }}",
        "sslOptions": {"insecureTrustAllCertificates": False},
        "sslRootCert": "{{ secret('ROOT_CERT') }}",
        "taskRunner": {"type": f"{PREFIX}core.runner.Process"},
        "tasksId": ["load"],
        "timeZoneId": "Europe/Paris",
        "user": "1000:1000",
        "uvInstallerVersion": "0.9.0",
        "values": ["small", "large"],
        "volumes": ["/srv/data:/data:ro"],
    }
)
_LOG = {"id": "say", "type": "core.log.Log", "message": "Hello"}
_KEYS: Mapping[str, object] = MappingProxyType(
    {
        "afterExecution": [_LOG],
        "conditions": [{"type": "core.condition.Weekend"}],
        "errors": [_LOG],
        "finally": [_LOG],
        "inputs": [{"id": "day", "type": "DATE"}],
        "listeners": [{"tasks": [_LOG]}],
        "outputs": [{"id": "rows", "type": "INT", "value": "{{ outputs.load.rows }}"}],
        "pluginDefaults": [{"type": "core.log.Log", "values": {"level": "DEBUG"}}],
        "retry": {"type": "constant", "interval": "PT30S", "maxAttempts": 3},
        "sla": [{"id": "fast", "type": "MAX_DURATION", "duration": "PT1H", "behavior": "FAIL"}],
        "tasks": [_LOG],
        "triggers": [{"id": "daily", "type": "core.trigger.Schedule", "cron": "@daily"}],
    }
)
"""Keys of flows, tasks and triggers whose schemas refer to others."""

_OF_TYPE: Mapping[tuple[str, str], object] = MappingProxyType(
    {
        (f"{PREFIX}core.storage.Split", "separator"): ";",
    }
)


def property_example(description: TypeDescription, name: str, schema: Schema) -> object:
    """A value that a property may have; the first choice is what the type's examples have."""
    written = _written(tuple(description.examples))
    if name in written:
        return written[name]
    return _OF_TYPE.get((description.name, name)) or value_example(name, schema)


def key_example(name: str, schema: Schema) -> object:
    """A value for a key of flows, tasks, triggers, inputs or outputs; None: there is none."""
    examples = schema.get("examples")
    if isinstance(examples, list) and examples:
        return examples[0]
    return _KEYS.get(name)


def value_example(name: str, schema: Schema) -> object:
    """A value for a property of that name and schema."""
    examples = schema.get("examples")
    if isinstance(examples, Sequence) and not isinstance(examples, str) and examples:
        return examples[0]
    known = _by_schema(schema)
    if known is None and name in _BY_NAME:
        named = _BY_NAME[name]
        is_list = isinstance(named, list)
        return named if is_list or schema.get("type") != "array" else _BY_NAME["values"]
    # An expression stands for any value.
    return known if known is not None else f"{{{{ inputs.{name} }}}}"


def _by_schema(schema: Schema) -> object:
    """A value that the schema itself tells."""
    options = schema.get("enum")
    if isinstance(options, Sequence) and options:
        default = schema.get("default")
        return next((one for one in options if one != default), options[0])
    if schema.get("type") == "boolean":
        return schema.get("default") is not True
    form = schema.get("format")
    if isinstance(form, str) and form in _BY_FORMAT:
        return _BY_FORMAT[form]
    if schema.get("type") in ("integer", "number") and "default" in schema:
        return schema["default"]
    return None


@lru_cache(maxsize=512)
def _written(examples: tuple[str, ...]) -> Mapping[str, object]:
    """What the examples of a type give, by property."""
    found: dict[str, object] = {}
    for text in examples:
        root = read_yaml(text, Report())
        if isinstance(root, MapNode):
            found = {key: plain(node) for key, node in root.entries.items()} | found
    return found
