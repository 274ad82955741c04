"""Renders a document that stands by itself: its style inside, every text escaped, nothing fetched from elsewhere."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from survey.instrument.documentation.wording import LABELS
from survey.instrument.words import said

if TYPE_CHECKING:
    from jinja2 import Environment

_TEMPLATES = Path(__file__).parent / "templates"
_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ps", "sd", "ug", "ur", "yi"})


def render(name: str, *, language: str, **values: object) -> bytes:
    """The template ``name``.html with the style ``name``.css, its headings in the language of the document."""
    from markupsafe import Markup

    style = (_TEMPLATES / f"{name}.css").read_text(encoding="utf-8")
    words = {label: texts[said(language)] for label, texts in LABELS.items()}
    html = (
        _environment()
        .get_template(f"{name}.html")
        .render(
            language=language,
            direction="rtl" if language.split("-")[0] in _RIGHT_TO_LEFT else "ltr",
            style=Markup(style),  # noqa: S704 -- our own file
            words=words,
            **values,
        )
    )
    return html.encode()


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
