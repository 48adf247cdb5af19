"""The expressions of the language: a Pratt parser with Pebble's precedence.

Jinja2's spellings that do not clash are read too: `x if c else y`, `in`, `not in`, `none`.
"""

from __future__ import annotations

from jinja2 import nodes

from lanner_coordinator.flow.expression import syntax
from lanner_coordinator.flow.expression.lexer import syntax_error
from lanner_coordinator.flow.expression.tokens import Kind, Token

_BINARY = {
    "or": 10,
    "and": 15,
    "is": 20,
    "is not": 20,
    "contains": 20,
    "isIn": 30,
    "in": 30,
    "not in": 30,
    "==": 30,
    "equals": 30,
    "!=": 30,
    ">": 30,
    "<": 30,
    ">=": 30,
    "<=": 30,
    "+": 40,
    "-": 40,
    "*": 60,
    "/": 60,
    "%": 60,
    "|": 100,
    "~": 110,
    "..": 120,
    "??": 120,
    "???": 120,
}
_UNARY_PRECEDENCE = 500
_UNARY = {"not": "negate", "-": "minus", "+": "plus"}
_METHODS = {
    "or": "some",
    "and": "every",
    "contains": "contains",
    "isIn": "is_in",
    "in": "is_in",
    "not in": "is_not_in",
    "==": "equals",
    "equals": "equals",
    "!=": "differs",
    ">": "greater",
    "<": "less",
    ">=": "greater_or_equal",
    "<=": "less_or_equal",
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
    "%": "remainder",
    "~": "concatenate",
    "..": "span",
    "??": "coalesce",
    "???": "coalesce_undefined",
}
_ANY_NUMBER = frozenset({"some", "every", "add", "concatenate"})
_LITERALS = {
    "true": True,
    "TRUE": True,
    "True": True,
    "false": False,
    "FALSE": False,
    "False": False,
    "null": None,
    "NULL": None,
    "none": None,
    "NONE": None,
    "None": None,
}
_LARGEST = 2**63 - 1
_MAYBE_UNDEFINED = frozenset({"default", "defined"})


