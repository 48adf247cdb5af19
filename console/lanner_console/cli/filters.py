"""The filter of a list, put together from its options."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def list_filter(
    filter_text: str,
    namespace: str = "",
    states: Sequence[str] = (),
    labels: Mapping[str, str] | None = None,
) -> str:
    """One filter in which all of it must hold; the namespace counts with those below it.

    A filter that speaks of a namespace itself is not narrowed by the default one.
    """
    terms = [filter_text] if filter_text else []
    if namespace and not names_namespace(filter_text):
        terms.append(f"ns:{namespace},{namespace}.*")
    if states:
        terms.append(f"state:{','.join(states)}")
    terms += [f"label.{key}:{quoted(value)}" for key, value in (labels or {}).items()]
    return " ".join(terms)


def names_namespace(filter_text: str) -> bool:
    """Whether a term of the filter is about namespaces."""
    return any(term.lstrip("-").startswith("ns:") for term in filter_text.split())


def quoted(value: str) -> str:
    """A value in quotes where the filter language would read it otherwise."""
    if value and all(character.isalnum() or character in "._-*/" for character in value):
        return value
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
