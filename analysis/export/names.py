"""Home of names and texts that a statistics program takes: lawful, unique, cut between characters."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRule:
    """What one format takes as the name of a variable.

    Attributes
    ----------
    longest : bytes of UTF-8, or characters.
    counts_bytes : which of the two.
    inner : characters allowed after the first beside letters, digits and the underscore.
    reserved : words in capitals that are no names.
    """

    longest: int
    counts_bytes: bool
    inner: str
    reserved: frozenset[str]


SPSS = NameRule(
    longest=64,
    counts_bytes=True,
    inner=".",
    reserved=frozenset(["ALL", "AND", "BY", "EQ", "GE", "GT", "LE", "LT", "NE", "NOT", "OR", "TO", "WITH"]),
)
STATA = NameRule(
    longest=28,  # of 32: the writer names a set of value labels after its variable and appends a number
    counts_bytes=False,
    inner="",
    reserved=frozenset(
        [
            "ALIAS",
            "BYTE",
            "DOUBLE",
            "FLOAT",
            "IF",
            "IN",
            "INT",
            "LONG",
            "STRL",
            "USING",
            "WITH",
            "_ALL",
            "_B",
            "_COEF",
            "_CONS",
            "_N",
            "_PI",
            "_PRED",
            "_RC",
            "_SKIP",
        ]
    ),
)


def lawful_names(names: Iterable[str], rule: NameRule) -> dict[str, str]:
    """Name -> name in the file: unique without regard to case; lawful names stay and come first."""
    wanted = list(names)
    taken: set[str] = set()
    found: dict[str, str] = {}
    for name in sorted(
        wanted, key=lambda one: _lawful(one, rule) != one
    ):  # the lawful first; sorting is stable
        base = candidate = _lawful(name, rule)
        count = 1
        while candidate.casefold() in taken:
            count += 1
            candidate = _fit(base, rule, tail=f"_{count}")
        taken.add(candidate.casefold())
        found[name] = candidate
    return {name: found[name] for name in wanted}


def _lawful(name: str, rule: NameRule) -> str:
    kept = "".join(one if _allowed(one, rule) else "_" for one in unicodedata.normalize("NFC", name))
    kept = kept.lstrip("_.")
    if not kept or not unicodedata.category(kept[0]).startswith("L"):
        kept = f"v{kept}" if kept else "v"
    kept = _fit(kept, rule, tail="")
    stata_text = rule is STATA and kept.lower().startswith("str") and kept[3:].isdigit()
    return _fit(kept, rule, tail="_v") if kept.upper() in rule.reserved or stata_text else kept


def _allowed(character: str, rule: NameRule) -> bool:
    """Letters, digits, marks of the letters before them; nothing beyond the basic plane, which readers lose."""
    if ord(character) > 0xFFFF:
        return False
    return character == "_" or character in rule.inner or unicodedata.category(character) in _LETTERS


_LETTERS = frozenset({"Ll", "Lu", "Lt", "Lo", "Nd"})


def _fit(name: str, rule: NameRule, *, tail: str) -> str:
    """As much of the name as has room before the tail, not ending in a point or an underscore of its own."""
    room = rule.longest - len(tail)
    short = cut(name, room) if rule.counts_bytes else name[:room]
    return (short.rstrip("_.") or "v") + tail


def cut(text: str, longest: int) -> str:
    """The text in at most `longest` bytes of UTF-8, never through a character."""
    coded = text.encode("utf-8")
    return text if len(coded) <= longest else coded[:longest].decode("utf-8", errors="ignore")


def one_line(text: str) -> str:
    """The text without line ends, control characters and halves of characters: each becomes a space."""
    return "".join(
        " " if unicodedata.category(one) in ("Cc", "Cs", "Zl", "Zp") else one for one in text
    ).strip()
