from __future__ import annotations

from collections.abc import Mapping

from lanner_coordinator.flow.diagnostics import Severity
from lanner_coordinator.flow.known_types import KnownTypes
from lanner_coordinator.flow.model import PluginDefault, all_tasks
from lanner_coordinator.flow.templates import (
    Template,
    TemplateFiller,
    read_template,
    templates_of,
)
from tests.unit.flow.sources import HEAD, good

KNOWN = KnownTypes()
SAY = "tasks: [{id: say, type: core.log.Log, message: hello}]\n"
USE = "{id: %s, type: core.flow.Template, namespace: company, templateId: %s}"


def template(template_id: str, body: str = SAY) -> str:
    return f"id: {template_id}\nnamespace: company\n{body}"


def put_in(name: str, task_id: str = "use") -> str:
    return USE % (task_id, name)


def tasks_of(*tasks: str) -> str:
    return f"tasks: [{', '.join(tasks)}]\n"


def problems(source: str) -> list[str]:
    found, told = read_template(source, KNOWN)
    assert found is None
    return [one.message for one in told if one.severity is Severity.ERROR]


def filler(source: str, templates: Mapping[str, str]) -> TemplateFiller:
    def read(text: str) -> Template | str:
        found, told = read_template(text, KNOWN)
        return told[0].message if found is None else found

    return TemplateFiller(good(HEAD + source), templates, read)


def test_a_template_has_tasks_as_a_flow_has_them() -> None:
    source = template("notify", f"description: tells\n{SAY}errors: [{put_in('other')}]\n")

    found, _ = read_template(source, KNOWN)

    assert found is not None
    assert (found.namespace, found.id, found.description) == ("company", "notify", "tells")
    assert [task.id for task in found.branches["tasks"]] == ["say"]
    assert found.uses == ("company/other",)


def test_what_is_wrong_with_a_template_is_said() -> None:
    assert "A template is a map" in problems("- a\n")[0]
    assert problems(template("a", "")) == ["A template needs `tasks`, which must not be empty"]
    assert problems(template("a b")) != []
    assert problems(template("a", SAY + "inputs: []\n")) != []
    assert problems(template("a", "tasks: [{id: x, type: core.log.Lok}]\n")) == [
        "There is no task type `core.log.Lok`"
    ]


def test_defaults_of_the_flow_reach_the_tasks_of_a_template() -> None:
    default = PluginDefault(type="io.kestra.plugin.core.log.Log", values={"level": "WARN"})

    found, _ = read_template(template("a"), KNOWN, flow_defaults=[default])

    assert found is not None
    assert found.branches["tasks"][0].properties == {"message": "hello", "level": "WARN"}


def test_a_flow_gets_the_tasks_of_its_templates_and_of_those_in_them() -> None:
    source = tasks_of(put_in("outer"))
    sources = {
        "company/outer": template("outer", tasks_of(put_in("inner", "inside"))),
        "company/inner": template("inner"),
    }

    filled = filler(source, sources).filled()

    assert [task.id for task in all_tasks(filled)] == ["use", "inside", "say"]
    assert templates_of(good(HEAD + source)) == ["company/outer"]


def test_a_flow_may_put_a_template_in_twice() -> None:
    filling = filler(tasks_of(put_in("a", "one"), put_in("a", "two")), {"company/a": template("a")})

    filled = filling.filled()

    assert [task.id for task in all_tasks(filled)] == ["one", "say", "two", "say"]
    assert filling.refusals == {}


def test_a_template_that_is_not_there_is_refused_in_the_words_of_kestra() -> None:
    filling = filler(tasks_of(put_in("a")), {})

    filled = filling.filled()

    assert filling.refusals == {"use": "Can't find flow template 'company.a'"}
    assert [task.id for task in all_tasks(filled)] == ["use"]


def test_a_template_that_puts_itself_in_is_refused() -> None:
    sources = {"company/a": template("a", tasks_of(put_in("a", "again")))}
    filling = filler(tasks_of(put_in("a")), sources)

    filling.filled()

    assert "puts itself in" in filling.refusals["again"]


def test_a_template_with_the_task_id_of_the_flow_is_refused() -> None:
    filling = filler(tasks_of(put_in("a", "say")), {"company/a": template("a")})

    filling.filled()

    assert "has a task 'say', and so has the flow" in filling.refusals["say"]


def test_a_template_that_cannot_be_read_any_more_is_refused() -> None:
    filling = filler(tasks_of(put_in("a")), {"company/a": "- a\n"})

    filling.filled()

    assert filling.refusals["use"].startswith("The template 'company/a' cannot be read: ")
