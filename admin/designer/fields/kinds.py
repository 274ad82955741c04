"""Home of turning values of an instrument document into what a form shows, and what was typed back into values.

A value that the form cannot hold exactly is never lost: where nothing was changed on the form, the value in the
document stays as it is, and members of a list keep the fields that the form does not show.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from survey.instrument.changes import ABSENT

# Any: values of a JSON document
Posted = Mapping[str, Sequence[str]]
_WHOLE = re.compile(r"-?\d{1,15}")
_DECIMAL = re.compile(r"-?\d{1,15}\.\d{1,9}")
_OLD_LANGUAGES = ("zh", "en")


class NotReadable(ValueError):
    """What was typed cannot be kept as a value of this kind; the form is shown again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What reading and showing need to know of the document around."""

    languages: tuple[str, ...]
    condition_text: Callable[[Any], str]
    """A condition as text, whichever of the two ways the document writes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """How one kind of value is shown and read. ``show`` gives form names (with a dot) and their texts."""

    name: str
    show: Callable[[Any, Ground], dict[str, list[str]]]
    read: Callable[[Mapping[str, Sequence[str]], Any, Ground], Any]


def first(posted: Mapping[str, Sequence[str]], name: str = "") -> str:
    """The one text of a control, with the line ends of a document."""
    values = posted.get(name) or [""]
    return values[0].replace("\r\n", "\n").strip()


def _scalar_text(value: Any) -> str:
    if value is ABSENT or value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (Mapping, list)):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


# --- single values ----------------------------------------------------------------------------------------


def _show_line(value: Any, _ground: Ground) -> dict[str, list[str]]:
    return {"": [_scalar_text(value)]}


def _read_line(posted: Posted, _original: Any, _ground: Ground) -> Any:
    return first(posted) or ABSENT


def _read_bound(posted: Posted, _original: Any, _ground: Ground) -> Any:
    text = first(posted)
    if _WHOLE.fullmatch(text):
        return int(text)
    if _DECIMAL.fullmatch(text):
        return float(text)
    return text or ABSENT


def _show_flag(value: Any, _ground: Ground) -> dict[str, list[str]]:
    return {"": ["1"]} if value is True else {}


def _read_flag(posted: Posted, _original: Any, _ground: Ground) -> Any:
    return True if posted.get("") else ABSENT


def _show_condition(value: Any, ground: Ground) -> dict[str, list[str]]:
    return {"": ["" if value is ABSENT or value is None else ground.condition_text(value)]}


def _show_needed(value: Any, ground: Ground) -> dict[str, list[str]]:
    if value is ABSENT or value is None or value is False:
        return {"how": ["no"], "when": [""]}
    if value is True:
        return {"how": ["yes"], "when": [""]}
    return {"how": ["if"], "when": [ground.condition_text(value)]}


def _read_needed(posted: Posted, _original: Any, _ground: Ground) -> Any:
    how, when = first(posted, "how"), first(posted, "when")
    if how == "yes":
        return True
    return when if how == "if" and when else ABSENT


def _read_yes_no(posted: Posted, _original: Any, _ground: Ground) -> Any:
    return {"true": True, "false": False}.get(first(posted), ABSENT)


# --- several values ---------------------------------------------------------------------------------------


def _show_many(value: Any, _ground: Ground) -> dict[str, list[str]]:
    members = value if isinstance(value, list) else [] if value is ABSENT or value is None else [value]
    return {"": [_scalar_text(member) for member in members]}


def _read_many(posted: Posted, _original: Any, _ground: Ground) -> Any:
    return list(dict.fromkeys(value for value in posted.get("", ()) if value)) or ABSENT


def _show_names(value: Any, ground: Ground) -> dict[str, list[str]]:
    return {"": [" ".join(_show_many(value, ground)[""])]}


def _read_names(posted: Posted, original: Any, _ground: Ground) -> Any:
    names = [name for name in re.split(r"[\s,，、;；]+", first(posted)) if name]
    if len(names) == 1 and isinstance(original, str):
        return names[0]
    return names or ABSENT


def _show_words(value: Any, ground: Ground) -> dict[str, list[str]]:
    if isinstance(value, str):
        value = dict.fromkeys(ground.languages[:1], value)
    words = value if isinstance(value, Mapping) else {}
    return {language: [_scalar_text(words.get(language, ABSENT))] for language in ground.languages}


