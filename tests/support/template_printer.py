"""Writes a parsed template as text again: the other way round, to test the parser with.

Everything is in parentheses, so that what is read again has the same tree only if precedence, names
and texts were understood.
"""

from __future__ import annotations

from decimal import Decimal

from jinja2 import nodes

from lanner_coordinator.flow.expression import syntax

_BINARY = {
    "some": "or", "every": "and", "contains": "contains", "is_in": "isIn", "is_not_in": "not in",
    "equals": "==", "differs": "!=", "greater": ">", "less": "<", "greater_or_equal": ">=",
    "less_or_equal": "<=", "add": "+", "subtract": "-", "multiply": "*", "divide": "/",
    "remainder": "%", "concatenate": "~", "span": "..", "coalesce": "??",
    "coalesce_undefined": "???",
}  # fmt: skip
_UNARY = {"negate": "not ", "minus": "-", "plus": "+"}
_LITERALS = {True: "true", False: "false", None: "null"}


def printed(parsed: syntax.Syntax) -> str:
    """The template as text."""
    return _Printer(parsed).body(parsed.tree.body)


def shape(node: object) -> object:
    """A tree without the places of its nodes in the text, to be compared."""
    if isinstance(node, nodes.Call):
        return (syntax.method_of(node), [shape(one) for one in node.args[1:]])
    if isinstance(node, nodes.Const):
        return (type(node.value).__name__, repr(node.value))
    if isinstance(node, nodes.Node):
        fields = [(name, shape(value)) for name, value in node.iter_fields()]
        return (type(node).__name__, fields)
    if isinstance(node, list | tuple):
        return [shape(one) for one in node]
    return node


