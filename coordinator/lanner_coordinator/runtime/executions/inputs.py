"""Inputs of a new execution: defaults rendered, values converted, every problem named."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from lanner_coordinator.engine.plan import Plan
from lanner_coordinator.flow.expression import Rendered, render_typed
from lanner_coordinator.flow.given_inputs import given_values
from lanner_coordinator.flow.inputs import resolve_inputs
from lanner_coordinator.runtime.artifacts import Owner
from lanner_coordinator.runtime.effects import EffectSources, RenderingEffects
from lanner_coordinator.runtime.errors import InvalidRequest
from lanner_coordinator.runtime.masking import mask
from lanner_coordinator.runtime.namespaces.files.inputs import with_artifacts
from lanner_coordinator.runtime.secrets.sealing import opened_parts, seal
from lanner_coordinator.runtime.variables import Surroundings, to_milliseconds


class InputResolver:
    """Renders what belongs to an execution that does not exist yet."""

    def __init__(self, *, sources: EffectSources, around: Surroundings) -> None:
        self._sources = sources
        self._cipher = sources.cipher
        self._around = around

    def resolve(
        self,
        plan: Plan,
        raw: Mapping[str, object],
        execution_id: str,
        *,
        needs_all: bool = True,
        secrets: Collection[str] = (),
    ) -> dict[str, object]:
        """Values of all inputs.

        Args:
            plan: Of the flow.
            raw: Values by input id, or in maps along its dots; those of another execution may be
                sealed or encrypted.
            execution_id: Of the execution to be.
            needs_all: Whether a required input without a value is wrong.
            secrets: Texts in the values that are secrets.

        Raises:
            InvalidRequest: Names every input that is wrong.
        """
        variables = self.variables(plan, execution_id)

        known = set(secrets)

        def evaluate(value: object, more: Mapping[str, object]) -> object:
            rendered = self.rendered(plan, value, {**variables, **more}, execution_id)
            known.update(rendered.secrets)
            return rendered.value

        given = {name: opened_parts(value, self._cipher, known) for name, value in raw.items()}
        resolved = resolve_inputs(
            plan.flow,
            given,
            evaluate,
            encrypt=self._cipher.stored if self._cipher else None,
        )
        asked = raw if needs_all else {**raw, **given_values(plan.flow.inputs, given)}
        problems = [one for one in resolved.problems if needs_all or one.input_id in asked]
        if problems:
            text = "; ".join(problem.message for problem in problems)
            raise InvalidRequest(mask(text, known))
        values = with_artifacts(
            plan.flow.inputs, resolved.values, self._sources.namespace_files, plan.flow.namespace
        )
        return seal(values, known, self._cipher)

    def variables(self, plan: Plan, execution_id: str) -> dict[str, object]:
        """What expressions see before there is an execution."""
        return {
            "flow": {
                "id": plan.flow.id,
                "namespace": plan.flow.namespace,
                "revision": plan.revision,
            },
            "execution": {
                "id": execution_id,
                "startDate": to_milliseconds(self._sources.clock.now()),
                "originalId": execution_id,
            },
            "vars": plan.flow.variables,
            "envs": self._around.envs,
            "globals": self._around.globals,
            "namespace": self._around.namespaces(plan.flow.namespace),
            "kestra": {"environment": self._around.environment, "url": self._around.url},
        }

    def render(
        self, plan: Plan, value: object, variables: Mapping[str, object], execution_id: str
    ) -> object:
        """A value with its expressions rendered, keeping their types.

        Raises:
            ExpressionError: It cannot be rendered.
        """
        return self.rendered(plan, value, variables, execution_id).value

    def rendered(
        self,
        plan: Plan,
        value: object,
        variables: Mapping[str, object],
        execution_id: str,
        ancestors: Sequence[Owner] = (),
    ) -> Rendered:
        """As `render`, with the secrets in it; files of `ancestors` may be read, too.

        Raises:
            ExpressionError: It cannot be rendered.
        """
        owner = Owner(
            namespace=plan.flow.namespace,
            flow_id=plan.flow.id,
            execution_id=execution_id,
            ancestors=tuple(ancestors),
        )
        effects = RenderingEffects(self._sources, owner=owner)
        return render_typed(value, variables, effects)
