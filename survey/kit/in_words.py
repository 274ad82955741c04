"""Says a refusal in the language of the page, also where that is one that stands in no exception."""

from __future__ import annotations

from flask_babel import gettext

from survey.errors import HouseError
from survey.kit import language


def refusal(error: HouseError) -> str:
    """What happened and what to do: in the exception's own words, else as its English is translated."""
    here = language.current()
    if here in error.texts:
        return error.message(here)
    english = error.texts["en"]
    return error.filled(gettext(english))
