"""Triggers that look somewhere from time to time: each look is the work of an agent's task type.

A type of trigger is one entry of `POLLING_TYPES`. Its properties are those of the task type and a
few of its own; what the task gives are the trigger's variables. What agents say of the task type
counts, so that both always have the same properties.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from lanner_coordinator.flow.catalog import TypeDescription
from lanner_coordinator.flow.types.schemas import PREFIX, Schema, duration, text

INTERVAL = "interval"
"""The property of all of them that says how long one rests between two looks."""

DEFAULT_INTERVAL = "PT60S"
"""What it is when the trigger does not say."""

Seen = Callable[[Mapping[str, object]], Mapping[str, object]]
"""What a condition sees of the outputs of the task, besides `trigger.*`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PollingType:
    """A type of trigger that looks somewhere from time to time.

    Attributes:
        name: Canonical name.
        task_type: Canonical name of the agents' task type that looks.
        description: First line a sentence; Markdown.
        required: Properties that must be given, also while no agent has told of the task type.
        own: Properties of the trigger alone, by name.
        left_out: Properties of the task type that the trigger does not have.
        fixed: Values that the task always gets.
        condition_property: Property with the expression that tells whether something was found.
        condition: That expression where the trigger has none.
        seen: What it sees of the task's outputs.
        examples: YAML texts.
    """

    name: str
    task_type: str
    description: str
    required: tuple[str, ...]
    own: Mapping[str, Schema] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    fixed: Mapping[str, object] = field(default_factory=dict)
    condition_property: str
    condition: str
    seen: Seen
    examples: tuple[str, ...] = ()

    def described(self, task: TypeDescription | None) -> TypeDescription:
        """The type as flows are checked with it.

        Args:
            task: What agents say of the task type; absent: none has told of it yet.
        """
        schema: Schema = task.properties_schema if task else {}
        asked = _part(schema, "properties")
        return TypeDescription(
            name=self.name,
            kind=None,
            description=self.description,
            properties_schema={
                **schema,
                "type": "object",
                "properties": {
                    INTERVAL: _INTERVAL,
                    **self.own,
                    **{name: one for name, one in asked.items() if name not in self.left_out},
                },
                "required": list(self.required),
                "additionalProperties": task is None,
            },
            outputs_schema=task.outputs_schema if task else {},
            examples=self.examples,
        )


_INTERVAL: Schema = {
    **duration("How long it rests after each look. No expression."),
    "default": DEFAULT_INTERVAL,
}


def _part(schema: Schema, name: str) -> Schema:
    found = schema.get(name, {})
    return found if isinstance(found, Mapping) else {}


def _response(outputs: Mapping[str, object]) -> Mapping[str, object]:
    body = outputs.get("encryptedBody", outputs.get("body"))
    return {
        "response": {
            "statusCode": outputs.get("code"),
            "body": body,
            "headers": outputs.get("headers"),
        }
    }


HTTP = PollingType(
    name=f"{PREFIX}core.http.Trigger",
    task_type=f"{PREFIX}core.http.Request",
    description="Start the flow when a web server answers as expected.",
    required=("uri",),
    own={
        "responseCondition": {
            **text(
                "Starts the flow where it holds; it sees `response.statusCode`, `response.body` "
                "and `response.headers`."
            ),
            "default": "{{ response.statusCode < 400 }}",
        },
    },
    # The condition judges every status.
    left_out=frozenset({"allowFailed"}),
    fixed={"allowFailed": True},
    condition_property="responseCondition",
    condition="{{ response.statusCode < 400 }}",
    seen=_response,
    examples=(
        f"id: is_up\ntype: {PREFIX}core.http.Trigger\nuri: https://shop.example/health\n"
        "interval: PT30S\nstopAfter: [SUCCESS]\n",
        f"""id: cheaper
type: {PREFIX}core.http.Trigger
uri: https://shop.example/products/1
headers: {{Authorization: "Bearer {{{{ secret('SHOP_TOKEN') }}}}"}}
responseCondition: "{{{{ fromJson(response.body).price <= 110 }}}}"
""",
    ),
)

POLLING_TYPES: Mapping[str, PollingType] = {one.name: one for one in (HTTP,)}
"""All of them, by canonical name."""


def polling_types(offered: Iterable[TypeDescription]) -> tuple[TypeDescription, ...]:
    """All of them as flows are checked with them.

    Args:
        offered: Task types that agents run.
    """
    tasks = {one.name: one for one in offered}
    return tuple(one.described(tasks.get(one.task_type)) for one in POLLING_TYPES.values())
