"""Reads a ``show_if`` of an instrument document into a condition tree, within fixed limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey.instrument.codes import as_code
from survey.instrument.expression import COMPARISONS, MAX_DEPTH, MAX_NODES, Node
from survey.instrument.problems import Findings, Where

_OPERANDS = {"question": "answer", "context": "context"}


def read_condition(raw: object, where: Where, findings: Findings) -> Node | None:
    """The condition as written, names not yet checked; None (with a problem noted) if it cannot be read."""
    return _Reader(where, findings).read(raw)


class _Reader:
    """Walks one condition; stops at the first thing it cannot read."""

    def __init__(self, where: Where, findings: Findings) -> None:
        self._where, self._findings, self._seen = where, findings, 0

    def read(self, raw: object, depth: int = 1) -> Node | None:
        self._seen += 1
        if depth > MAX_DEPTH:
            return self._refuse("condition_too_deep", limit=MAX_DEPTH)
        if self._seen > MAX_NODES:
            return self._refuse("condition_too_large", limit=MAX_NODES)
        if not isinstance(raw, Mapping):
            return self._refuse("bad_condition")
        keys = set(raw)
        if keys in ({"all"}, {"any"}):
            return self._group(
                "and" if keys == {"all"} else "or", raw["all" if keys == {"all"} else "any"], depth
            )
        if keys == {"not"}:
            inner = self.read(raw["not"], depth + 1)
            return None if inner is None else Node(op="not", nodes=(inner,))
        return self._comparison(raw)

    def _group(self, op: str, raw: object, depth: int) -> Node | None:
        if not isinstance(raw, Sequence) or isinstance(raw, (str, bytes)) or not raw:
            return self._refuse("bad_condition")
        nodes: list[Node] = []
        for part in raw:
            node = self.read(part, depth + 1)
            if node is None:
                return None
            nodes.append(node)
        return Node(op="and" if op == "and" else "or", nodes=tuple(nodes))

    def _comparison(self, raw: Mapping[object, object]) -> Node | None:
        sources = [key for key in raw if key in _OPERANDS]
        ops = [op for op in COMPARISONS if op in raw]
        if len(sources) != 1 or len(ops) != 1 or len(raw) != 2:
            return self._refuse("bad_condition")
        name, op, value = raw[sources[0]], ops[0], raw[ops[0]]
        if not isinstance(name, str):
            return self._refuse("bad_condition")
        codes: tuple[str, ...] = ()
        if op == "answered":
            if value is not True:
                return self._refuse("bad_condition")
        else:
            values = [value] if op == "equal" else value
            if not isinstance(values, list) or not values:
                return self._refuse("bad_condition")
            if len(values) > MAX_NODES:
                return self._refuse("condition_too_large", limit=MAX_NODES)
            if any(isinstance(part, bool) for part in values):
                return self._refuse("boolean_code")
            read = [as_code(part) for part in values]
            if None in read:
                return self._refuse("bad_condition")
            codes = tuple(code for code in read if code is not None)
        return Node(op=op, source="answer" if sources[0] == "question" else "context", name=name, codes=codes)

    def _refuse(self, code: str, **context: object) -> Node | None:
        self._findings.add(code, self._where, **context)
        return None
