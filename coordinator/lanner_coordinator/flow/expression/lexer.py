"""Cuts a template into tokens.

The rules are Pebble's: a text is data until `{{`, `{%` or `{#`; `-` next to a delimiter eats white
space; operators made of letters are tokens of their own; double quotes may hold `#{expression}`.
"""

from __future__ import annotations

import re

from lanner_coordinator.flow.expression.errors import ExpressionSyntaxError
from lanner_coordinator.flow.expression.tokens import Kind, Token

_START = re.compile(r"\{\{|\{%|\{#")
_VERBATIM = re.compile(r"\s*-?\s*(verbatim|raw)\s*(-)?%\}")
_VERBATIM_END = {
    "verbatim": re.compile(r"\{%(-)?\s*endverbatim\s*(-)?%\}"),
    "raw": re.compile(r"\{%(-)?\s*endraw\s*(-)?%\}"),
}
_SPACE = re.compile(r"\s*")
_TOKEN = (
    r"(?P<operator>\?\?\?|\?\?|==|!=|>=|<=|\.\.|[+\-*/%<>|~]"
    r"|(?:is\s+not|not\s+in|is|not|and|or|contains|equals|isIn)(?![A-Za-z0-9_]))"
    r"|(?P<name>[^\W\d]\w*)"
    r"|(?P<punctuation>[()\[\]{}?:.,=])"
    r"|(?P<decimal>[0-9]+\.[0-9]+)"
    r"|(?P<integer>[0-9]+(?:L(?!\w))?)"
    r"""|(?P<string>'[^'\\]*(?:\\.[^'\\]*)*'|"[^#"\\]*(?:\\.[^#"\\]*)*")"""
)
_INSIDE = re.compile(rf"\s*(?:{_TOKEN})", re.S)
"""A token within brackets, where nothing closes the expression."""
_PRINT = re.compile(rf"\s*(?:(?P<close>-?\}}\}})|{_TOKEN})", re.S)
_TAG = re.compile(rf"\s*(?:(?P<close>-?%\}})|{_TOKEN})", re.S)
_STRING_PART = re.compile(r'[^#"\\]*(?:(?:\\.|#(?!\{))[^#"\\]*)*', re.S)
_PAIRS = {"(": ")", "[": "]", "{": "}", "#{": "}"}
_CLOSERS = {")", "]", "}"}


def tokenize(source: str, most: int) -> list[Token]:
    """Cut `source` into tokens, the last of them END; more than `most` are an error.

    Raises:
        ExpressionSyntaxError: The text cannot be cut; line and column are set by the caller from
            the offset in `column`.
    """
    return _Lexer(source, most).run()


def syntax_error(message: str, offset: int, length: int = 1) -> ExpressionSyntaxError:
    """Return the error for a place given as offset; `locate` turns it into line and column."""
    error = ExpressionSyntaxError(message, 0, offset)
    error.length = max(length, 1)
    return error


