"""Codes about YAML."""

from __future__ import annotations

from lanner_coordinator.flow.codes import Code
from lanner_coordinator.language.reference.problems.entry import Entry, Shape

_BOMB = """\
id: demo
namespace: company.team
variables:
  a: &a [x, x, x, x, x, x, x, x, x]
  b: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a]
  c: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b]
  d: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c]
  e: &e [*d, *d, *d, *d, *d, *d, *d, *d, *d]
  f: [*e, *e, *e, *e, *e, *e, *e, *e, *e]
tasks: []
"""

ENTRIES = (
    Entry(
        code=Code.YAML_SYNTAX,
        what="The text cannot be parsed. The place is where the parser gave up; the mistake is"
        " often a line above it: a quote that is not closed, a list item that is not indented like"
        " its siblings, a `:` in a text.",
        example="tasks:\n  - id: hello\n    type: core.log.Log\n    message: Ratio 1: 2\n",
    ),
    Entry(
        code=Code.UNQUOTED_EXPRESSION,
        what="A text that starts with `{{` has to be quoted.",
        example="tasks:\n  - id: hello\n    type: core.log.Log\n    message: {{ flow.id }}\n",
    ),
    Entry(
        code=Code.DUPLICATE_KEY,
        what="A key stands twice in the same map.",
        example="tasks:\n  - id: hello\n    type: core.log.Log\n    message: a\n    message: b\n",
    ),
    Entry(
        code=Code.TAB_INDENTATION,
        what="A line begins with a tab.",
        example="tasks:\n  - id: hello\n\ttype: core.log.Log\n",
    ),
    Entry(
        code=Code.YAML_TAG,
        what="A flow has no tags such as `!!str` or `!include`.",
        example="description: !important Read this\n",
        shape=Shape.KEYS,
    ),
    Entry(
        code=Code.YAML_ALIAS,
        what="`*name` repeats what `&name` marks, after it and not inside of it. `<<: *name` merges"
        " a map, or each map of a list.",
        example="description: *note\n",
        shape=Shape.KEYS,
    ),
    Entry(
        code=Code.SEVERAL_DOCUMENTS,
        what="A second document begins with `---`.",
        example="---\nid: another\n",
        shape=Shape.KEYS,
    ),
    Entry(
        code=Code.TOO_LARGE,
        what="The limits are 1,000,000 characters, 200,000 values with aliases written out, and 80"
        " levels of nesting.",
        example=_BOMB,
        shape=Shape.SOURCE,
    ),
    Entry(
        code=Code.NOT_A_FLOW,
        what="The source is empty, or a list, or a text.",
        example="- id: demo\n- namespace: company.team\n",
        shape=Shape.SOURCE,
    ),
    Entry(
        code=Code.UNREADABLE_CHARACTER,
        what="A control character stands in the text.",
        example="description: Bell \x07\n",
        shape=Shape.KEYS,
    ),
    Entry(
        code=Code.KEY_NOT_TEXT,
        what="A list or a map stands where a key is expected, often because a `[` or `{` is not"
        " quoted.",
        example="variables:\n  [a, b]: c\n",
        shape=Shape.KEYS,
    ),
)
"""In order."""
