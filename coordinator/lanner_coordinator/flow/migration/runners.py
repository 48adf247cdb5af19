"""`runner` and `docker` of scripts become `taskRunner` and `containerImage`."""

from __future__ import annotations

from lanner_coordinator.flow.migration.forms import Form
from lanner_coordinator.flow.nodes import MapNode, ScalarNode
from lanner_coordinator.flow.types.schemas import PREFIX

_TYPES = f"{PREFIX}scripts"
_DOCKER = f"{PREFIX}scripts.runner.docker.Docker"
_PROCESS = f"{PREFIX}core.runner.Process"
_NEWER = ("taskRunner", "containerImage")
_NOT_WRITTEN_OUT = "its value is not written out in one line"


def runner_to_task_runner(form: Form) -> None:
    """Replace both where what they say can be told."""
    if not form.type.startswith(_TYPES) or not {"runner", "docker"} & form.node.entries.keys():
        return
    why = _why_kept(form)
    if why:
        for key in ("runner", "docker"):
            if key in form.node.entries:
                form.keep(key, why)
    elif "docker" in form.node.entries:
        _docker(form)
    else:
        _runner_alone(form)


def _why_kept(form: Form) -> str:
    for key in _NEWER:
        if key in form.node.entries:
            return f"`{key}` stands beside it"
        if key in form.defaults.keys:
            return f"plugin defaults of the flow give `{key}`"
    if "runner" in form.node.entries:
        found = form.literal("runner")
        if found is None or found.text.upper() not in ("DOCKER", "PROCESS"):
            return _NOT_WRITTEN_OUT
        if found.text.upper() == "PROCESS" and "docker" in form.node.entries:
            return "`docker` does nothing beside `runner: PROCESS`; remove it"
    if "docker" in form.node.entries:
        return _why_docker_kept(form)
    return ""


def _why_docker_kept(form: Form) -> str:
    docker = form.node.entries["docker"]
    if not isinstance(docker, MapNode) or form.extents.entry(form.node, "docker") is None:
        return "its map is not written out here"
    image = docker.entries.get("image")
    if not isinstance(image, ScalarNode) or "\n" in form.written(image):
        return "it names no image in one line; write `taskRunner` and `containerImage`"
    if "type" in docker.entries:
        return "it has a `type`"
    return ""


def _runner_alone(form: Form) -> None:
    found = form.literal("runner")
    name = _PROCESS if found is not None and found.text.upper() == "PROCESS" else _DOCKER
    at = form.node.keys["runner"]
    if form.extents.starts_entry(at.start):
        text = f"taskRunner:\n{form.indentation('runner')}  type: {name}"
    else:
        text = f"taskRunner: {{type: {name}}}"
    form.replace_entry("runner", text, "taskRunner")


def _docker(form: Form) -> None:
    """The image's line becomes the type's; the image goes to where `runner` stood."""
    docker = form.node.entries["docker"]
    image = docker.entries["image"] if isinstance(docker, MapNode) else None
    if not isinstance(docker, MapNode) or not isinstance(image, ScalarNode):
        return
    container_image = f"containerImage: {form.written(image)}"
    key = form.node.keys["docker"]
    image_key = docker.keys["image"]
    if "runner" in form.node.entries:
        form.replace_entry("runner", container_image, "containerImage")
        form.edits.rename(key, "taskRunner")
    else:
        is_block = form.extents.starts_entry(key.start)
        behind = f"\n{form.indentation('docker')}" if is_block else ", "
        new = f"{container_image}{behind}taskRunner"
        form.edits.replace(key.start, key.end, new, key.line, "docker", "taskRunner")
    form.edits.put(image_key.start, image.end, f"type: {_DOCKER}")
