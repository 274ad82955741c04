"""Parser: the XLSForm dialect as text becomes a Node, or problems that carry the character."""

from __future__ import annotations

from dataclasses import dataclass

from survey.instrument.codes import nearest
from survey.instrument.expression.limits import MAX_DEPTH, MAX_NODES
from survey.instrument.expression.nodes import Node
from survey.instrument.expression.signatures import ALIASES, FUNCTIONS, REFUSED, Signature
from survey.instrument.expression.tokens import Stop, Token, tokens
from survey.instrument.problems import Findings, Problem, Where

# From loose to tight; operators of one row are read from left to right.
LEVELS: tuple[tuple[str, ...], ...] = (
    ("or",),
    ("and",),
    ("=", "!="),
    ("<", "<=", ">", ">="),
    ("+", "-"),
    ("*", "div", "mod"),
)
_FLAT = frozenset({"or", "and"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """The expression, or what is wrong with its text; never both."""

    node: Node | None
    problems: tuple[Problem, ...] = ()


def parse(text: str) -> Parsed:
    """Read an expression. Nothing raises: whatever is wrong is a problem with its character."""
    findings = Findings()
    try:
        return Parsed(node=_Parser(text).read())
    except Stop as stop:
        findings.add(stop.code, Where(character=stop.at), **stop.context)
        return Parsed(node=None, problems=findings.as_tuple())


class _Parser:
    """Walks the tokens by falling through the levels; never deeper than the limit."""

    def __init__(self, text: str) -> None:
        self._tokens = list(tokens(text))
        self._at, self._depth, self._made = 0, 0, 0
        self._depths: dict[int, int] = {}

    def read(self) -> Node:
        if len(self._tokens) == 1:
            raise Stop("expression_empty", 0)
        node = self._level(0)
        left = self._next()
        if left.kind != "end":
            raise Stop("expression_unexpected", left.at, found=left.text)
        return node

    @property
    def _token(self) -> Token:
        return self._tokens[self._at]

    def _next(self) -> Token:
        token = self._tokens[self._at]
        self._at = min(self._at + 1, len(self._tokens) - 1)
        return token

    def _node(self, op: str, args: tuple[Node | str, ...], at: int) -> Node:
        """Build a node, counting: trees that are too deep or too large end here."""
        self._made += 1
        if self._made > MAX_NODES:
            raise Stop("expression_too_large", at, limit=MAX_NODES)
        node = Node(op, args, at)
        depth = 1 + max((self._depths[id(part)] for part in node.nodes), default=0)
        if depth > MAX_DEPTH:
            raise Stop("expression_too_deep", at, limit=MAX_DEPTH)
        self._depths[id(node)] = depth
        return node

    def _level(self, level: int) -> Node:
        if level == len(LEVELS):
            return self._unary()
        left = self._level(level + 1)
        while self._is_operator(LEVELS[level]):
            operator = self._next()
            parts = [left, self._level(level + 1)]
            while operator.text in _FLAT and self._is_operator((operator.text,)):
                self._next()
                parts.append(self._level(level + 1))
            left = self._node(operator.text, tuple(parts), operator.at)
        return left

    def _is_operator(self, operators: tuple[str, ...]) -> bool:
        return self._token.kind in ("sign", "name") and self._token.text in operators

    def _unary(self) -> Node:
        token = self._token
        if token.kind != "sign" or token.text != "-":
            return self._primary()
        self._next()
        self._enter(token.at)
        inner = self._unary()
        self._depth -= 1
        return self._node("neg", (inner,), token.at)

    def _enter(self, at: int) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Stop("expression_too_deep", at, limit=MAX_DEPTH)

    def _primary(self) -> Node:
        token = self._next()
        if token.kind in ("number", "text", "answer"):
            return self._node(token.kind, (token.text,), token.at)
        if token.kind == "name":
            return self._named(token)
        if token.kind == "sign" and token.text == "(":
            self._enter(token.at)
            inner = self._level(0)
            self._depth -= 1
            self._expect(")")
            return inner
        if token.kind == "sign" and token.text == ".":
            return self._node("this", (), token.at)
        if token.kind == "end":
            raise Stop("expression_ends", token.at)
        if token.text == "..":
            raise Stop("expression_path", token.at)
        raise Stop("expression_unexpected", token.at, found=token.text)

    def _expect(self, sign: str) -> None:
        token = self._next()
        if token.kind == "end":
            raise Stop("expression_ends", token.at)
        if token.kind != "sign" or token.text != sign:
            raise Stop("expression_unexpected", token.at, found=token.text)

    def _named(self, token: Token) -> Node:
        """A function call, or the bare name of a column."""
        if not (self._token.kind == "sign" and self._token.text == "("):
            return self._node("column", (token.text,), token.at)
        name = ALIASES.get(token.text, token.text)
        if name in REFUSED:
            raise Stop(REFUSED[name], token.at, name=name)
        if name != "context" and name not in FUNCTIONS:
            raise Stop(
                "unknown_function", token.at, name=name, nearest=nearest(name, (*FUNCTIONS, "context"))
            )
        self._next()
        self._enter(token.at)
        args = self._arguments(name)
        self._depth -= 1
        if name == "context":
            if len(args) != 1 or args[0].op != "text" or not args[0].name:
                raise Stop("expression_literal", token.at, name="context('…')")
            return self._node("context", (args[0].name,), token.at)
        signature = FUNCTIONS[name]
        self._check_arguments(signature, args, token)
        return self._node(name, tuple(args), token.at)

    def _arguments(self, name: str) -> list[Node]:
        args: list[Node] = []
        if name == "position" and self._token.text == "..":
            self._next()
        if self._token.kind == "sign" and self._token.text == ")":
            self._next()
            return args
        while True:
            args.append(self._level(0))
            token = self._next()
            if token.kind == "sign" and token.text == ")":
                return args
            if token.kind == "end":
                raise Stop("expression_ends", token.at)
            if token.kind != "sign" or token.text != ",":
                raise Stop("expression_unexpected", token.at, found=token.text)

    def _check_arguments(self, signature: Signature, args: list[Node], token: Token) -> None:
        if not signature.accepts(len(args)):
            raise Stop("argument_count", token.at, name=signature.op, usage=signature.usage, given=len(args))
        for at, part in enumerate(args):
            literal = signature.kind(at) == "literal" and part.op != "text"
            if literal and not (signature.op == "jr:choice-name" and part.op == "answer"):
                raise Stop("expression_literal", part.at, name=signature.usage)
