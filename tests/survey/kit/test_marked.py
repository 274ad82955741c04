"""Whatever stands in an instrument or was typed, a page holds our elements only, and nothing that runs."""

from __future__ import annotations

from html.parser import HTMLParser

import flask
import pytest
import yaml

from survey.instrument.compile import compile_instrument
from survey.instrument.path import PageRef
from survey.instrument.shown import show_page
from survey.instrument.state import AnswerState
from survey.kit.marked import marked, unmarked
from survey.kit.page_form import page_form
from tests.hostile import MARKUP
from tests.journeys.every_type import ANSWERED, AREAS, PAGES, SOURCE

HOSTILE = (
    *(text for text in MARKUP if "{unit}" not in text),  # that one is a hole, which a text may not have here
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[x](javascript:alert(1))",
    '[x](https://a.example/"onmouseover=alert(1))',
    "**<b>bold</b>**",
    "_<svg onload=alert(1)>_",
    "[<i>x</i>](https://a.example/)",
    "{{ 7 * 7 }}",
    "</select></fieldset><form action=https://evil.example>",
)
_ALLOWED = {"a", "br", "em", "strong"}
_OURS = _ALLOWED | {
    *("fieldset", "legend", "div", "p", "span", "label", "input", "select", "option", "optgroup", "textarea"),
    *("ol", "ul", "li", "output"),
}


class Elements(HTMLParser):
    """The elements of a page with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))


def _is_harmless(html: str, allowed: set[str]) -> bool:
    for tag, attributes in Elements(html).found:
        if tag not in allowed or any(name.startswith("on") or name == "style" for name in attributes):
            return False
        if not attributes.get("href", "https:").startswith(("https:", "http:", "mailto:", "tel:")):
            return False
    return True


@pytest.mark.parametrize("text", HOSTILE)
def test_marks_give_four_elements_and_no_other(text: str) -> None:
    assert _is_harmless(str(marked(text)), _ALLOWED)
    assert _is_harmless(str(marked(f"**{text}** and _{text}_\n[{text}](https://x.example/)")), _ALLOWED)


def test_marks_look_as_they_should() -> None:
    assert str(marked("a < b & **c** _d_\ne")) == "a &lt; b &amp; <strong>c</strong> <em>d</em><br>e"
    assert unmarked("a **c** [d](https://x.example/)\ne") == "a c d e"
    assert str(marked("snake_case_name")) == "snake_case_name"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_texts_in_every_field_of_every_type_stay_texts(app: flask.Flask, hostile: str) -> None:
    document = _with(yaml.safe_load(SOURCE.read_text()), hostile)
    compiled = compile_instrument(document, scales={}, modules={}, units=(), areas=AREAS)
    assert compiled.program is not None, [problem.message("en") for problem in compiled.problems]
    state = AnswerState(answers={**ANSWERED, "RADIO_other_text": hostile, "LONG": hostile})
    with app.test_request_context():
        template = flask.current_app.jinja_env.from_string(
            "{% from 'kit/items.html' import stem %}{% for each in form.stems %}{{ stem(each) }}{% endfor %}"
        )
        for place in PAGES:
            shown = show_page(compiled.program, PageRef.from_key(place), state)
            assert shown is not None, place
            html = template.render(form=page_form(shown, language="en", program=compiled.program))
            assert _is_harmless(html, _OURS), place
            assert "49" not in html or place == "T"


def _with(document: object, hostile: str) -> dict[str, object]:
    """The document with the hostile text in front of every text in either language."""

    def walk(value: object) -> object:
        if isinstance(value, dict):
            return {
                key: f"{hostile} {inner}" if key in ("zh", "en") and isinstance(inner, str) else walk(inner)
                for key, inner in value.items()
            }
        return [walk(inner) for inner in value] if isinstance(value, list) else value

    found = walk(document)
    assert isinstance(found, dict)
    return found
