"""Fills the question of an item with everything that needs the names of all others: texts, conditions, bounds, checks."""

from __future__ import annotations

import re

from survey.instrument.exchange.limesurvey.model import Default, Question
from survey.instrument.exchange.limesurvey.out import plain_words
from survey.instrument.exchange.limesurvey.out_item import ItemWriter, mappings, plain
from survey.instrument.exchange.limesurvey.patterns import from_pattern
from survey.instrument.exchange.limesurvey.typed import LINES, LONG_TEXT
from survey.instrument.exchange.limesurvey.variables import Variable

# Fields of items that LimeSurvey has no place for.
_NOWHERE = (
    *(
        "note",
        "interviewer_note",
        "groups",
        "integrity",
        "criterion",
        "quasi_identifier",
        "prefill",
        "private",
    ),
    *("read_only", "required_message", "weight", "low", "high", "currency", "step", "format", "was"),
    *("pattern_message", "choice_filter", "units", "purpose", "sdg_16_6_2", "row_options"),
)
_ROWS = frozenset({"battery", "texts", "allocation"})
_BOUNDS = {"number": ("min_num_value_n", "max_num_value_n"), "date": ("date_min", "date_max")}
_MEDIA = {"image": "png, gif, jpg, jpeg", "document": "pdf, doc, docx, odt, xls, xlsx, ods, txt"}


def fill(writer: ItemWriter) -> Question:
    """The question, complete but for what an import kept."""
    item, question, out = writer.item, writer.question, writer.out
    question.texts, question.helps = out.texts(item.get("text")), out.texts(item.get("help"))
    question.relevance = out.script(item.get("show_if"), writer.where("show_if")) or "1"
    writer.write_words()
    _required(writer)
    _order(writer)
    _rows(writer)
    _default(writer)
    _type_fields(writer)
    _constraint(writer)
    for name in _NOWHERE:
        if item.get(name) not in (None, "", False, [], {}) and not (
            name == "choice_filter" and _filtered(writer)
        ):
            writer.note(name, "out_field", name)
    return question


def _filtered(writer: ItemWriter) -> bool:
    """Whether the filter of the options came from settings or rows that are written back."""
    own = any(row.own for row in writer.question.subquestions)
    return own or bool({"array_filter", "array_filter_exclude"} & set(writer.kept))


def _required(writer: ItemWriter) -> None:
    required = writer.item.get("required")
    if required:
        writer.question.mandatory = "Y"
    if required not in (None, True, False, ""):
        writer.note(required, "out_expression", "required")
    if writer.item.get("soft"):
        writer.note("soft", "out_field", "soft")


def _order(writer: ItemWriter) -> None:
    field = "row_order" if writer.item.get("type") in _ROWS else "order"
    if writer.item.get(field) == "random":
        # Older and newer servers have different words for it.
        later = "answer_order" if writer.question.type in "L!OR" else "subquestion_order"
        writer.question.attributes |= {"random_order": "1", later: "random"}
    elif writer.item.get(field) not in (None, "document"):
        writer.note(writer.item[field], "out_field", field)
    if field == "row_order" and writer.item.get("order") not in (None, "document"):
        writer.note(writer.item["order"], "out_field", "order")


def _rows(writer: ItemWriter) -> None:
    """The conditions of rows; those of options have no counterpart on our side."""
    if writer.item.get("type") not in _ROWS:
        return
    for row, part in zip(mappings(writer.item.get("rows")), writer.question.rows(), strict=True):
        script = writer.out.script(row.get("show_if"), writer.where("rows"))
        part.relevance = script or "1"


def _default(writer: ItemWriter) -> None:
    default = writer.item.get("default")
    tag = writer.out.default_language
    if writer.item.get("type") in _ROWS and default:
        writer.note(default, "out_field", "default")
    elif isinstance(default, list):
        _default_boxes(writer, default, tag)
    elif default not in (None, ""):
        writer.question.defaults.append(Default(values={tag: plain(default)}))


def _default_boxes(writer: ItemWriter, codes: list[object], tag: str) -> None:
    boxes = [option for option in writer.written_options(writer.item) if not option.get("other")]
    for option, part in zip(boxes, writer.question.rows(), strict=False):
        if option.get("code") in codes and writer.question.type in ("M", "P"):
            writer.question.defaults.append(Default(sqid=part.qid, values={tag: "Y"}))


def _type_fields(writer: ItemWriter) -> None:
    kind = writer.question.type
    if writer.item.get("unit"):
        _unit(writer)
    if kind in ("N", "K", "D") and writer.item.get("type") != "allocation":
        _bounds(writer)
    elif kind in ("S", "T", "U", "Q", ";") and writer.item.get("type") in ("text", "texts", "battery"):
        _text(writer)
    elif kind == "|":
        _file(writer)
    elif kind == "*":
        _equation(writer)


def _unit(writer: ItemWriter) -> None:
    words = plain_words(writer.item["unit"], writer.out.languages)
    if writer.question.type in ("N", "K"):
        writer.question.words["suffix"] = writer.out.texts(words)
    else:
        writer.note("unit", "out_field", "unit")


def _bounds(writer: ItemWriter) -> None:
    """The least and the greatest value, as numbers, dates or expressions in braces."""
    dated = writer.question.type == "D"
    for field, attribute in zip(("min", "max"), _BOUNDS["date" if dated else "number"], strict=True):
        value = writer.item.get(field)
        if value in (None, ""):
            continue
        text = plain(value)
        if re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) or (dated and re.fullmatch(r"[0-9-]{7,10}", text)):
            ends = "-01" if dated and re.fullmatch(r"[0-9]{4}-[0-9]{2}", text) else ""
            writer.question.attributes[attribute] = f"{text}{ends}"
        elif script := writer.out.script(value, writer.where(field)):
            writer.question.attributes[attribute] = f"{{{script}}}"


def _text(writer: ItemWriter) -> None:
    most, usual = writer.item.get("max_chars"), LONG_TEXT if writer.question.type in LINES else None
    if isinstance(most, int) and most != usual:
        writer.question.attributes["maximum_chars"] = str(most)
    pattern = writer.item.get("pattern")
    if isinstance(pattern, str):
        writer.question.preg = from_pattern(pattern)
    lines = writer.item.get("lines")
    if lines is not None and lines != LINES.get(writer.question.type):
        writer.note(f"lines = {lines}", "out_field", "lines")


def _file(writer: ItemWriter) -> None:
    media, most = str(writer.item.get("media", "any")), writer.item.get("max_mb")
    if media in _MEDIA:
        writer.question.attributes["allowed_filetypes"] = _MEDIA[media]
    if isinstance(most, int):
        writer.question.attributes["max_filesize"] = str(most * 1024)


def _equation(writer: ItemWriter) -> None:
    script = writer.out.script(writer.item.get("calculation"), writer.where("calculation"))
    writer.question.attributes["equation"] = f"{{{script}}}" if script else "{0}"
    if writer.item.get("shown") is not True:
        writer.question.attributes["hidden"] = "1"


def _constraint(writer: ItemWriter) -> None:
    """What must hold of the answer, and what is said where it does not."""
    rows = writer.item.get("type") in _ROWS
    this = Variable(name="" if rows else writer.name, type=writer.type)
    script = writer.out.script(writer.item.get("constraint"), writer.where("constraint"), this)
    if script:
        writer.question.attributes["em_validation_sq" if rows else "em_validation_q"] = script
    message = writer.item.get("constraint_message")
    if message:
        writer.question.words["em_validation_q_tip"] = writer.out.texts(message)
