"""Home of the question whether two accounts belong to one person, as far as the accounts tell."""

from __future__ import annotations

import unicodedata

from survey.models.people import User


def is_same_person(one: User, other: User) -> bool:
    """Whether both accounts are one person's: the same account, or the same name in the same organisation."""
    return one.id == other.id or _name(one) == _name(other)


def _name(user: User) -> tuple[str, str]:
    return _folded(user.display_name), _folded(user.organisation)


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
