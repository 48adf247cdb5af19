"""Parses jq programs."""

from __future__ import annotations

from lanner_coordinator.flow.expression.errors import ExpressionLimitError, ExpressionValueError
from lanner_coordinator.flow.expression.jq import syntax
from lanner_coordinator.flow.expression.jq.lexer import Token, tokenize
from lanner_coordinator.flow.expression.jq.syntax import Node, Pattern

_NESTING = 40
# Operators from the loosest to the tightest: right or left associative, or not at all.
_LEVELS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("right", ("//",)),
    ("none", ("=", "|=", "+=", "-=", "*=", "/=", "%=", "//=")),
    ("left", ("or",)),
    ("left", ("and",)),
    ("none", ("==", "!=", "<", "<=", ">", ">=")),
    ("left", ("+", "-")),
    ("left", ("*", "/", "%")),
)
_KEYWORDS = frozenset(
    {"def", "if", "then", "elif", "else", "end", "as", "reduce", "foreach", "try", "catch"}
    | {"label", "import", "include", "and", "or", "__loc__"}
)


def parse(program: str) -> Node:
    """Parse a program.

    Raises:
        ExpressionValueError: It is no jq program.
    """
    parser = _Parser(program, tokenize(program))
    tree = parser.pipe()
    parser.expect_end()
    return tree


