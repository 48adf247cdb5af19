from __future__ import annotations

from tests.support.generated_docs import outdated


def test_generated_pages_are_up_to_date() -> None:
    assert outdated() == [], "run scripts/gen-docs"
