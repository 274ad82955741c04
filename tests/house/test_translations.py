"""Every text of the pages has its Chinese, every public one its Arabic; none is unsure, and none is left over."""

from __future__ import annotations

import re

import pytest
from babel.messages.pofile import read_po

from survey.kit import translations
from survey.kit.translations import LOCALES, catalogue_path

CATALOGUES = [(package, locale) for package, locales in LOCALES.items() for locale in locales]


def test_the_catalogues_are_complete() -> None:
    assert list(translations.faults()) == []


@pytest.mark.parametrize(("package", "locale"), CATALOGUES)
def test_no_text_is_fuzzy(package: str, locale: str) -> None:
    with catalogue_path(package, locale).open("rb") as file:
        catalogue = read_po(file)
    assert len(catalogue) > 20
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []


@pytest.mark.parametrize(("package", "locale"), CATALOGUES)
def test_places_to_fill_are_the_same_in_both_languages(package: str, locale: str) -> None:
    with catalogue_path(package, locale).open("rb") as file:
        catalogue = read_po(file)
    places = re.compile(r"%\((\w+)\)[a-z]")
    wrong = []
    for message in catalogue:
        asked = set(places.findall(" ".join([message.id] if isinstance(message.id, str) else message.id)))
        strings = [message.string] if isinstance(message.string, str) else message.string or []
        wrong += [message.id for string in strings if message.id and set(places.findall(string)) - asked]
    assert wrong == []
