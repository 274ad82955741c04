"""Texts that nobody would write by accident: torn, nested, endless, in foreign scripts."""

from __future__ import annotations

import random
from collections.abc import Iterator

from survey.instrument.expression.signatures import FUNCTIONS, REFUSED

_PIECES = (
    *(
        "(",
        ")",
        ",",
        "+",
        "-",
        "*",
        "=",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        ".",
        "..",
        "/",
        "//",
        "|",
        "&&",
        "==",
        "!",
    ),
    *(
        "'",
        '"',
        "''",
        "${",
        "}",
        "${a}",
        "${题}",
        "$",
        "{",
        "[",
        "]",
        "and",
        "or",
        "div",
        "mod",
        "not",
        "if(",
        "1",
        "0",
    ),
    *(
        "1e9",
        "1.2.3",
        "9" * 50,
        ".5",
        "0x1",
        "٣",
        "½",
        "\x00",
        "\ud800",
        "\u202e",
        "\ufeff",
        "\u200b",
        "😀",
        "é",
        "e\u0301",
    ),
    *(
        "\n",
        "\t",
        " ",
        "\u3000",
        "regex(., '",
        "(a+)+$",
        "[[:alpha:]]",
        "{1000}{1000}",
        "__import__('os')",
        "<script>",
    ),
    *("' or '1'='1", "; DROP TABLE", "%s%n", "{0}", "${__proto__}", "constructor", "${a@b}", "#88"),
)
_WORDS = (*_PIECES, *(f"{name}(" for name in (*FUNCTIONS, *REFUSED)))


def texts(count: int, *, seed: int) -> Iterator[str]:
    """Hostile texts; every fiftieth is as long or as deep as it can be made."""
    chance = random.Random(seed)
    for number in range(count):
        if number % 50 == 0:
            yield _heavy(chance)
        elif number % 3 == 0:
            yield "".join(chr(chance.randrange(0x110000)) for _ in range(chance.randrange(40)))
        else:
            joint = chance.choice(("", " "))
            yield joint.join(chance.choice(_WORDS) for _ in range(chance.randrange(1, 40)))


def _heavy(chance: random.Random) -> str:
    piece = chance.choice(_WORDS)
    repeated = piece * chance.choice((100, 9_000 // len(piece), 200_000))
    return repeated + chance.choice(("", "1", ")" * 100, "1" + ")" * 9_000))
