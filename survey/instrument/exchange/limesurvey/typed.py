"""Reads the question types that are typed, shown or computed: numbers, texts, dates, files, displays, equations."""

from __future__ import annotations

import re

from survey.instrument.exchange.limesurvey.braces import split_text, without_programs
from survey.instrument.exchange.limesurvey.carry import keep
from survey.instrument.exchange.limesurvey.item import Fields, ItemReader
from survey.instrument.exchange.limesurvey.patterns import whole_value
from survey.instrument.exchange.limesurvey.rewrite import rewrite_value
from survey.instrument.exchange.limesurvey.script import ScriptError
from survey.instrument.exchange.limesurvey.variables import date_form, is_numeric
from survey.instrument.exchange.limesurvey.written import Written, quote, to_number

LONG_TEXT = 5_000
LINES = {"T": 5, "U": 15}
_DIGITS = re.compile(r"-?[0-9]{1,15}\Z")
_DECIMAL = re.compile(r"-?[0-9]{1,15}\.[0-9]{1,10}\Z")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})\Z")
_IMAGES = frozenset({"png", "gif", "jpg", "jpeg", "webp", "bmp", "heic"})
_DOCUMENTS = frozenset({"pdf", "doc", "docx", "odt", "xls", "xlsx", "ods", "txt", "rtf"})


def plain_number(value: str) -> int | float | None:
    """A number as it stands in a document; None where it is an expression."""
    text = value.strip()
    if _DIGITS.match(text):
        return int(text)
    if not _DECIMAL.match(text):
        return None
    number = float(text)
    return int(number) if number.is_integer() else number


def read_number(reader: ItemReader) -> list[Fields]:
    """N: a number."""
    whole = reader.attributes.flag("num_value_int_only")
    reader.attributes.take("num_value_int_only")
    unit = reader.words(reader.attributes.take_words("suffix", reader.languages), "unit")
    reader.pattern_constraint()
    fields = bounds(reader)
    default = _default(reader)
    item = reader.item("number", form="integer" if whole else None, unit=unit, default=default, **fields)
    return [reader.finish(item)]


def _default(reader: ItemReader) -> str | None:
    defaults = reader.defaults()
    default = defaults.pop(("0", 0), None)
    reader.lose_other_defaults(defaults)
    return default


def bounds(reader: ItemReader) -> Fields:
    """The least and the greatest number, as numbers or as expressions."""
    found: Fields = {}
    for attribute, field in (("min_num_value_n", "min"), ("max_num_value_n", "max")):
        value = reader.attributes.take_any(attribute)
        if not value:
            continue
        number = plain_number(value)
        found[field] = number if number is not None else _computed_bound(reader, attribute, value, field)
    return found


def _computed_bound(reader: ItemReader, attribute: str, value: str, field: str) -> str | None:
    try:
        written = to_number(rewrite_value(value.strip("{}"), reader.place))
    except ScriptError as error:
        reader.note(value, error.reason, field)
        reader.note(f"{attribute} = {value}", "bound_lost", field)
        keep(reader.kept, attribute, value)
        return None
    keep(reader.kept, attribute, value)
    return written.text


def read_text(reader: ItemReader) -> list[Fields]:
    """S, T, U: a text; a short one may be a number or a place on the map."""
    if reader.question.type == "S" and reader.attributes.take("location_mapservice"):
        reader.kept["map"] = reader.question.attributes["location_mapservice"]
        reader.note("location_mapservice", "place_county")
        return [reader.finish(reader.item("geopoint", precision="county"))]
    if is_numeric(reader.question):
        reader.attributes.take("numbers_only")
        reader.pattern_constraint()
        return [reader.finish(reader.item("number", default=_default(reader)))]
    default = _default(reader)
    item = reader.item("text", default=default, lines=LINES.get(reader.question.type), **text_fields(reader))
    return [reader.finish(item)]


def text_fields(reader: ItemReader) -> Fields:
    """How long a text may be, and what it must look like."""
    question = reader.question
    most = reader.attributes.take("maximum_chars")
    found: Fields = {"max_chars": LONG_TEXT if question.type in LINES else None}
    if most.isdigit() and 0 < len(most) < 6 and int(most) > 0:
        found["max_chars"] = int(most)
    elif most:
        reader.attributes.give_back("maximum_chars", most)
    if question.preg:
        keep(reader.kept, "preg", question.preg)
        found["pattern"] = whole_value(question.preg)
        if found["pattern"] is None:
            reader.note(question.preg, "pattern", "pattern")
    return found


