"""Home of whole pages that are set once and then only filled in, as printers do with forms.

Two people who come to the same page are sent the same text but for a few slots: the token of the form, the version of
the draft, a receipt. Writing that text is most of what a page costs. Whoever asks for a page says what it rests on (the
key); language, size and address are added here. Nothing that belongs to a person may be in a key: it goes into a slot.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Hashable, Mapping
from typing import Any, NamedTuple

import flask
from markupsafe import Markup, escape

from survey.kit import form_token, language
from survey.kit.formats import demo_clock

_MOST = 512
_KNOWN_ARGUMENTS = {language.ARGUMENT, language.SIZE_ARGUMENT}
_FORM_TOKEN = "form_token"  # noqa: S105  # the name of a slot
# Private characters with a mark that nobody outside this process knows: no text of a questionnaire can look like one.
_MARK = f"\ue000{secrets.token_hex(8)}:"
_MARKED = re.compile(f"{_MARK}([a-z_]+)\ue001")


class _Set(NamedTuple):
    """A page as the texts between its slots, and the slots between the texts."""

    texts: tuple[str, ...]
    slots: tuple[str, ...]


_set: dict[Hashable, _Set] = {}


def slot(name: str) -> Markup:
    """What stands in a page where ``name`` will be filled in, for texts that are made before the template."""
    return Markup(f"{_MARK}{name}\ue001")  # noqa: S704  # our own mark and the name of a slot


def page(
    template: str,
    *,
    rests_on: Hashable,
    slots: Mapping[str, object],
    context: Callable[[], Mapping[str, Any]],
) -> str:
    """``template`` with ``context`` and the ``slots`` under their names; both templates and slots are escaped as ever.

    ``rests_on`` names all that ``context`` may depend on, and nothing that belongs to one person; it is made only
    when the page is set. A slot can be written down and nothing else: no filter and no condition sees its value.
    """
    now = demo_clock()
    key = (
        template,
        rests_on,
        flask.request.path,
        flask.request.query_string,
        language.current(),
        language.wanted(),
        language.text_size(),
        None if now is None else now.replace(second=0),
    )
    found = _set.get(key)
    if found is None:
        found = _typeset(template, context(), slots)
        if flask.request.args.keys() <= _KNOWN_ARGUMENTS:  # others may be anything, and stand in the page
            if len(_set) >= _MOST:
                _set.clear()
            _set[key] = found
    values = {name: str(escape(value)) for name, value in slots.items()}
    written = [found.texts[0]]
    for name, text in zip(found.slots, found.texts[1:], strict=True):
        written += (form_token.form_token() if name == _FORM_TOKEN else values[name], text)
    return "".join(written)


def _typeset(template: str, context: Mapping[str, Any], slots: Mapping[str, object]) -> _Set:
    marks = {name: slot(name) for name in slots}
    with form_token.standing_for(slot(_FORM_TOKEN)):
        parts = _MARKED.split(flask.render_template(template, **context, **marks))
    return _Set(texts=tuple(parts[::2]), slots=tuple(parts[1::2]))