class _Parser:
    def __init__(self, program: str, tokens: tuple[Token, ...], level: int = 0) -> None:
        self.program = program
        self.tokens = tokens
        self.index = 0
        self.level = level

    @property
    def current(self) -> Token:
        return self.tokens[self.index]

    def at(self, *values: str) -> bool:
        token = self.current
        return token.kind in ("operator", "name") and token.value in values

    def take(self, *values: str) -> bool:
        if self.at(*values):
            self.index += 1
            return True
        return False

    def expect(self, value: str) -> None:
        if not self.take(value):
            raise self.failure(f"expected `{value}`")

    def expect_end(self) -> None:
        if self.current.kind != "end":
            raise self.failure("expected the end")

    def failure(self, message: str) -> ExpressionValueError:
        found = f"`{self.current.value}`" if self.current.value else "the end"
        return ExpressionValueError(
            f"Unable to parse the jq expression '{self.program[:200]}': {message} but found {found}"
        )

    def pipe(self) -> Node:
        self.level += 1
        if self.level > _NESTING:
            raise ExpressionLimitError(f"A jq program is nested deeper than {_NESTING} levels")
        node = self._pipe()
        self.level -= 1
        return node

    def _pipe(self) -> Node:
        definitions = []
        while self.at("def"):
            definitions.append(self._definition())
        ends = self.current.kind == "end" or self.at(")", "]", "}", ";")
        node: Node = syntax.Identity() if definitions and ends else self._body()
        for name, parameters, body in reversed(definitions):
            node = syntax.Define(name, parameters, body, node)
        return node

    def _body(self) -> Node:
        if self.take("label"):
            name = self._variable()
            self.expect("|")
            return syntax.Label(name, self.pipe())
        parts = [self._part()]
        while not isinstance(parts[-1], syntax.Bind) and self.take("|"):
            if self.at("def", "label"):
                parts.append(self.pipe())
                break
            parts.append(self._part())
        node = parts.pop()
        while parts:
            node = syntax.Binary("|", parts.pop(), node)
        return node

    def _part(self) -> Node:
        """Read what stands between `|`; behind `as $x |` that is all the rest."""
        part = self._comma()
        if not self.take("as"):
            return part
        patterns = [self._pattern()]
        while self.take("?//"):
            patterns.append(self._pattern())
        self.expect("|")
        return syntax.Bind(part, tuple(patterns), self.pipe())

    def _definition(self) -> tuple[str, tuple[str, ...], Node]:
        self.expect("def")
        name = self._name()
        parameters: list[str] = []
        if self.take("("):
            while True:
                is_value = self.current.kind == "variable"
                parameters.append(self._variable() if is_value else self._name())
                if not self.take(";"):
                    break
            self.expect(")")
        self.expect(":")
        body = self.pipe()
        self.expect(";")
        return f"{name}/{len(parameters)}", tuple(parameters), body

    def _name(self) -> str:
        token = self.current
        if token.kind != "name":
            raise self.failure("expected a name")
        self.index += 1
        return token.value

    def _variable(self) -> str:
        token = self.current
        if token.kind != "variable":
            raise self.failure("expected a variable")
        self.index += 1
        return token.value

    def _comma(self) -> Node:
        node = self._operators(0)
        while self.take(","):
            node = syntax.Binary(",", node, self._operators(0))
        return node

    def _operators(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._postfix()
        direction, operators = _LEVELS[level]
        left = self._operators(level + 1)
        while self.at(*operators):
            operator = self.current.value
            self.index += 1
            right = self._operators(level if direction == "right" else level + 1)
            left = syntax.Binary(operator, left, right)
            if direction == "none" and self.at(*operators):
                raise self.failure("operators of this kind cannot be chained; expected the end")
        return left

    def _pattern(self) -> Pattern:
        if self.current.kind == "variable":
            return Pattern(name=self._variable())
        if self.take("["):
            items = [self._pattern()]
            while self.take(","):
                items.append(self._pattern())
            self.expect("]")
            return Pattern(items=tuple(items))
        self.expect("{")
        fields = [self._pattern_field()]
        while self.take(","):
            fields.append(self._pattern_field())
        self.expect("}")
        return Pattern(fields=tuple(fields))

    def _pattern_field(self) -> tuple[Node, Pattern]:
        if self.current.kind == "variable":
            name = self._variable()
            key: Node = syntax.Literal(name[1:])
            whole = Pattern(name=name)
            return key, self._pattern() if self.take(":") else whole
        key = self._key()
        self.expect(":")
        return key, self._pattern()

    def _key(self) -> Node:
        """Read the key of a map: a name, a text or an expression in parentheses."""
        token = self.current
        if token.kind == "name":
            self.index += 1
            return syntax.Literal(token.value)
        if token.kind == "text":
            self.index += 1
            return self._interpolated("@text", token)
        self.expect("(")
        key = self.pipe()
        self.expect(")")
        return key

    def _postfix(self) -> Node:
        if self.take("-"):
            return syntax.Negate(self._postfix())
        return self._suffixes(self._term())

    def _suffixes(self, node: Node) -> Node:
        while True:
            token = self.current
            if token.kind == "field":
                self.index += 1
                node = syntax.Index(node, syntax.Literal(token.value[1:]))
            elif self.at(".") and self.tokens[self.index + 1].kind == "text":
                self.index += 1
                node = syntax.Index(node, self._text())
            elif self.at(".") and self.tokens[self.index + 1].value == "[":
                self.index += 1
            elif self.take("["):
                node = self._bracket(node)
            elif self.take("?"):
                node = syntax.Try(node, None)
            else:
                return node

    def _bracket(self, target: Node) -> Node:
        if self.take("]"):
            return syntax.Each(target)
        if self.take(":"):
            end = self.pipe()
            self.expect("]")
            return syntax.Slice(target, None, end)
        key = self.pipe()
        if not self.take(":"):
            self.expect("]")
            return syntax.Index(target, key)
        slice_end = None if self.at("]") else self.pipe()
        self.expect("]")
        return syntax.Slice(target, key, slice_end)

    def _text(self) -> Node:
        token = self.current
        self.index += 1
        return self._interpolated("@text", token)

    def _interpolated(self, format_: str, token: Token) -> Node:
        if len(token.parts) == 1:
            return syntax.Literal(token.value)
        parts: list[Node] = []
        for part in token.parts:
            if isinstance(part, str):
                parts.append(syntax.Literal(part))
            else:
                inner = _Parser(self.program, part, self.level)
                parts.append(inner.pipe())
                inner.expect_end()
        return syntax.Text(format_, tuple(parts))

    def _term(self) -> Node:
        token = self.current
        self.index += 1
        if token.kind == "number":
            number = float(token.value)
            whole = number.is_integer() and token.value.isdecimal() and len(token.value) < 19
            return syntax.Literal(int(token.value) if whole else number)
        if token.kind == "text":
            return self._interpolated("@text", token)
        if token.kind == "format":
            following = self.current
            if following.kind == "text":
                self.index += 1
                return self._interpolated(token.value, following)
            return syntax.Text(token.value, ())
        if token.kind == "field":
            return syntax.Index(syntax.Identity(), syntax.Literal(token.value[1:]))
        if token.kind == "variable":
            return syntax.Variable(token.value)
        if token.kind == "name":
            return self._word(token.value)
        return self._symbol(token)

    def _symbol(self, token: Token) -> Node:
        if token.value == ".":
            if self.current.kind == "text":
                return syntax.Index(syntax.Identity(), self._text())
            return syntax.Identity()
        if token.value == "..":
            return syntax.Call("recurse", ())
        if token.value == "(":
            node = self.pipe()
            self.expect(")")
            return node
        if token.value == "[":
            body = None if self.at("]") else self.pipe()
            self.expect("]")
            return syntax.ListOf(body)
        if token.value == "{":
            return self._map()
        self.index -= 1
        raise self.failure("expected a value")

    def _map(self) -> Node:
        fields: list[tuple[Node, Node]] = []
        while not self.take("}"):
            if fields:
                self.expect(",")
            fields.append(self._field())
        return syntax.MapOf(tuple(fields))

    def _field(self) -> tuple[Node, Node]:
        token = self.current
        if token.kind == "variable":
            self.index += 1
            return syntax.Literal(token.value[1:]), syntax.Variable(token.value)
        if token.kind == "format":
            self.index += 1
            key: Node = self._interpolated(token.value, self.current)
            self.index += 1
        else:
            key = self._key()
        if not self.take(":"):
            return key, syntax.Index(syntax.Identity(), key)
        return key, self._field_value()

    def _field_value(self) -> Node:
        """Read the value of a field: operators are fine, a comma ends it, `|` joins."""
        node = self._operators(0)
        while self.take("|"):
            node = syntax.Binary("|", node, self._operators(0))
        return node

    def _word(self, name: str) -> Node:
        if name in ("null", "true", "false"):
            return syntax.Literal({"null": None, "true": True, "false": False}[name])
        if name == "if":
            return self._if()
        if name == "try":
            body = self._suffixes_of_term()
            handler = self._suffixes_of_term() if self.take("catch") else None
            return syntax.Try(body, handler)
        if name in ("reduce", "foreach"):
            return self._fold(name)
        if name == "break":
            return syntax.Break(self._variable())
        if name in _KEYWORDS:
            self.index -= 1
            raise self.failure("expected a value")
        return syntax.Call(name, self._arguments())

    def _suffixes_of_term(self) -> Node:
        return self._suffixes(self._term())

    def _arguments(self) -> tuple[Node, ...]:
        if not self.take("("):
            return ()
        arguments = [self.pipe()]
        while self.take(";"):
            arguments.append(self.pipe())
        self.expect(")")
        return tuple(arguments)

    def _if(self) -> Node:
        test = self.pipe()
        self.expect("then")
        body = self.pipe()
        otherwise: Node = syntax.Identity()
        if self.take("elif"):
            return syntax.If(test, body, self._if())
        if self.take("else"):
            otherwise = self.pipe()
        self.expect("end")
        return syntax.If(test, body, otherwise)

    def _fold(self, name: str) -> Node:
        source = self._suffixes_of_term()
        self.expect("as")
        pattern = self._pattern()
        self.expect("(")
        initial = self.pipe()
        self.expect(";")
        update = self.pipe()
        extract: Node | None = None
        if name == "foreach":
            extract = self.pipe() if self.take(";") else syntax.Identity()
        self.expect(")")
        return syntax.Fold(source, pattern, initial, update, extract)
