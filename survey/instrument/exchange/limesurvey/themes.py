"""The plain theme of each question type, and the names that the types have there."""

from __future__ import annotations

from collections.abc import Mapping

THEMES: Mapping[str, str] = {
    "1": "arrays/dualscale",
    "5": "5pointchoice",
    "A": "arrays/5point",
    "B": "arrays/10point",
    "C": "arrays/yesnouncertain",
    "D": "date",
    "E": "arrays/increasesamedecrease",
    "F": "arrays/array",
    "G": "gender",
    "H": "arrays/column",
    "I": "language",
    "K": "multiplenumeric",
    "L": "listradio",
    "M": "multiplechoice",
    "N": "numerical",
    "O": "list_with_comment",
    "P": "multiplechoice_with_comments",
    "Q": "multipleshorttext",
    "R": "ranking",
    "S": "shortfreetext",
    "T": "longfreetext",
    "U": "hugefreetext",
    "X": "boilerplate",
    "Y": "yesno",
    "!": "list_dropdown",
    "*": "equation",
    "|": "file_upload",
    ":": "arrays/multiflexi",
    ";": "arrays/texts",
}
TYPES = frozenset(THEMES)
