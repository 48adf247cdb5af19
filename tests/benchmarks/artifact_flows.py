"""The flows that a large file goes through: each way that tasks have to read or write one."""

from __future__ import annotations

from collections.abc import Mapping

NAMESPACE = "company"

UPLOAD = "uploaded, to an agent and back"
"""The first way: its flow is given the file, and leaves the artifact that all others read."""

_PROCESS = "io.kestra.plugin.core.runner.Process"
_COMMANDS = f"type: io.kestra.plugin.scripts.shell.Commands, taskRunner: {{type: {_PROCESS}}}"
_FROM = 'from: "{{ inputs.uri }}"'

TASKS: Mapping[str, str] = {
    UPLOAD: f"""
  - {{id: copy, {_COMMANDS}, inputFiles: {{in.jsonl: "{{{{ inputs.file }}}}"}},
     commands: ["cp in.jsonl out.jsonl"], outputFiles: [out.jsonl]}}
""",
    "Concat": """
  - {id: work, type: core.storage.Concat, files: ["{{ inputs.uri }}"]}
""",
    "Size": """
  - {id: work, type: core.storage.Size, uri: "{{ inputs.uri }}"}
""",
    "Reverse": f"""
  - {{id: work, type: core.storage.Reverse, {_FROM}}}
""",
    "Split": f"""
  - {{id: work, type: core.storage.Split, {_FROM}, bytes: 100MB}}
""",
    "FilterItems": f"""
  - {{id: work, type: core.storage.FilterItems, {_FROM}, filterCondition: "{{{{ n >= 0 }}}}"}}
""",
    "DeduplicateItems": f"""
  - {{id: work, type: core.storage.DeduplicateItems, {_FROM}, expr: "{{{{ n }}}}"}}
""",
    "LocalFiles": f"""
  - id: work
    type: core.flow.WorkingDirectory
    tasks:
      - {{id: put, type: core.storage.LocalFiles, inputs: {{a.jsonl: "{{{{ inputs.uri }}}}"}}}}
      - {{id: copy, {_COMMANDS}, commands: ["mv a.jsonl b.jsonl"]}}
      - {{id: get, type: core.storage.LocalFiles, outputs: [b.jsonl]}}
""",
    "http.Download": """
  - {id: work, type: core.http.Download, uri: "{{ inputs.web }}/large.jsonl"}
""",
    "http.Request with a file": """
  - {id: work, type: core.http.Request, uri: "{{ inputs.web }}/", method: POST,
     contentType: multipart/form-data, formData: {file: "{{ inputs.uri }}"}}
""",
    "namespace.UploadFiles": """
  - {id: work, type: core.namespace.UploadFiles, filesMap: {large.jsonl: "{{ inputs.uri }}"}}
""",
    "namespaceFiles": f"""
  - {{id: work, {_COMMANDS}, namespaceFiles: {{include: [large.jsonl]}},
     commands: ["wc -c large.jsonl"]}}
""",
    "namespace.DownloadFiles": """
  - {id: work, type: core.namespace.DownloadFiles, files: [large.jsonl]}
""",
}
"""Tasks by the name of the way, in order; all but the first read an artifact or the web."""


def flow_id(way: str) -> str:
    """Of the flow of a way."""
    return "".join(one if one.isalnum() else "-" for one in way)


def flow_source(way: str) -> str:
    """The flow of a way."""
    inputs = (
        "[{id: file, type: FILE}]"
        if way == UPLOAD
        else "[{id: uri, type: STRING}, {id: web, type: STRING}]"
    )
    return f"id: {flow_id(way)}\nnamespace: {NAMESPACE}\ninputs: {inputs}\ntasks:{TASKS[way]}"
