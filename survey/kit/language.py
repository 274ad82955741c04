"""Chooses how a page is read: its language (``?lang=``, else the cookie, else the browser's, else Chinese), its size.

The questions of an instrument may be in a language that our own pages lack: then they are in the one that was asked
for (``wanted``), and the page around them in the nearest that we have (``current``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import flask
from flask_babel import Babel, Domain, ngettext, refresh
from markupsafe import Markup

import survey
from survey.kit.tongues import Language, is_known, is_tag, nearest, tongue

__all__ = ["Language"]

COOKIE, ARGUMENT = "lang", "lang"
SIZE_COOKIE, SIZE_ARGUMENT = "size", "size"
DEFAULT = "zh"
_YEAR = 365 * 24 * 3600
_LOCALES = {"zh": "zh_Hans", "en": "en", "ar": "ar"}
_STAFF, _STAFF_LANGUAGES = "/admin", ("zh", "en")
_INSTEAD: Mapping[str, tuple[str, ...]] = {"ar": ("en",)}
"""By language: which others are read before Chinese where a text lacks it."""
NORMAL, ELDER = "normal", "elder"
ELDER_SIZES = (ELDER, "elder-32", "elder-40")
"""The steps of elder mode: text of 18, 24 and 30 points, which are 24, 32 and 40 pixels."""
_SIZES = (NORMAL, *ELDER_SIZES)
_FORMER_SIZES = {"large": ELDER}


@cache
def languages() -> Mapping[str, Language]:
    """The languages that pages come in, the default one first; staff pages have the first two."""
    return {code: tongue(code) for code in _LOCALES}


def register(app: flask.Flask) -> None:
    """Select the language of every request and offer it to templates."""
    folders = [str(Path(folder) / "locales") for folder in survey.__path__]
    Babel().init_app(
        app,
        default_locale=_LOCALES[DEFAULT],
        default_translation_directories=";".join(folders),
        default_timezone=app.extensions["minyi"].settings.time_zone,
        locale_selector=lambda: _LOCALES[current()],
    )
    # Flask-Babel reads the catalogues anew for each request; ours is read once a process.
    domain = Domain(translation_directories=folders)
    app.extensions["minyi_catalogues"] = domain
    app.jinja_env.globals["_"] = app.jinja_env.globals["gettext"] = _texts(domain)
    app.jinja_env.globals["ngettext"] = ngettext
    app.jinja_env.globals.update(elder=is_elder, tongues_beside=tongues_beside, ELDER_SIZES=ELDER_SIZES)
    app.before_request(domain.as_default)
    app.after_request(_remember)
    app.context_processor(_for_templates)


def add_catalogue(app: flask.Flask, folder: Path) -> None:
    """Also look for translations in ``folder`` (``<locale>/LC_MESSAGES/messages.mo``)."""
    app.extensions["minyi_catalogues"].translation_directories.append(str(folder))


def offered() -> tuple[str, ...]:
    """The languages that this page comes in."""
    return _STAFF_LANGUAGES if _is_staff() else tuple(_LOCALES)


def current() -> str:
    """The language of this request: one of those that its page comes in."""
    found: str | None = flask.g.get("language")
    if found is None:
        found = flask.g.language = _chosen()
    return found


def wanted() -> str:
    """The language that the reader asked for, be it one of ours or of an instrument alone."""
    current()
    found: str = flask.g.get("wanted_language") or current()
    return found


def use(choice: str) -> None:
    """Answer this request in another language or size and remember it; nothing happens where it is neither."""
    if choice in _SIZES:
        flask.g.text_size = choice
        flask.g.remember_size = True
    elif is_tag(choice):
        _want(choice)
        flask.g.language = nearest(choice, offered()) or _accepted()
        refresh()


def best_of(codes: Sequence[str]) -> str | None:
    """Of the languages of a document the one that suits the reader best; None where none does."""
    tries = (wanted(), current(), *_INSTEAD.get(current(), ()))
    return next((found for code in tries if (found := nearest(code, codes))), None)


def say(words: Mapping[str, str] | str | None) -> str:
    """Text of a document in the language of the reader; in the nearest where it has no such text."""
    if words is None or isinstance(words, str):
        return words or ""
    return words.get(language_for(words), "")


def language_for(words: Mapping[str, str]) -> str:
    """The language in which the reader of this page reads a text of a document."""
    asked = wanted()
    if asked != current() and words.get(asked) and not _is_staff():
        return asked
    return language_of(words, current())


def pick(words: Mapping[str, str] | None, code: str) -> str:
    """Text of a document in the language ``code``; Chinese where it has no such text, nothing where there is none."""
    if words is None:
        return ""
    return words.get(code) or words.get(language_of(words, code), "")


def language_of(words: Mapping[str, str], code: str) -> str:
    """The language in which ``pick`` reads a text for somebody who wants it in ``code``."""
    tries = (code, *_INSTEAD.get(code, ()), DEFAULT)
    return next((each for each in tries if words.get(each)), next(iter(words), DEFAULT))


def _texts(domain: Domain) -> Callable[..., Markup]:
    """The ``_`` of templates: what Flask-Babel's does, with each text looked up and marked safe once a process."""
    patterns: dict[tuple[str, str], Markup] = {}
    ready: dict[tuple[str, str], Markup] = {}

    def text(message: str, /, **values: object) -> Markup:
        key = (current(), message)
        found = None if values else ready.get(key)
        if found is not None:
            return found
        pattern = patterns.get(key)
        if pattern is None:
            pattern = patterns[key] = Markup(domain.get_translations().ugettext(message))  # noqa: S704  # our own texts
        found = pattern % values
        if not values:
            ready[key] = found
        return found

    return text


