"""Finds the English texts of refusals in the source, for the languages whose words do not stand in the code.

Exceptions of the house and tables of them carry Chinese and English side by side; what other languages say is looked
up by the English text in the catalogue of the pages.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOMS = (
    "access",
    "collect",
    "kit",
    "site",
    "participation/comments.py",
    "participation/queries.py",
    "ledger/receipts.py",
)
"""Where a refusal may begin that people on the public side read."""
OF_STAFF = ("case_file.py", "import_messages.py")
"""What is said there is about files that staff send, and read by them."""
_HAN = re.compile("[\u4e00-\u9fff]")


def refusal_texts(package: Path) -> Iterator[tuple[str, int, str | None]]:
    """File, line and English text of every refusal; None for the text where it cannot be looked up.

    That is so where values were put into the text already: they belong into ``%(name)s``, with the value by name.
    """
    for room in ROOMS:
        start = package / room
        for path in [start] if start.suffix else sorted(start.rglob("*.py")):
            if path.exists() and path.name not in OF_STAFF:
                for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                    if isinstance(node, ast.expr):
                        yield from ((str(path), node.lineno, text) for text in _texts(node))


def _texts(node: ast.expr) -> Iterator[str | None]:
    if isinstance(node, ast.Call):
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        if "zh" in named and "en" in named and "object" not in named:
            yield from _constant(named["en"])
    elif isinstance(node, ast.Tuple):
        for chinese, english in zip(node.elts, node.elts[1:], strict=False):
            if (
                isinstance(chinese, ast.Constant)
                and isinstance(chinese.value, str)
                and _HAN.search(chinese.value)
            ):
                yield from _constant(english)


def _constant(node: ast.expr) -> Iterator[str | None]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if node.value and not _HAN.search(node.value):
            yield node.value
    elif isinstance(node, ast.JoinedStr):
        yield None