class _Printer:
    def __init__(self, parsed: syntax.Syntax) -> None:
        self._blocks = {compiled: name for name, compiled in parsed.blocks.items()}
        self._macros = {
            macro.block: (name, macro.parameters) for name, macro in parsed.macros.items()
        }

    def body(self, items: list[nodes.Node]) -> str:
        text, index = "", 0
        while index < len(items):
            piece, used = self._item(items, index)
            # What follows must not become one with a brace before it.
            if text.endswith("{") and piece.startswith("{"):
                text += " {#- #}"
            elif isinstance(items[index], nodes.Output) and not piece.startswith("{"):
                text += "{# #}"
            text += piece
            index += used
        return text

    def _item(self, items: list[nodes.Node], index: int) -> tuple[str, int]:
        node = items[index]
        following = items[index + 1] if index + 1 < len(items) else None
        if isinstance(node, nodes.Output):
            return self._output(node.nodes[0]), 1
        if isinstance(node, nodes.If):
            return self._if(node), 1
        if isinstance(node, nodes.For):
            is_else = isinstance(following, nodes.If) and (
                syntax.method_of(following.test) == "was_empty"
            )
            return self._for(node, following if is_else else None), 2 if is_else else 1
        if isinstance(node, nodes.ExprStmt):
            return f"{{% set {_name(node.node)} = {self._argument(node.node, 2)} %}}", 1
        assert isinstance(node, nodes.Block)
        if node.name.startswith("filter_"):
            assert isinstance(following, nodes.Output)
            return self._filter_tag(node, following.nodes[0]), 2
        return self._block(node), 1

    def _output(self, value: nodes.Expr) -> str:
        if isinstance(value, nodes.TemplateData):
            return value.data
        if syntax.method_of(value) == "verbatim":
            text = str(_argument(value, 1).value)  # type: ignore[attr-defined]  # a constant
            tag = "verbatim" if "endraw" in text else "raw"
            return f"{{% {tag} %}}{text}{{% end{tag} %}}"
        return f"{{{{ {self.expression(value)} }}}}"

    def _if(self, node: nodes.If) -> str:
        text = f"{{% if {self._argument(node.test, 1)} %}}{self.body(node.body)}"
        for branch in node.elif_:
            text += f"{{% elseif {self._argument(branch.test, 1)} %}}{self.body(branch.body)}"
        if node.else_:
            text += f"{{% else %}}{self.body(node.else_)}"
        return f"{text}{{% endif %}}"

    def _for(self, node: nodes.For, otherwise: nodes.Node | None) -> str:
        head = f"{{% for {_name(node.iter)} in {self._argument(node.iter, 2)} %}}"
        text = head + self.body(node.body)
        if isinstance(otherwise, nodes.If):
            text += f"{{% else %}}{self.body(otherwise.body)}"
        return f"{text}{{% endfor %}}"

    def _filter_tag(self, block: nodes.Block, value: nodes.Expr) -> str:
        # The filters are applied to what the body prints, the innermost first.
        filters: list[str] = []
        current = value
        while syntax.method_of(current) == "filter":
            filters.append(self._invocation(current, 1, 3))
            current = _argument(current, 2)
            if syntax.method_of(current) == "optional":
                current = _argument(current, 1)
        applied = " | ".join(reversed(filters))
        return f"{{% filter {applied} %}}{self.body(block.body)}{{% endfilter %}}"

    def _block(self, node: nodes.Block) -> str:
        if node.name in self._blocks:
            name = _quoted(self._blocks[node.name])
            return f"{{% block {name} %}}{self.body(node.body)}{{% endblock %}}"
        name, parameters = self._macros[node.name]
        presets = {}
        rest = list(node.body)
        while (
            rest
            and isinstance(rest[0], nodes.ExprStmt)
            and (syntax.method_of(rest[0].node) == "preset")
        ):
            statement = rest.pop(0)
            assert isinstance(statement, nodes.ExprStmt)
            presets[_name(statement.node)] = self._argument(statement.node, 2)
        shown = [f"{one}={presets[one]}" if one in presets else one for one in parameters]
        return f"{{% macro {name}({', '.join(shown)}) %}}{self.body(rest)}{{% endmacro %}}"

    def _argument(self, node: nodes.Node, index: int) -> str:
        return self.expression(_argument(node, index))

    def expression(self, node: nodes.Expr) -> str:
        """One expression, in parentheses where it has parts."""
        if isinstance(node, nodes.Const):
            return _literal(node.value)
        if isinstance(node, nodes.CondExpr):
            assert node.expr2 is not None
            test = self._argument(node.test, 1)
            return f"({test} ? {self.expression(node.expr1)} : {self.expression(node.expr2)})"
        method = syntax.method_of(node) or ""
        assert isinstance(node, nodes.Call)
        if method in _BINARY:
            return self._operator(method, [self.expression(one) for one in node.args[1:]])
        if method in _UNARY:
            return f"({_UNARY[method]}{self._argument(node, 1)})"
        return self._named(method, node)

    @staticmethod
    def _operator(method: str, operands: list[str]) -> str:
        if len(operands) == 1:
            return f'"#{{{operands[0]}}}"'
        return f"({f' {_BINARY[method]} '.join(operands)})"

    def _named(self, method: str, node: nodes.Call) -> str:
        match method:
            case "variable":
                return _name(node)
            case "attribute":
                return f"({self._argument(node, 1)})[{self._argument(node, 2)}]"
            case "optional":
                return self._argument(node, 1)
            case "function":
                return f"{_name(node)}({self._arguments(node, 2)})"
            case "block":
                return f"block({self._arguments(node, 1)})"
            case "method":
                name = _argument(node, 2).as_const()
                return f"({self._argument(node, 1)}).{name}({self._arguments(node, 3)})"
            case "filter":
                return f"({self._argument(node, 2)} | {self._invocation(node, 1, 3)})"
            case "passes" | "fails":
                word = "is" if method == "passes" else "is not"
                return f"({self._argument(node, 2)} {word} {self._invocation(node, 1, 3)})"
            case "make_list":
                return f"[{', '.join(self.expression(one) for one in node.args[1:])}]"
            case _:
                keys = [self.expression(one) for one in node.args[1:]]
                pairs = zip(keys[::2], keys[1::2], strict=True)
                return "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"

    def _invocation(self, node: nodes.Expr, name: int, arguments: int) -> str:
        shown = self._arguments(node, arguments)
        word = _argument(node, name).as_const()
        return f"{word}({shown})" if shown else str(word)

    def _arguments(self, node: nodes.Expr, index: int) -> str:
        assert isinstance(node, nodes.Call)
        positional = node.args[index]
        assert isinstance(positional, nodes.Tuple)
        shown = [self.expression(one) for one in positional.items]
        named = node.args[index + 1] if len(node.args) > index + 1 else None
        if isinstance(named, nodes.Dict):
            shown.extend(
                f"{pair.key.as_const()}={self.expression(pair.value)}" for pair in named.items
            )
        return ", ".join(shown)


def _argument(node: nodes.Node, index: int) -> nodes.Expr:
    assert isinstance(node, nodes.Call)
    found: nodes.Expr = node.args[index]
    return found


def _name(node: nodes.Node) -> str:
    return str(_argument(node, 1).as_const())


def _literal(value: object) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, bool) or value is None:
        return _LITERALS[value]
    if isinstance(value, float):
        text = f"{Decimal(repr(value)):f}"
        return text if "." in text else f"{text}.0"
    return str(value)


def _quoted(text: str) -> str:
    escaped = text.replace("'", "\\'")
    return f"'{escaped}'"
