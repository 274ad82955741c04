"""Texts of the pages: collected from code and templates, kept in a catalogue a package and language, compiled.

``python -m survey.kit.translations compile`` (what `make` does), ``update`` (after changing texts), ``check``.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from survey.kit.refusal_texts import refusal_texts

ROOT = Path(__file__).parents[2]
PACKAGES = ("survey", "admin")
LOCALE = "zh_Hans"
LOCALES: Mapping[str, tuple[str, ...]] = {"survey": (LOCALE, "ar"), "admin": (LOCALE,)}
"""By package: the languages beside English. Staff work in Chinese and English; the public pages have one more."""
_ADJECTIVES = {LOCALE: "Chinese", "ar": "Arabic"}
_METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
_OPTIONS = {"**/templates/**.html": {"trimmed": "true", "encoding": "utf-8"}}
_KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "_l": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "_n": (1, 2),
}


def catalogue_path(package: str, locale: str = LOCALE) -> Path:
    """Where the texts of ``package`` in one language are kept."""
    return ROOT / package / "locales" / locale / "LC_MESSAGES" / "messages.po"


def extract(package: str, locale: str = LOCALE) -> Catalog:
    """Every text that the pages of ``package`` ask to have translated.

    The Chinese of a refusal stands beside its English in the code; other languages have it in their catalogue.
    """
    found = Catalog()
    folder = ROOT / package
    for filename, line, message, comments, context in extract_from_dir(
        str(folder), method_map=_METHODS, options_map=_OPTIONS, keywords=_KEYWORDS
    ):
        found.add(message, None, [(f"{package}/{filename}", line)], auto_comments=comments, context=context)
    if locale != LOCALE:
        for path, line, text in refusal_texts(folder):
            if text is not None:
                found.add(text, None, [(str(Path(path).relative_to(ROOT)), line)])
    return found


def update(package: str, locale: str = LOCALE) -> None:
    """Bring the catalogue in line with the code: new texts without translation, obsolete ones gone."""
    path = catalogue_path(package, locale)
    catalogue = _read(path, locale)
    catalogue.update(extract(package, locale), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    catalogue.header_comment = f"# {_ADJECTIVES[locale]} texts of the pages of {package}."
    catalogue.project, catalogue.msgid_bugs_address = "Minyi", ""
    catalogue.last_translator = catalogue.language_team = ""
    path.parent.mkdir(parents=True, exist_ok=True)
    buffer = BytesIO()
    write_po(buffer, catalogue, width=110, omit_header=False, include_lineno=False, sort_output=True)
    path.write_bytes(buffer.getvalue())


def compile_all() -> None:
    """Write the compiled catalogues beside their sources, where they are older."""
    for package, locale in _catalogues():
        source = catalogue_path(package, locale)
        target = source.with_suffix(".mo")
        if source.exists() and (not target.exists() or target.stat().st_mtime < source.stat().st_mtime):
            buffer = BytesIO()
            write_mo(buffer, _read(source, locale))
            target.write_bytes(buffer.getvalue())


def faults() -> Iterator[str]:
    """What keeps the catalogues from being complete, one sentence each."""
    for package, locale in _catalogues():
        kept = _read(catalogue_path(package, locale), locale)
        asked = extract(package, locale)
        for message in asked:
            if not message.id:
                continue
            translated = kept.get(message.id, message.context)
            if translated is None or not translated.string or not all(_strings(translated.string)):
                yield f"{package}: no {_ADJECTIVES[locale]} for {message.id!r}"
            elif translated.fuzzy:
                yield f"{package}: unsure {_ADJECTIVES[locale]} for {message.id!r}"
        for message in kept:
            if message.id and asked.get(message.id, message.context) is None:
                yield f"{package}: nobody asks for {message.id!r} any more"
    for package in PACKAGES:
        for path, line, text in refusal_texts(ROOT / package):
            if text is None:
                yield f"{path}:{line}: a refusal with values in its text; write %(name)s and give them by name"


def _catalogues() -> Iterator[tuple[str, str]]:
    for package in PACKAGES:
        for locale in LOCALES[package]:
            yield package, locale


def _strings(string: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (string,) if isinstance(string, str) else tuple(string)


def _read(path: Path, locale: str) -> Catalog:
    if not path.exists():
        return Catalog(locale=locale, project="Minyi", charset="utf-8", fuzzy=False)
    with path.open("rb") as file:
        return read_po(file, locale=locale)


def main(arguments: list[str]) -> int:
    """Run one of the three verbs."""
    match arguments:
        case ["compile"]:
            compile_all()
        case ["update"]:
            for package, locale in _catalogues():
                update(package, locale)
        case ["check"]:
            found = list(faults())
            sys.stderr.write("".join(f"{fault}\n" for fault in found))
            return 1 if found else 0
        case _:
            sys.stderr.write("usage: python -m survey.kit.translations compile | update | check\n")
            return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
