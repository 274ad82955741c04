"""Chooses the language of a page: ``?lang=``, else the cookie, else what the browser asks for, else Chinese."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlencode

import flask
from babel import Locale
from flask_babel import Babel, Domain, refresh
from markupsafe import Markup

import survey

COOKIE, ARGUMENT = "lang", "lang"
SIZE_COOKIE, SIZE_ARGUMENT = "size", "size"
DEFAULT = "zh"
_YEAR = 365 * 24 * 3600
_LOCALES = {"zh": "zh_Hans", "en": "en"}
_NAMES = {"zh": "中文", "en": "English"}
_SIZES = {"normal", "large"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language as pages need it: our code, the HTML tag, the direction, its own name."""

    code: str
    html: str
    dir: str
    name: str


@cache
def languages() -> Mapping[str, Language]:
    """The languages that pages come in, the default one first."""
    return {
        code: Language(
            code=code,
            html=locale.replace("_", "-"),
            dir=Locale.parse(locale).text_direction,
            name=_NAMES[code],
        )
        for code, locale in _LOCALES.items()
    }


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
    app.before_request(domain.as_default)
    app.after_request(_remember)
    app.context_processor(_for_templates)


def add_catalogue(app: flask.Flask, folder: Path) -> None:
    """Also look for translations in ``folder`` (``<locale>/LC_MESSAGES/messages.mo``)."""
    app.extensions["minyi_catalogues"].translation_directories.append(str(folder))


def current() -> str:
    """The language of this request: ``zh`` or ``en``."""
    found: str | None = flask.g.get("language")
    if found is None:
        found = flask.g.language = _chosen()
    return found


def use(code: str) -> None:
    """Answer this request in ``code`` and remember it, where it is a language that pages come in."""
    if code in _LOCALES:
        flask.g.language = code
        flask.g.remember_language = True
        refresh()


def say(words: Mapping[str, str] | str | None) -> str:
    """Text of a document in the language of this page; Chinese where it has no such text."""
    if words is None or isinstance(words, str):
        return words or ""
    return pick(words, current())


def pick(words: Mapping[str, str] | None, code: str) -> str:
    """Text of a document in the language ``code``; Chinese where it has no such text, nothing where there is none."""
    if words is None:
        return ""
    return words.get(code) or words.get(DEFAULT) or next(iter(words.values()), "")


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
    """``large`` where the reader asked for it, else ``normal``."""
    asked = flask.request.args.get(SIZE_ARGUMENT) or flask.request.cookies.get(SIZE_COOKIE, "")
    return asked if asked in _SIZES else "normal"


def _chosen() -> str:
    request = flask.request
    asked = request.args.get(ARGUMENT)
    if asked in _LOCALES:
        flask.g.remember_language = True
        return asked
    kept = request.cookies.get(COOKIE)
    if kept in _LOCALES:
        return kept
    return request.accept_languages.best_match(list(_LOCALES), DEFAULT) or DEFAULT


def _this_page(**changed: str) -> str:
    request = flask.request
    rule = request.url_rule
    if rule is None or "GET" not in (rule.methods or ()):
        return "/?" + urlencode(changed)
    arguments = {**request.args.to_dict(), **changed}
    return f"{flask.request.script_root}{request.path}?{urlencode(arguments)}"


def _remember(response: flask.Response) -> flask.Response:
    secure = flask.current_app.extensions["minyi"].settings.is_https
    kept = {}
    if flask.g.get("remember_language"):
        kept[COOKIE] = current()
    if flask.request.args.get(SIZE_ARGUMENT) in _SIZES:
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
        "other_languages": [each for code, each in languages().items() if code != here],
        "language_url": language_url,
        "size_url": size_url,
        "text_size": text_size(),
    }
