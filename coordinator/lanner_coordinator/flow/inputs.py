"""Resolves the inputs of an execution from what a client gives, and converts flow outputs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from lanner_coordinator.flow.conversion import as_text, convert
from lanner_coordinator.flow.expression import ExpressionError
from lanner_coordinator.flow.expression.values import type_name
from lanner_coordinator.flow.given_inputs import given_values
from lanner_coordinator.flow.input_rules import complaint_about, listed
from lanner_coordinator.flow.model import Flow, FlowOutput, Input, InputType

Evaluate = Callable[[object, Mapping[str, object]], object]
"""Renders a value with variables; a text that is one expression gives the expression's value.

Raises ExpressionError.
"""

_TEXT_TYPES = (InputType.STRING, InputType.SECRET)


@dataclass(frozen=True, slots=True, kw_only=True)
class InputProblem:
    """Why an input cannot be taken.

    Attributes:
        input_id: Of the input.
        message: A sentence that names the input and what was received.
    """

    input_id: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedInput:
    """What became of one input.

    Attributes:
        id: Of the input.
        value: Converted; raw where the input is not enabled or has a problem.
        is_enabled: False where its `dependsOn` does not hold: it is left out.
        problem: Absent: none.
    """

    id: str
    value: object
    is_enabled: bool = True
    problem: InputProblem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedInputs:
    """The inputs of an execution.

    Attributes:
        values: `inputs.*`: ids with dots are nested maps; optional inputs without value are null.
        problems: Every reason not to start the execution, in order of the inputs.
        each: What became of each input, in order of the flow.
    """

    values: Mapping[str, object]
    problems: tuple[InputProblem, ...] = ()
    each: tuple[ResolvedInput, ...] = ()


def resolve_inputs(
    flow: Flow,
    raw: Mapping[str, object],
    evaluate: Evaluate,
    *,
    encrypt: Callable[[str], object] | None = None,
) -> ResolvedInputs:
    """Convert and check what a client gives, and fill in defaults.

    Args:
        flow: Whose inputs.
        raw: By input id, or in maps along its dots; files are URIs of stored files already.
            Further ids are ignored.
        evaluate: Renders defaults, conditions and choices.
        encrypt: Turns the value of a SECRET into what is stored; absent: SECRET is refused.
    """
    return resolve_list(flow.inputs, raw, evaluate, encrypt=encrypt)


def resolve_list(
    inputs: Sequence[Input],
    raw: Mapping[str, object],
    evaluate: Evaluate,
    *,
    encrypt: Callable[[str], object] | None = None,
) -> ResolvedInputs:
    """As `resolve_inputs`, for inputs that belong to something else than a flow."""
    resolution = _Resolution(inputs, given_values(inputs, raw), evaluate, encrypt)
    each = tuple(resolution.resolve(one) for one in inputs)
    return ResolvedInputs(
        values=resolution.values(),
        problems=tuple(one.problem for one in each if one.problem is not None),
        each=each,
    )


def convert_output(
    output: FlowOutput, value: object, *, encrypt: Callable[[str], object] | None = None
) -> object:
    """The rendered value of a flow's output as its type.

    Raises:
        ValueError: With a sentence.
    """
    if value is None and output.is_required:
        raise ValueError(f"Invalid output for `{output.id}`, missing required output")
    try:
        converted = convert(output.type, value, output.item_type)
    except ValueError as error:
        raise ValueError(f"Invalid output for `{output.id}`, {error}") from None
    if output.type is InputType.SECRET and converted is not None:
        if encrypt is None:
            raise ValueError(f"Invalid output for `{output.id}`, {_NO_ENCRYPTION}")
        return encrypt(str(converted))
    return converted


_NO_ENCRYPTION = "Unable to use a `SECRET` input/output as encryption is not configured"


class _OptionsError(ValueError):
    """The choices of an input cannot be told; with a sentence."""


@dataclass(slots=True)
class _Resolution:
    inputs: Sequence[Input]
    raw: Mapping[str, object]
    evaluate: Evaluate
    encrypt: Callable[[str], object] | None
    done: dict[str, ResolvedInput] = field(default_factory=dict)
    pending: set[str] = field(default_factory=set)

    def resolve(self, one: Input) -> ResolvedInput:
        """One input, after those it depends on."""
        if one.id not in self.done:
            self.pending.add(one.id)
            self.done[one.id] = self._resolve(one)
        return self.done[one.id]

    def values(self) -> Mapping[str, object]:
        """What is resolved so far, nested by the dots of the ids."""
        nested: dict[str, object] = {}
        for one in self.done.values():
            if one.is_enabled and one.problem is None:
                _put(nested, one.id.split("."), one.value)
        return nested

    def _resolve(self, one: Input) -> ResolvedInput:
        given = self.raw.get(one.id)
        by_id = {other.id: other for other in self.inputs}
        needed = [
            self.resolve(by_id[name])
            for name in one.depends_on
            if name in by_id and name not in self.pending - self.done.keys()
        ]
        if not all(other.is_enabled for other in needed):
            return ResolvedInput(id=one.id, value=given, is_enabled=False)
        try:
            if not all(self._holds(condition) for condition in one.conditions):
                return ResolvedInput(id=one.id, value=given, is_enabled=False)
        except ExpressionError as error:
            return self._refused(one, given, f"Invalid condition: {error}", is_enabled=False)
        return self._take(one, given)

    def _take(self, one: Input, given: object) -> ResolvedInput:
        if given == "" and one.type not in _TEXT_TYPES and not one.is_required:
            given = None
        try:
            options = self._options(one)
            value = self._default(one, options) if given is None else given
        except (ExpressionError, _OptionsError) as error:
            return self._refused(one, given, str(error))
        if value is None:
            if one.is_required:
                return self._refused(one, None, "missing required input")
            return ResolvedInput(id=one.id, value=None)
        try:
            item_type = one.properties.get("itemType")
            converted = convert(one.type, value, str(item_type) if item_type else None)
        except ValueError as error:
            return self._refused(one, value, str(error))
        complaint = complaint_about(one, converted, options)
        if complaint:
            return self._refused(one, value, complaint)
        if one.fields and isinstance(converted, Mapping):
            return self._record(one, converted)
        return self._stored(one, converted)

    def _record(self, one: Input, converted: Mapping[str, object]) -> ResolvedInput:
        """The map of an OBJECT: the keys that it tells of, each checked as an input of its own."""
        start = len(one.id) + 1
        given = {
            field.id: converted[field.id[start:]]
            for field in one.fields
            if field.id[start:] in converted
        }
        inner = resolve_list(one.fields, given, self.evaluate, encrypt=self.encrypt)
        if inner.problems:
            message = "; ".join(problem.message for problem in inner.problems)
            problem = InputProblem(input_id=one.id, message=message)
            return ResolvedInput(id=one.id, value=converted, problem=problem)
        return ResolvedInput(
            id=one.id, value={field.id[start:]: field.value for field in inner.each}
        )

    def _stored(self, one: Input, converted: object) -> ResolvedInput:
        if one.type is not InputType.SECRET:
            return ResolvedInput(id=one.id, value=converted)
        if self.encrypt is None:
            return self._refused(one, None, _NO_ENCRYPTION)
        return ResolvedInput(id=one.id, value=self.encrypt(str(converted)))

    def _holds(self, condition: str) -> bool:
        rendered = self.evaluate(condition, self._variables())
        return as_text(rendered).strip() == "true"

    def _default(self, one: Input, options: Sequence[str] | None) -> object:
        if one.has_default:
            return self.evaluate(one.default, self._variables())
        if options and one.properties.get("autoSelectFirst") is True:
            return options[0]
        return None

    def _options(self, one: Input) -> Sequence[str] | None:
        if one.type not in (InputType.SELECT, InputType.MULTISELECT):
            return None
        given = one.properties.get("values") or one.properties.get("options")
        expression = one.properties.get("expression")
        if given is None and expression is not None:
            given = self._rendered_options(expression)
        return listed(given)

    def _rendered_options(self, expression: object) -> object:
        try:
            given = self.evaluate(expression, self._variables())
        except ExpressionError as error:
            raise _OptionsError(f"Cannot render 'expression'. Cause: {error}") from error
        found = _list_of(given) if isinstance(given, str) else given
        if not isinstance(found, list | tuple):
            received = "<null>" if given is None else type_name(given)
            raise _OptionsError(
                f"Invalid expression result. Expected a list of strings, but received {received}"
            )
        return [one for one in found if one is not None]

    def _variables(self) -> Mapping[str, object]:
        return {"inputs": self.values()}

    def _refused(
        self, one: Input, given: object, why: str, *, is_enabled: bool = True
    ) -> ResolvedInput:
        shown = "******" if one.type is InputType.SECRET and given is not None else as_text(given)
        message = f"Invalid input for `{one.id}`, {why}, but received `{shown}`"
        problem = InputProblem(input_id=one.id, message=message)
        return ResolvedInput(id=one.id, value=given, is_enabled=is_enabled, problem=problem)


def _put(nested: dict[str, object], path: Sequence[str], value: object) -> None:
    current = nested
    for key in path[:-1]:
        below = current.get(key)
        if not isinstance(below, dict):
            below = current[key] = {}
        current = below
    current[path[-1]] = value


def _list_of(text: str) -> object:
    try:
        return convert(InputType.ARRAY, text)
    except ValueError:
        return None
