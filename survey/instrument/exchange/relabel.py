"""Says which language the texts of a file are in, where the file itself does not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from survey.instrument.exchange.languages import UNKNOWN


def in_language(document: Mapping[str, Any], tag: str) -> dict[str, Any]:  # Any: a document is JSON
    """The document with its texts of unknown language in ``tag``; unchanged where it has none or knows the tag."""
    languages = [str(known) for known in document.get("languages") or ()]
    if UNKNOWN not in languages or tag in languages:
        return dict(document)
    known = frozenset(languages)
    made = {name: _relabelled(value, tag, known) for name, value in document.items()}
    made["languages"] = [tag if each == UNKNOWN else each for each in languages]
    return made


def _relabelled(value: Any, tag: str, known: frozenset[str]) -> Any:  # Any: JSON
    if isinstance(value, list):
        return [_relabelled(part, tag, known) for part in value]
    if not isinstance(value, dict):
        return value
    if UNKNOWN in value and value.keys() <= known:
        return {tag if name == UNKNOWN else name: text for name, text in value.items()}
    return {name: _relabelled(part, tag, known) for name, part in value.items()}