def language_url(code: str) -> str:
    """This page in another language."""
    return _this_page(**{ARGUMENT: code})


def size_url(size: str) -> str:
    """This page in another text size."""
    return _this_page(**{SIZE_ARGUMENT: size})


def text_size() -> str:
    """The size of the text: ``normal``, or a step of elder mode."""
    found: str | None = flask.g.get("text_size")
    if found is None:
        found = flask.g.text_size = _chosen_size()
    return found


def is_elder() -> bool:
    """Whether the reader has chosen the page for tired eyes: larger, with less on it, one thing at a time."""
    return text_size() in ELDER_SIZES


def tongues_beside(codes: Sequence[str] = ()) -> list[Language]:
    """What else a page can be read in: the languages of its instrument, and ours that this one does not have."""
    ours = [code for code in offered() if nearest(code, codes) is None]
    here = best_of(codes) if wanted() not in ours else wanted()
    return [tongue(code) for code in (*codes, *ours) if code != (here or current())]


def _is_staff() -> bool:
    return flask.request.path.startswith(_STAFF)


def _chosen() -> str:
    asked, kept = flask.request.args.get(ARGUMENT, ""), flask.request.cookies.get(COOKIE, "")
    if is_known(asked):
        _want(asked)
    else:
        flask.g.wanted_language = kept if is_tag(kept) else None
    return next((near for code in (asked, kept) if (near := nearest(code, offered()))), None) or _accepted()


def _want(code: str) -> None:
    flask.g.wanted_language = code
    flask.g.remember_language = True


def _accepted() -> str:
    return flask.request.accept_languages.best_match(offered(), DEFAULT) or DEFAULT


def _chosen_size() -> str:
    asked = flask.request.args.get(SIZE_ARGUMENT, "")
    if asked in _SIZES:
        flask.g.remember_size = True
        return asked
    kept = flask.request.cookies.get(SIZE_COOKIE, "")
    kept = _FORMER_SIZES.get(kept, kept)
    return kept if kept in _SIZES else NORMAL


def _this_page(**changed: str) -> str:
    request = flask.request
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or ()):
        return "/?" + urlencode(changed)
    arguments = {**request.args.to_dict(), **changed}
    return f"{flask.request.script_root}{request.path}?{urlencode(arguments)}"


def _remember(response: flask.Response) -> flask.Response:
    secure = flask.current_app.extensions["minyi"].settings.is_https
    if SIZE_ARGUMENT in flask.request.args:
        text_size()  # an address that only leads on to another has not asked yet how large it is read
    kept = {}
    if flask.g.get("remember_language"):
        kept[COOKIE] = wanted()
    if flask.g.get("remember_size"):
        kept[SIZE_COOKIE] = text_size()
    for name, value in kept.items():
        response.set_cookie(
            name, value, max_age=_YEAR, path="/", samesite="Lax", secure=secure, httponly=True
        )
    return response


def _for_templates() -> dict[str, object]:
    here = current()
    return {
        "page_lang": languages()[here],
        "other_languages": [languages()[code] for code in offered() if code != here],
        "language_url": language_url,
        "size_url": size_url,
        "text_size": text_size(),
        "is_elder": is_elder(),
        "offers_elder": not _is_staff(),
    }
