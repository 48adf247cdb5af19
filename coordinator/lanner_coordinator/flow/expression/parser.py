"""The templates of the language: texts, `{{ }}` and tags."""

from __future__ import annotations

from collections.abc import Callable

from jinja2 import nodes

from lanner_coordinator.flow.expression import suggestions, syntax
from lanner_coordinator.flow.expression.grammar import ExpressionParser
from lanner_coordinator.flow.expression.lexer import syntax_error, tokenize
from lanner_coordinator.flow.expression.limits import Limits
from lanner_coordinator.flow.expression.tokens import Kind, Token

_CLOSING = ("endif", "endfor", "endmacro", "endfilter", "endblock", "else", "elseif", "elif")


def parse(source: str, limits: Limits) -> syntax.Syntax:
    """Parse a template.

    Raises:
        ExpressionSyntaxError: With the offset of the problem in `column` and no line.
    """
    if len(source) > limits.template_characters:
        raise syntax_error(f"The text is longer than {limits.template_characters} characters", 0)
    tokens = tokenize(source, limits.template_tokens)
    return _TemplateParser(tokens, limits).template()


class _TemplateParser(ExpressionParser):
    def __init__(self, tokens: list[Token], limits: Limits) -> None:
        super().__init__(tokens, limits.nesting)
        self.result = syntax.Syntax(tree=nodes.Template([], lineno=1), mentions=self.mentions)
        self.limits = limits
        self.open_tags: list[Token] = []
        self.counter = 0

    def template(self) -> syntax.Syntax:
        """Read the whole template."""
        self.result.tree.body = self._body()
        limit = self.limits.nesting
        # No token makes more than one level.
        if len(self.tokens) > limit and syntax.depth(self.result.tree, limit) > limit:
            raise syntax_error(f"An expression is deeper than {limit} levels", 0)
        return self.result

    def _body(self, *until: str) -> list[nodes.Node]:
        body: list[nodes.Node] = []
        while not self.at(Kind.END):
            if self.at(Kind.TAG_START) and self.tokens[self.index + 1].value in _CLOSING:
                if self.tokens[self.index + 1].value not in until:
                    self._misplaced(self.tokens[self.index + 1], until)
                self.advance()
                return body
            body.extend(self._item())
        if until:
            opened = self.open_tags[-1]
            raise syntax_error(
                f"Unclosed tag `{opened.value}`: `{{% {until[-1]} %}}` is missing",
                opened.offset,
                opened.length,
            )
        return body

    def _misplaced(self, token: Token, until: tuple[str, ...]) -> None:
        expected = " or ".join(f"`{name}`" for name in until)
        wanted = f"expected {expected}" if until else "no tag is open"
        self.fail(f"Unexpected tag `{token.value}`: {wanted}", token)

    def _item(self) -> list[nodes.Node]:
        token = self.advance()
        if token.kind is Kind.TEXT:
            return [syntax.output(syntax.data(token.value))]
        if token.kind is Kind.VERBATIM:
            text = syntax.constant(token.value)
            return [syntax.output(syntax.call("verbatim", token.offset, text))]
        if token.kind is Kind.PRINT_START:
            value = self.expression()
            self._end_of("the expression", Kind.PRINT_END)
            return [syntax.output(value)]
        return self._tag()

    def _end_of(self, what: str, kind: Kind) -> None:
        if not self.at(kind):
            found = self.current.describe()
            self.fail(f"Unexpected {found}: expected an operator or the end of {what}")
        self.advance()

    def _tag(self) -> list[nodes.Node]:
        token = self.expect(Kind.NAME)
        read = _TAGS.get(token.value)
        if read is None:
            hint = suggestions.hint(token.value, _TAGS)
            error = syntax_error(f"Unknown tag `{token.value}`", token.offset, token.length)
            error.hint = hint
            raise error
        self.open_tags.append(token)
        if len(self.open_tags) > self.limits.tag_nesting:
            self.fail(f"Tags are nested deeper than {self.limits.tag_nesting} levels", token)
        result = read(self, token)
        self.open_tags.pop()
        return result

    def _tag_end(self) -> None:
        self._end_of("the tag", Kind.TAG_END)

    def _if(self, token: Token) -> list[nodes.Node]:
        test = syntax.call("condition", token.offset, self.expression())
        self._tag_end()
        body = self._body("elseif", "elif", "else", "endif")
        branches: list[nodes.If] = []
        otherwise: list[nodes.Node] = []
        while not self.at(Kind.NAME, "endif"):
            branch = self.advance()
            if branch.value == "else":
                self._tag_end()
                otherwise = self._body("endif")
                break
            branch_test = syntax.call("condition", branch.offset, self.expression())
            self._tag_end()
            branch_body = self._body("elseif", "elif", "else", "endif")
            branches.append(nodes.If(branch_test, branch_body, [], [], lineno=1))
        self.advance()
        self._tag_end()
        return [nodes.If(test, body, branches, otherwise, lineno=1)]

    def _for(self, token: Token) -> list[nodes.Node]:
        name = syntax.constant(self.new_name())
        self.expect(Kind.NAME, "in")
        items = syntax.call("iterate", token.offset, name, self.expression())
        self._tag_end()
        body = self._body("else", "endfor")
        otherwise: list[nodes.Node] = []
        if self.advance().value == "else":
            self._tag_end()
            otherwise = self._body("endfor")
            self.advance()
        self._tag_end()
        target = nodes.Name(self._fresh("item"), "store", lineno=1)
        loop = nodes.For(target, items, body, [], None, False, lineno=1)
        was_empty = syntax.call("was_empty", token.offset)
        return [loop, nodes.If(was_empty, otherwise, [], [], lineno=1)] if otherwise else [loop]

    def _fresh(self, kind: str) -> str:
        self.counter += 1
        return f"{kind}_{self.counter}"

    def _set(self, token: Token) -> list[nodes.Node]:
        name = syntax.constant(self.new_name())
        self.expect(Kind.PUNCTUATION, "=")
        value = self.expression()
        self._tag_end()
        return [nodes.ExprStmt(syntax.call("assign", token.offset, name, value), lineno=1)]

    def _macro(self, token: Token) -> list[nodes.Node]:
        name = self.new_name()
        parameters: list[str] = []
        without_default: list[str] = []
        presets: list[nodes.Node] = []
        self.expect(Kind.PUNCTUATION, "(")
        while not self.at(Kind.PUNCTUATION, ")"):
            if parameters:
                self.expect(Kind.PUNCTUATION, ",")
            parameters.append(self.new_name())
            if self.at(Kind.PUNCTUATION, "="):
                self.advance()
                parameter = syntax.constant(parameters[-1])
                preset = syntax.call("preset", token.offset, parameter, self.expression())
                presets.append(nodes.ExprStmt(preset, lineno=1))
            else:
                without_default.append(parameters[-1])
        self.advance()
        self._tag_end()
        body = self._body("endmacro")
        self._closing_name(name)
        if name in self.result.macros:
            self.fail(f"More than one macro can not share the same name: {name}", token)
        block = self._compiled_block("macro", presets + body)
        macro = syntax.Macro(
            block=block.name,
            parameters=tuple(parameters),
            without_default=tuple(without_default),
        )
        self.result.macros[name] = macro
        return [block]

    def _compiled_block(self, kind: str, body: list[nodes.Node]) -> nodes.Block:
        return nodes.Block(self._fresh(kind), body, False, False, lineno=1)

    def _closing_name(self, name: str) -> None:
        """Read the closing tag, which may repeat the name."""
        self.advance()
        if self.at(Kind.NAME, name) or self.at(Kind.STRING, name):
            self.advance()
        self._tag_end()

    def _filter_tag(self, token: Token) -> list[nodes.Node]:
        block = self._compiled_block("filter", [])
        captured = syntax.call("capture", token.offset, syntax.constant(block.name))
        value = self.filter(captured)
        while self.at(Kind.OPERATOR, "|"):
            self.advance()
            value = self.filter(value)
        self._tag_end()
        block.body = self._body("endfilter")
        self.advance()
        self._tag_end()
        return [block, syntax.output(value)]

    def _block(self, token: Token) -> list[nodes.Node]:
        if not self.at(Kind.NAME) and not self.at(Kind.STRING):
            self.fail(f"Expected the name of the block but found {self.current.describe()}")
        name = self.advance().value
        if name in self.result.blocks:
            self.fail(f"More than one block can not share the same name: {name}", token)
        self._tag_end()
        block = self._compiled_block("block", [])
        self.result.blocks[name] = block.name
        block.body = self._body("endblock")
        self._closing_name(name)
        return [block]


_TAGS: dict[str, Callable[[_TemplateParser, Token], list[nodes.Node]]] = {
    "if": _TemplateParser._if,
    "for": _TemplateParser._for,
    "set": _TemplateParser._set,
    "macro": _TemplateParser._macro,
    "filter": _TemplateParser._filter_tag,
    "block": _TemplateParser._block,
}