def read_date(reader: ItemReader) -> list[Fields]:
    """D: a date, a month, a year or a time, as its format says."""
    form = date_form(reader.question)
    shape = reader.attributes.take("date_format")
    if shape:
        reader.kept["date_format"] = shape
    found: Fields = {}
    for attribute, field in (("date_min", "min"), ("date_max", "max")):
        value = reader.attributes.take_any(attribute)
        if value:
            keep(reader.kept, attribute, value)
            found[field] = _date_bound(reader, value, form, field)
    return [reader.finish(reader.item(form, default=_default(reader), **found))]


def _date_bound(reader: ItemReader, value: str, form: str, field: str) -> str | int | None:
    """A bound in the stored form of the type; a year alone means its first or its last day."""
    text = f"{value}-{'01-01' if field == 'min' else '12-31'}" if re.fullmatch(r"[0-9]{4}", value) else value
    if _DAY.match(text):
        return int(text[:4]) if form == "year" else {"date": text, "month": text[:7]}.get(form)
    try:
        written = rewrite_value(value.strip("{}"), reader.place)
    except ScriptError as error:
        reader.note(value, error.reason, field)
        return None
    return written.text if written.type in ("date", "any") or form == "year" else None


def read_display(reader: ItemReader) -> list[Fields]:
    """X: a text without an answer."""
    item = reader.item("note")
    item.pop("required", None)
    return [reader.finish(item)]


def read_file(reader: ItemReader) -> list[Fields]:
    """The upload of a file."""
    allowed = reader.attributes.take_any("allowed_filetypes")
    kinds = {part.strip().lower().lstrip(".") for part in allowed.split(",")} - {""}
    media = "any"
    if kinds and kinds <= _IMAGES:
        media = "image"
    elif kinds and kinds <= _DOCUMENTS:
        media = "document"
    if allowed:
        keep(reader.kept, "allowed_filetypes", allowed)
    size = reader.attributes.take_any("max_filesize")
    megabytes = None
    if size.isdigit() and len(size) < 9:
        megabytes = min(max(-(-int(size) // 1024), 1), 50)
        keep(reader.kept, "max_filesize", size)
    return [reader.finish(reader.item("file", media=media, max_mb=megabytes))]


def read_equation(reader: ItemReader) -> list[Fields]:
    """*: a value that is computed; the equation is a setting or, in older files, the text of the question."""
    question = reader.question
    hidden = reader.attributes.flag("hidden")
    reader.attributes.take("hidden")
    equation = reader.attributes.take_any("equation")
    texts = {} if equation else dict(question.texts)
    source = equation or texts.get(reader.carry.survey.default_language) or next(iter(texts.values()), "")
    if not equation and len(set(texts.values())) > 1:
        reader.note(source, "equation_differs", "calculation")
    if not equation:
        question.texts = {}
    calculation, value = _calculation(reader, source)
    keep(reader.kept, "equation", source)
    item = reader.item("computed", calculation=calculation, value=value, shown=None if hidden else True)
    item.pop("required", None)
    return [reader.finish(item)]


def _calculation(reader: ItemReader, source: str) -> tuple[str, str]:
    """The expression and what it yields; an equation is a text with expressions in braces."""
    try:
        parts = [
            _part(reader, part.text, is_script=part.is_script)
            for part in split_text(without_programs(source))
        ]
    except ScriptError as error:
        reader.note(source, error.reason, "calculation")
        reader.note(source, "equation_lost", "calculation")
        return "''", "text"
    parts = [part for part in parts if part.text != "''"]
    if len(parts) == 1:
        kinds = {"number": "number", "bool": "bool", "date": "date"}
        variable = reader.own_variable()
        if variable is not None and parts[0].type in ("number", "date"):
            variable.type = parts[0].type
        return parts[0].text, kinds.get(parts[0].type, "text")
    if not parts:
        return "''", "text"
    return f"concat({', '.join(part.text for part in parts)})", "text"


def _part(reader: ItemReader, text: str, *, is_script: bool) -> Written:
    if is_script:
        return rewrite_value(text, reader.place)
    words = reader.carry.words({"": text}, reader.where("calculation"), reader.place, None)
    return Written(quote(words.get("", "")), 9, "text")