class ExpressionParser:
    """Reads expressions from a list of tokens."""

    def __init__(self, tokens: list[Token], nesting: int) -> None:
        self.tokens = tokens
        self.index = 0
        self.mentions: list[syntax.Mention] = []
        self._nesting = nesting
        self._level = 0

    @property
    def current(self) -> Token:
        """The token to be read next."""
        return self.tokens[self.index]

    def advance(self) -> Token:
        """Read one token."""
        token = self.tokens[self.index]
        if token.kind is not Kind.END:
            self.index += 1
        return token

    def at(self, kind: Kind, *values: str) -> bool:
        """Tell whether the next token is of that kind and has one of the values, if any."""
        token = self.tokens[self.index]
        return token.kind is kind and (not values or token.value in values)

    def expect(self, kind: Kind, value: str = "") -> Token:
        """Read a token that has to be there."""
        if not self.at(kind, *([value] if value else [])):
            wanted = f"`{value}`" if value else f"a {kind.value}"
            self.fail(f"Expected {wanted} but found {self.current.describe()}")
        return self.advance()

    def fail(self, message: str, token: Token | None = None) -> None:
        """Raise the error for a token, the current one if none is given."""
        token = token or self.current
        raise syntax_error(message, token.offset, token.length)

    def new_name(self) -> str:
        """Read a name that gets a value: of a variable, an argument, a macro."""
        token = self.expect(Kind.NAME)
        if token.value in _LITERALS:
            self.fail(f"Can not assign a value to {token.value}", token)
        return token.value

    def expression(self, precedence: int = 0) -> nodes.Expr:
        """Read an expression of operators that bind at least as tightly as `precedence`."""
        self._level += 1
        if self._level > self._nesting:
            self.fail(f"The expression is nested deeper than {self._nesting} levels")
        node = self._binary(self._operand(), precedence)
        if precedence == 0:
            node = self._conditional(node)
        self._level -= 1
        return node

    def _operand(self) -> nodes.Expr:
        token = self.tokens[self.index]
        if token.kind is Kind.OPERATOR and token.value in _UNARY:
            self.advance()
            operand = self.expression(_UNARY_PRECEDENCE)
            return syntax.call(_UNARY[token.value], token.offset, operand)
        return self._postfix(self._primary())

    def _binary(self, left: nodes.Expr, precedence: int) -> nodes.Expr:
        built = None
        while True:
            token = self.tokens[self.index]
            operator = self._operator(token)
            if operator is None or _BINARY[operator] < precedence:
                return left
            self.advance()
            if operator == "|":
                left, built = self.filter(left), None
            elif operator in ("is", "is not"):
                left, built = self._test(left, negated=operator == "is not"), None
            else:
                method = _METHODS[operator]
                right = self.expression(_BINARY[operator] + 1)
                if built == method and isinstance(left, nodes.Call):
                    left.args.append(right)
                else:
                    left = syntax.call(method, token.offset, left, right)
                built = method if method in _ANY_NUMBER else None

    @staticmethod
    def _operator(token: Token) -> str | None:
        if token.kind is Kind.OPERATOR or (token.kind is Kind.NAME and token.value == "in"):
            return token.value if token.value in _BINARY else None
        return None

    def _conditional(self, node: nodes.Expr) -> nodes.Expr:
        if self.at(Kind.PUNCTUATION, "?"):
            token = self.advance()
            if_true = self.expression()
            self.expect(Kind.PUNCTUATION, ":")
            test = syntax.call("is_chosen", token.offset, node)
            return nodes.CondExpr(test, if_true, self.expression(), lineno=1)
        if self.at(Kind.NAME, "if"):
            token = self.advance()
            test = syntax.call("is_chosen", token.offset, self.expression(10))
            otherwise: nodes.Expr = syntax.constant(None)
            if self.at(Kind.NAME, "else"):
                self.advance()
                otherwise = self.expression()
            return nodes.CondExpr(test, node, otherwise, lineno=1)
        return node

    def _primary(self) -> nodes.Expr:
        token = self.current
        if token.kind is Kind.NAME:
            return self._name()
        if token.kind is Kind.INTEGER:
            return self._integer()
        if token.kind is Kind.DECIMAL:
            return syntax.constant(float(self.advance().value))
        if token.kind is Kind.STRING:
            return syntax.constant(self.advance().value)
        if token.kind is Kind.STRING_START:
            return self._interpolated()
        if self.at(Kind.PUNCTUATION, "("):
            self.advance()
            inner = self.expression()
            self.expect(Kind.PUNCTUATION, ")")
            return inner
        if self.at(Kind.PUNCTUATION, "["):
            return self._list()
        if self.at(Kind.PUNCTUATION, "{"):
            return self._map()
        raise syntax_error(
            f"Expected a value but found {token.describe()}", token.offset, token.length
        )

    def _name(self) -> nodes.Expr:
        token = self.advance()
        if self.at(Kind.PUNCTUATION, "("):
            return self._function(token)
        if token.value in _LITERALS:
            return syntax.constant(_LITERALS[token.value])
        return syntax.call("variable", token.offset, syntax.word(token.value))

    def _function(self, token: Token) -> nodes.Expr:
        positional, named = self.arguments()
        if token.value == "block":
            return syntax.call("block", token.offset, syntax.sequence(positional))
        self._mention("function", token, positional, named)
        return syntax.call(
            "function",
            token.offset,
            syntax.word(token.value),
            syntax.sequence(positional),
            syntax.keywords(named),
        )

    def _integer(self) -> nodes.Expr:
        token = self.advance()
        if len(token.value) > 19 or int(token.value) > _LARGEST:
            self.fail(f"The number {token.value[:40]} does not fit into 64 bits", token)
        return syntax.constant(int(token.value))

    def _interpolated(self) -> nodes.Expr:
        start = self.advance()
        parts: list[nodes.Expr] = []
        while not self.at(Kind.STRING_END):
            if self.at(Kind.INTERPOLATION_START):
                self.advance()
                parts.append(self.expression())
                self.expect(Kind.INTERPOLATION_END)
            else:
                parts.append(syntax.constant(self.expect(Kind.STRING).value))
        self.advance()
        return syntax.call("concatenate", start.offset, *parts)

    def _list(self) -> nodes.Expr:
        opening = self.advance()
        items: list[nodes.Expr] = []
        while not self.at(Kind.PUNCTUATION, "]"):
            if items:
                self.expect(Kind.PUNCTUATION, ",")
            items.append(self.expression())
        self.advance()
        return syntax.call("make_list", opening.offset, *items)

    def _map(self) -> nodes.Expr:
        opening = self.advance()
        items: list[nodes.Expr] = []
        while not self.at(Kind.PUNCTUATION, "}"):
            if items:
                self.expect(Kind.PUNCTUATION, ",")
            items.append(self.expression())
            self.expect(Kind.PUNCTUATION, ":")
            items.append(self.expression())
        self.advance()
        return syntax.call("make_map", opening.offset, *items)

    def _postfix(self, node: nodes.Expr) -> nodes.Expr:
        while True:
            if self.tokens[self.index].kind is not Kind.PUNCTUATION:
                return node
            if self.at(Kind.PUNCTUATION, "."):
                node = self._member(node)
            elif self.at(Kind.PUNCTUATION, "["):
                opening = self.advance()
                key = self.expression()
                self.expect(Kind.PUNCTUATION, "]")
                node = syntax.call("attribute", opening.offset, node, key)
            elif self.at(Kind.PUNCTUATION, "("):
                self.fail("Only functions and macros can be called")
            else:
                return node

    def _member(self, node: nodes.Expr) -> nodes.Expr:
        self.advance()
        token = self.advance()
        # Words such as `contains` are operators for the lexer but fine as keys of a map.
        if token.kind is not Kind.NAME and not token.value.isidentifier():
            self.fail(f"Expected a name after `.` but found {token.describe()}", token)
        name = syntax.word(token.value)
        if not self.at(Kind.PUNCTUATION, "("):
            return syntax.call("attribute", token.offset, node, name)
        positional, named = self.arguments()
        if named:
            self.fail("Can not use named arguments when calling a method", token)
        return syntax.call("method", token.offset, node, name, syntax.sequence(positional))

    def arguments(self) -> tuple[list[nodes.Expr], dict[str, nodes.Expr]]:
        """Read arguments in parentheses: by position, then by name."""
        self.expect(Kind.PUNCTUATION, "(")
        positional: list[nodes.Expr] = []
        named: dict[str, nodes.Expr] = {}
        while not self.at(Kind.PUNCTUATION, ")"):
            if positional or named:
                self.expect(Kind.PUNCTUATION, ",")
            following = self.tokens[min(self.index + 1, len(self.tokens) - 1)]
            if following.kind is Kind.PUNCTUATION and following.value == "=":
                name = self.new_name()
                self.advance()
                named[name] = self.expression()
            else:
                if named:
                    self.fail("Positional arguments must be declared before any named arguments")
                positional.append(self.expression())
        self.advance()
        return positional, named

    def filter(self, value: nodes.Expr) -> nodes.Expr:
        """Read the name and the arguments of a filter and apply it to `value`."""
        token, positional, named = self._invocation("filter")
        if token.value in _MAYBE_UNDEFINED:
            value = syntax.call("optional", token.offset, value)
        return syntax.call(
            "filter",
            token.offset,
            syntax.word(token.value),
            value,
            syntax.sequence(positional),
            syntax.keywords(named),
        )

    def _test(self, value: nodes.Expr, *, negated: bool) -> nodes.Expr:
        token, positional, named = self._invocation("test")
        if token.value in _MAYBE_UNDEFINED:
            value = syntax.call("optional", token.offset, value)
        return syntax.call(
            "fails" if negated else "passes",
            token.offset,
            syntax.word(token.value),
            value,
            syntax.sequence(positional),
            syntax.keywords(named),
        )

    def _invocation(self, kind: str) -> tuple[Token, list[nodes.Expr], dict[str, nodes.Expr]]:
        token = self.expect(Kind.NAME)
        positional, named = self.arguments() if self.at(Kind.PUNCTUATION, "(") else ([], {})
        self._mention(kind, token, positional, named)
        return token, positional, named

    def _mention(
        self, kind: str, token: Token, positional: list[nodes.Expr], named: dict[str, nodes.Expr]
    ) -> None:
        self.mentions.append(
            syntax.Mention(
                kind=kind,
                name=token.value,
                offset=token.offset,
                positional=positional,
                named=named,
            )
        )
