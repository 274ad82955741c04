"""Reads the options of an item and the named lists of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from survey.instrument.codes import as_text, is_name, nearest
from survey.instrument.drafts.fields import FORMAT_1, Fields, Languages, fit
from survey.instrument.drafts.foreign import check_foreign
from survey.instrument.program import Option

MAX_OPTIONS, MAX_OPTIONS_1, MAX_LINES, MAX_COLUMNS = 500, 200, 5_000, 20
_FIELDS = ("code", "exclusive", "screen_out", "analysis_only", "skip_to_end_of_block", "opens")
_LATER = ("text", "other", "missing", "fixed", "interviewer_only", "foreign", "was")


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionSet:
    """Options, the list they come from, and the codes that skip the rest of a section.

    ``twins`` are codes that stand in a list more than once, each time with other columns: a choice filter tells
    them apart (a county of the same name in two provinces).
    """

    options: tuple[Option, ...] = ()
    list_name: str | None = None
    skip_codes: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()

    def with_options(self, options: Sequence[Option]) -> OptionSet:
        """The same set with other options; no longer those of the list."""
        return replace(self, options=tuple(options), list_name=None)


Lists = Mapping[str, OptionSet]


def read_option_set(
    fields: Fields, languages: Languages, lists: Lists, *, least: int, several: bool = False
) -> OptionSet:
    """What ``options`` or ``list`` of an item gives. ``several`` says that more than one may be chosen."""
    name = None if languages.strict else fields.string("list")
    if name is not None:
        if "options" in fields.raw:
            fields.findings.add("options_and_list", fields.at("options"))
        if name not in lists:
            where, known = fields.at("list"), ", ".join(lists)
            fields.findings.add("unknown_list", where, value=name, nearest=nearest(name, lists), known=known)
            return OptionSet()
        return lists[name]
    limit = MAX_OPTIONS_1 if languages.strict else MAX_OPTIONS
    raw = fields.members("options", limit=limit)
    if len(raw) < least:
        fields.findings.add("options_missing", fields.at("options"))
    return _read(fields, raw, languages, field="options", several=several)


def read_lists(fields: Fields, languages: Languages) -> Lists:
    """The named lists of a document."""
    raw = fields.raw.get("lists")
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        fields.findings.add("not_a_mapping", fields.at("lists"))
        return {}
    inner = Fields(raw, fields.at("lists"), fields.findings, known=tuple(map(str, raw)))
    found: dict[str, OptionSet] = {}
    for name in raw:
        if not is_name(name):
            fields.findings.add("bad_code", fields.at("lists"), value=name)
            continue
        lines = inner.members(name, limit=MAX_LINES)
        if not lines:
            fields.findings.add("options_missing", inner.at(name))
        read = _read(inner, lines, languages, field=name, several=True, in_list=True)
        found[name] = replace(read, list_name=name)
    return found


def _read(
    fields: Fields,
    raw: Sequence[object],
    languages: Languages,
    *,
    field: str,
    several: bool,
    in_list: bool = False,
) -> OptionSet:
    options: list[Option] = []
    by_code: dict[str, list[Option]] = {}
    skips: list[str] = []
    known = (*_FIELDS, *FORMAT_1) if languages.strict else (*_FIELDS, *_LATER, *languages.names)
    for at, member in enumerate(raw):
        where = replace(fields.at(field), at=at)
        columns = _columns(member, known) if in_list else ()
        inner = Fields(member, where, fields.findings, known=(*known, *columns), required=("code",))
        code = inner.code("code")
        option = _option(inner, code, languages, columns)
        twins = by_code.setdefault(code, [])
        if code and any(in_list is False or twin.columns == option.columns for twin in twins):
            fields.findings.add("duplicate_code", where, value=code)
        if inner.flag("exclusive") and not several:
            fields.findings.add("exclusive_alone", where)
        if inner.flag("skip_to_end_of_block"):
            skips.append(code)
        check_foreign(inner)
        twins.append(option)
        options.append(option)
    return OptionSet(
        options=tuple(options),
        skip_codes=tuple(skips),
        twins=tuple(code for code, twins in by_code.items() if len(twins) > 1),
    )


def _option(fields: Fields, code: str, languages: Languages, columns: Sequence[str]) -> Option:
    values = {
        name: fit(text, fields.at(name), fields.findings, limit=200)
        for name in columns
        if (text := as_text(fields.raw[name])) is not None
    }
    return Option(
        code=code,
        text=fields.label(languages),
        exclusive=fields.flag("exclusive"),
        screen_out=fields.flag("screen_out"),
        interviewer_only=fields.flag("interviewer_only"),
        missing=fields.flag("missing"),
        analysis_only=fields.flag("analysis_only"),
        opens=fields.string("opens"),
        other=fields.flag("other"),
        fixed=fields.flag("fixed"),
        columns=values or None,
        was=fields.code("was") or None,
    )


def _columns(raw: object, known: Sequence[str]) -> tuple[str, ...]:
    """The further fields of a line of a list: what a choice filter may look at."""
    if not isinstance(raw, Mapping):
        return ()
    return tuple(name for name in raw if name not in known and is_name(name))[:MAX_COLUMNS]