def _read_words(posted: Posted, original: Any, ground: Ground) -> Any:
    words = dict(original) if isinstance(original, Mapping) else {}
    for language in ground.languages:
        words.pop(language, None)
    given = {language: text for language in ground.languages if (text := first(posted, language))}
    return {**given, **words} or ABSENT


def _show_raw(value: Any, _ground: Ground) -> dict[str, list[str]]:
    return {"": ["" if value is ABSENT else json.dumps(value, ensure_ascii=False, indent=1)]}


def _read_raw(posted: Posted, _original: Any, _ground: Ground) -> Any:
    text = first(posted)
    if not text:
        return ABSENT
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotReadable(str(error)) from error


# --- members, one on a line: code | text | text | name=value -----------------------------------------------


def line_of(member: Any, ground: Ground) -> str:
    """A member of a list (option, row) as one line."""
    if not isinstance(member, Mapping):
        return _scalar_text(member)
    words = text_of(member)
    parts = [_scalar_text(member.get("code", ABSENT))]
    parts += [_one_line(words.get(language, "")) for language in ground.languages]
    shown = {"code", "text", *_OLD_LANGUAGES}
    parts += [
        name if value is True else f"{name}={_scalar_text(value)}"
        for name, value in member.items()
        if name not in shown
    ]
    return " | ".join(parts).rstrip(" |")


def text_of(member: Mapping[str, Any]) -> Mapping[str, Any]:
    """The texts of an option or row by language, in either way of writing them."""
    words = member.get("text")
    if isinstance(words, Mapping):
        return words
    return {language: member[language] for language in _OLD_LANGUAGES if language in member}


def with_text(member: Mapping[str, Any], words: Mapping[str, Any]) -> dict[str, Any]:
    """The member with its texts replaced, written as they were before."""
    old_way = any(language in member for language in _OLD_LANGUAGES) and "text" not in member
    kept = {name: value for name, value in member.items() if name not in ("text", *_OLD_LANGUAGES)}
    if old_way and set(words) <= set(_OLD_LANGUAGES):
        return {"code": member.get("code", ""), **words, **{k: v for k, v in kept.items() if k != "code"}}
    return {
        "code": member.get("code", ""),
        "text": dict(words),
        **{k: v for k, v in kept.items() if k != "code"},
    }


def member_of(line: str, n: int, ground: Ground) -> dict[str, Any]:
    """One line as a member: ``code | text…``, also with tabs; a line without a bar is a text, its code the number."""
    parts = [part.strip() for part in re.split(r"\t|\|", line)]
    if len(parts) == 1:
        code, texts, further = str(n), parts, []
    else:
        code, n_texts = parts[0], len(ground.languages)
        texts, further = parts[1 : 1 + n_texts], parts[1 + n_texts :]
    words = {language: text for language, text in zip(ground.languages, texts, strict=False) if text}
    extra: dict[str, Any] = {}
    for part in further:
        name, is_pair, value = part.partition("=")
        if name.strip():
            extra[name.strip()] = value.strip() if is_pair else True
    return {"code": code, "text": words, **extra}


def _show_lines(value: Any, ground: Ground) -> dict[str, list[str]]:
    members = value if isinstance(value, list) else []
    return {"": ["\n".join(line_of(member, ground) for member in members)]}


def _read_lines(posted: Posted, original: Any, ground: Ground) -> Any:
    known = {line_of(member, ground): member for member in (original if isinstance(original, list) else [])}
    lines = [line.strip() for line in first(posted).splitlines() if line.strip()]
    # a line that was not touched is the member it was, with everything a line cannot say
    return [known.get(line) or member_of(line, n, ground) for n, line in enumerate(lines, 1)] or ABSENT


def _one_line(text: Any) -> str:
    return " ".join(_scalar_text(text).split()).replace("|", "/")


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(name="line", show=_show_line, read=_read_line),
        Kind(name="choice", show=_show_line, read=_read_line),
        Kind(name="bound", show=_show_line, read=_read_bound),
        Kind(name="yes_no", show=_show_line, read=_read_yes_no),
        Kind(name="flag", show=_show_flag, read=_read_flag),
        Kind(name="condition", show=_show_condition, read=_read_line),
        Kind(name="needed", show=_show_needed, read=_read_needed),
        Kind(name="many", show=_show_many, read=_read_many),
        Kind(name="names", show=_show_names, read=_read_names),
        Kind(name="words", show=_show_words, read=_read_words),
        Kind(name="prose", show=_show_words, read=_read_words),
        Kind(name="lines", show=_show_lines, read=_read_lines),
        Kind(name="raw", show=_show_raw, read=_read_raw),
    )
}