class _Lexer:
    def __init__(self, source: str, most: int) -> None:
        self.source = source
        self.most = most
        self.position = 0
        self.tokens: list[Token] = []
        self.brackets: list[tuple[str, int]] = []
        self.trim_next = False

    def run(self) -> list[Token]:
        while self.position < len(self.source):
            self._data()
        self._push(Kind.END, "", len(self.source), 0)
        return self.tokens

    def _push(self, kind: Kind, value: str, offset: int, length: int) -> None:
        if len(self.tokens) > self.most:
            raise syntax_error(
                f"The text has more than {self.most} names, operators and texts in it", offset
            )
        self.tokens.append(Token(kind, value, offset, length))

    def _data(self) -> None:
        start = self.position
        found = _START.search(self.source, start)
        if found is None:
            self._text(self.source[start:], start)
            self.position = len(self.source)
            return
        self.position = found.end()
        text = self.source[start : found.start()]
        if self._trims():
            text = text.rstrip()
            self.position += 1
        self._text(text, start)
        delimiter = found.group()
        if delimiter == "{#":
            self._comment(found.start())
        elif delimiter == "{{":
            self._push(Kind.PRINT_START, delimiter, found.start(), 2)
            self._code(_PRINT, Kind.PRINT_END, found.start())
        else:
            self._tag(found.start())

    def _trims(self) -> bool:
        """Tell a `-` that trims from the minus of `{{-5}}`: it has white space behind it."""
        following = self.source[self.position : self.position + 2]
        return following[:1] == "-" and following[1:].isspace()

    def _text(self, text: str, offset: int, kind: Kind = Kind.TEXT) -> None:
        if self.trim_next:
            text = text.lstrip()
            self.trim_next = False
        if text:
            self._push(kind, text, offset, len(text))

    def _comment(self, offset: int) -> None:
        end = self.source.find("#}", self.position)
        if end < 0:
            raise syntax_error("Unclosed comment: `#}` is missing", offset, 2)
        self.trim_next = self.source.endswith("-", self.position, end)
        self.position = end + 2

    def _tag(self, offset: int) -> None:
        opening = _VERBATIM.match(self.source, self.position)
        if opening is None:
            self._push(Kind.TAG_START, "{%", offset, 2)
            self._code(_TAG, Kind.TAG_END, offset)
            return
        name = opening.group(1)
        closing = _VERBATIM_END[name].search(self.source, opening.end())
        if closing is None:
            raise syntax_error(f"Unclosed {name} tag: `{{% end{name} %}}` is missing", offset, 2)
        text = self.source[opening.end() : closing.start()]
        text = text.lstrip() if opening.group(2) else text
        text = text.rstrip() if closing.group(1) else text
        self.trim_next = False
        self._text(text, opening.end(), Kind.VERBATIM)
        self.trim_next = bool(closing.group(2))
        self.position = closing.end()

    def _code(self, token: re.Pattern[str], kind: Kind, opened_at: int) -> None:
        """Cut the inside of a pair of delimiters into tokens, the closing delimiter included."""
        while True:
            pattern = _INSIDE if self.brackets else token
            found = pattern.match(self.source, self.position)
            if found is None:
                self._odd_token(opened_at)
            elif found.lastgroup == "close":
                self.position = found.end()
                self.trim_next = found["close"][0] == "-"
                self._push(kind, found["close"][-2:], found.end() - 2, 2)
                return
            else:
                self._take(found)

    def _unclosed(self, opened_at: int) -> None:
        if self.brackets:
            bracket, offset = self.brackets[-1]
            raise syntax_error(f'Unclosed "{bracket}"', offset)
        opening = self.source[opened_at : opened_at + 2]
        closing = "}}" if opening == "{{" else "%}"
        raise syntax_error(f"Unclosed `{opening}`: `{closing}` is missing", opened_at, 2)

    def _skip_space(self) -> None:
        found = _SPACE.match(self.source, self.position)
        self.position = found.end() if found is not None else self.position

    def _odd_token(self, opened_at: int) -> None:
        """Read what the pattern of tokens does not match."""
        self._skip_space()
        if self.position >= len(self.source):
            self._unclosed(opened_at)
        character = self.source[self.position]
        if character == "'":
            raise syntax_error("Unclosed text: the second ' is missing", self.position)
        if character != '"':
            error = syntax_error(f"Unexpected character `{character}`", self.position)
            error.hint = _HINTS.get(character, "")
            raise error
        self._interpolated()

    def _take(self, found: re.Match[str]) -> None:
        group = found.lastgroup or ""
        text = value = found[group]
        end = self.position = found.end()
        start = end - len(text)
        kind = _KINDS[group]
        if kind is Kind.PUNCTUATION:
            if text in _PAIRS:
                self.brackets.append((text, start))
            elif text in _CLOSERS:
                self._close(text, start)
        elif kind is Kind.STRING:
            quote = text[0]
            value = text[1:-1].replace("\\" + quote, quote)
        elif kind is Kind.OPERATOR:
            value = " ".join(text.split())
        elif kind is Kind.INTEGER:
            value = text.rstrip("L")
        self._push(kind, value, start, end - start)

    def _close(self, character: str, position: int) -> None:
        if not self.brackets:
            raise syntax_error(f'Unexpected "{character}"', position)
        opened, offset = self.brackets.pop()
        if _PAIRS[opened] != character:
            raise syntax_error(f'Unclosed "{opened}": found "{character}" first', offset)

    def _interpolated(self) -> None:
        opened_at = self.position
        self.position += 1
        self._push(Kind.STRING_START, '"', opened_at, 1)
        while self.position < len(self.source):
            part = _STRING_PART.match(self.source, self.position)
            if part is not None and part.group():
                self._push(Kind.STRING, part.group(), self.position, len(part.group()))
                self.position = part.end()
            elif self.source.startswith("#{", self.position):
                self._interpolation()
            elif self.source[self.position] == '"':
                self._push(Kind.STRING_END, '"', self.position, 1)
                self.position += 1
                return
            else:
                break
        raise syntax_error('Unclosed text: the second " is missing', opened_at)

    def _interpolation(self) -> None:
        depth = len(self.brackets)
        self.brackets.append(("#{", self.position))
        self._push(Kind.INTERPOLATION_START, "#{", self.position, 2)
        self.position += 2
        while True:
            self._skip_space()
            if self.position >= len(self.source):
                self._unclosed(self.position)
            if len(self.brackets) == depth + 1 and self.source[self.position] == "}":
                self.brackets.pop()
                self._push(Kind.INTERPOLATION_END, "}", self.position, 1)
                self.position += 1
                return
            found = _INSIDE.match(self.source, self.position)
            if found is None:
                self._odd_token(self.position)
            else:
                self._take(found)


_HINTS = {
    "&": "write `and`",
    "!": "write `not`",
    "$": "an expression has no `$`",
    "^": "there is no such operator",
    "`": "write texts in quotes",
}
"""What was likely meant by a character of other languages."""

_KINDS = {
    "punctuation": Kind.PUNCTUATION,
    "string": Kind.STRING,
    "operator": Kind.OPERATOR,
    "name": Kind.NAME,
    "decimal": Kind.DECIMAL,
    "integer": Kind.INTEGER,
}
