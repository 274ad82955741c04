"""Which question of LimeSurvey an item becomes, with its rows, its answers and the names of its variables."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from survey.instrument.exchange.limesurvey.choices import fixed_options
from survey.instrument.exchange.limesurvey.model import Answer, Question
from survey.instrument.exchange.limesurvey.out import Part, label_of
from survey.instrument.exchange.limesurvey.out_item import ItemWriter
from survey.instrument.exchange.limesurvey.out_rows import allocation, battery, several_texts

_NPS = tuple(str(point) for point in range(11))
_GRADES = ("5", "4", "3", "2", "1")
_DATE_FORMATS = {"month": "mm/yyyy", "year": "yyyy", "time": "HH:MM", "datetime": "dd/mm/yyyy HH:MM"}


def shape(writer: ItemWriter) -> Question | None:
    """The question with its type, rows and answers; None where nothing can stand for the item."""
    make = _SHAPES.get(str(writer.item.get("type")))
    if make is None:
        writer.note(writer.item.get("type", ""), "out_left", "type")
        return None
    writer.question.type = make(writer)
    return writer.question


def _single(writer: ItemWriter) -> str:
    writer.type = "code"
    item, languages = writer.item, writer.out.languages
    options = writer.written_options(item)
    if writer.had in ("G", "Y") and options == fixed_options(writer.had, languages):
        writer.register()
        return writer.had
    tags = [{"code": tag, "text": dict.fromkeys(languages, tag)} for tag in languages]
    if writer.had == "I" and options == tags:
        writer.register()
        return "I"
    writer.answers(item)
    other = next((option for option in options if option.get("other")), None)
    if other is not None:
        writer.other(other)
    writer.register(other=str(other.get("code")) if other else None)
    if item.get("appearance") in ("search", "likert"):
        writer.note(item["appearance"], "out_field", "appearance")
    return "!" if item.get("appearance") in ("dropdown", "search") else "L"


def _scale(writer: ItemWriter) -> str:
    writer.type = "code"
    writer.register()
    if writer.had == "5" and writer.item.get("options") == fixed_options("5", writer.out.languages):
        return "5"
    writer.answers(writer.item)
    return "L"


def _nps(writer: ItemWriter) -> str:
    writer.note("nps", "out_type", "type")
    writer.type = "code"
    writer.register()
    for point in _NPS:
        writer.add_answer(Answer(code=point), dict.fromkeys(writer.out.languages, point))
    writer.answers(writer.item)
    return "L"


def _review(writer: ItemWriter) -> str:
    writer.note("review", "out_type", "type")
    writer.type = "code"
    writer.register()
    own = {str(option.get("code")): option for option in writer.written_options(writer.item)}
    for grade in _GRADES:
        words = label_of(own[grade]) if grade in own else dict.fromkeys(writer.out.languages, grade)
        writer.add_answer(Answer(code=grade), words)
    return "L"


def _multi(writer: ItemWriter) -> str:
    writer.type = "codes"
    options = writer.written_options(writer.item)
    other = next((option for option in options if option.get("other")), None)
    boxes: list[Part] = [option for option in options if option is not other]
    for option in options:
        writer.note_option(option, "options")
    alone = []
    for (code, title), option in zip(writer.rows(boxes, field="options"), boxes, strict=True):
        writer.register(f"_{title}", tick=code)
        alone += [title] if option.get("exclusive") else []
    if other is not None:
        writer.other(other)
        if other.get("exclusive"):
            writer.note("other: exclusive", "out_field", "options")
    if alone:
        writer.question.attributes["exclude_all_others"] = ";".join(alone)
    writer.bounds(("min_choices", "min_answers"), ("max_choices", "max_answers"))
    return "M"


def _ranking(writer: ItemWriter) -> str:
    writer.type = "code"
    for place, _ in enumerate(writer.answers(writer.item)):
        writer.register(f"_{place + 1}", rank=place)
    writer.bounds(("min_ranked", "min_answers"), ("max_ranked", "max_answers"))
    return "R"


def _number(writer: ItemWriter) -> str:
    writer.type = "number"
    writer.register()
    if writer.had in ("S", "T", "U"):
        writer.question.attributes["numbers_only"] = "1"
        return writer.had
    if writer.item.get("form") == "integer":
        writer.question.attributes["num_value_int_only"] = "1"
    elif writer.item.get("form") in ("percent", "money"):
        writer.note(writer.item["form"], "out_field", "form")
    return "N"


def _like_number(writer: ItemWriter) -> str:
    writer.note(writer.item.get("type", ""), "out_type", "type")
    writer.type = "number"
    writer.register()
    return "N"


def _text(writer: ItemWriter) -> str:
    writer.register()
    if writer.had in ("S", "T", "U"):
        return writer.had
    lines = writer.item.get("lines")
    if not isinstance(lines, int) or lines <= 1:
        return "S"
    return "T" if lines <= 10 else "U"


def _date(writer: ItemWriter) -> str:
    kind = str(writer.item.get("type"))
    writer.type = "number" if kind == "year" else "date" if kind == "date" else "any"
    writer.register()
    if kind in _DATE_FORMATS:
        writer.question.attributes["date_format"] = _DATE_FORMATS[kind]
    return "D"


def _display(writer: ItemWriter) -> str:
    if writer.item.get("type") == "end":
        writer.note("end", "out_type", "type")
    return "X"


def _agreement(writer: ItemWriter) -> str:
    writer.note("consent", "out_type", "type")
    writer.type = "code"
    writer.register()
    return "Y"


def _area(writer: ItemWriter) -> str:
    writer.note("select_area", "out_type", "type")
    writer.register()
    return "S"


def _place(writer: ItemWriter) -> str:
    writer.register()
    writer.question.attributes["location_mapservice"] = str(writer.kept.get("map", "100"))
    return "S"


def _file(writer: ItemWriter) -> str:
    writer.register()
    return "|"


def _computed(writer: ItemWriter) -> str:
    value = writer.item.get("value")
    writer.type = "number" if value == "number" else "date" if value == "date" else "any"
    writer.register()
    return "*"


_SHAPES: Mapping[str, Callable[[ItemWriter], str]] = {
    "single": _single,
    "multi": _multi,
    "scale": _scale,
    "nps": _nps,
    "review": _review,
    "battery": battery,
    "texts": several_texts,
    "allocation": allocation,
    "number": _number,
    "slider": _like_number,
    "duration": _like_number,
    "text": _text,
    **dict.fromkeys(("date", "month", "year", "time", "datetime"), _date),
    "ranking": _ranking,
    "select_area": _area,
    "geopoint": _place,
    "file": _file,
    "computed": _computed,
    "note": _display,
    "end": _display,
    "consent": _agreement,
}
