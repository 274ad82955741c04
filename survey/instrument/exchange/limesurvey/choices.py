"""Reads the question types that are answered by choosing: lists, boxes, points, rankings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from survey.instrument.exchange.limesurvey.carry import keep
from survey.instrument.exchange.limesurvey.filters import choice_filter
from survey.instrument.exchange.limesurvey.item import Fields, ItemReader, is_ls_row, without_empty
from survey.instrument.exchange.limesurvey.names import option_code, row_code
from survey.instrument.exchange.limesurvey.rewrite import rewrite_value
from survey.instrument.exchange.limesurvey.script import ScriptError
from survey.instrument.exchange.limesurvey.variables import comment_name, other_code
from survey.instrument.exchange.limesurvey.words import built_in
from survey.instrument.exchange.limesurvey.written import quote, to_number

# The fixed answers of types that list none, by code.
FIXED: Mapping[str, Mapping[str, str]] = {
    "Y": {"Y": "yes", "N": "no"},
    "G": {"F": "female", "M": "male"},
    "C": {"Y": "yes", "U": "uncertain", "N": "no"},
    "E": {"I": "increase", "S": "same", "D": "decrease"},
}
POINTS = {"5": 5, "A": 5, "B": 10}


def fixed_options(kind: str, languages: Sequence[str]) -> list[Fields]:
    """The options of a type whose answers are always the same."""
    if kind in POINTS:
        numbers = (str(point) for point in range(1, POINTS[kind] + 1))
        return [{"code": number, "text": dict.fromkeys(languages, number)} for number in numbers]
    return [{"code": code, "text": built_in(word, languages)} for code, word in FIXED[kind].items()]


def read_list(reader: ItemReader) -> list[Fields]:
    """L, !: one of a list of answers."""
    return [reader.finish(_list_item(reader))]


def read_list_with_comment(reader: ItemReader) -> list[Fields]:
    """O: one of a list of answers, and a text beside it."""
    item = _list_item(reader)
    if reader.attributes.flag("use_dropdown"):
        item["appearance"] = "dropdown"
    reader.pattern_constraint()
    comment = without_empty(
        {
            "id": comment_name(reader.name),
            "type": "text",
            "text": _comment_words(reader),
            "show_if": item.get("show_if"),
            "lines": 3,
            "foreign": {"limesurvey": {"part": "comment", "of": reader.question.qid}},
        }
    )
    return [reader.finish(item), comment]


def _comment_words(reader: ItemReader) -> dict[str, str]:
    question = reader.words(reader.question.texts, "text")
    return {**question, **built_in("comment", reader.languages)}


def _list_item(reader: ItemReader) -> Fields:
    question = reader.question
    defaults = reader.defaults()
    default = defaults.pop(("0", 0), "")
    reader.lose_other_defaults(defaults)
    options = reader.options()
    shuffled = is_shuffled(reader)
    if question.other and question.type in ("L", "!"):
        members = options.get("options") or reader.carry.lists.get(options.get("list", ""), [])
        members.append(_other(reader, fixed=shuffled))
        options = options or {"options": members}
    return reader.item(
        "single",
        **options,
        appearance="dropdown" if question.type == "!" else None,
        order="random" if shuffled else None,
        choice_filter=choice_filter(reader, (), other_code(question) if question.other else None),
        default=option_code(default, fallback="") if default else None,
    )


def _other(reader: ItemReader, *, fixed: bool) -> Fields:
    """The answer "other", which opens a text."""
    words = reader.words(reader.attributes.take_words("other_replace_text", reader.languages), "options")
    option: Fields = {
        "code": other_code(reader.question),
        "text": {**built_in("other", reader.languages), **words},
        "other": True,
    }
    return {**option, "fixed": True} if fixed else option


def is_shuffled(reader: ItemReader) -> bool:
    """Whether the options come in random order; older and newer files say it in different words."""
    taken = reader.attributes.flag("random_order")
    names = ["subquestion_order"] if reader.question.type in "MPABCEFHKQ1:;" else ["answer_order"]
    for name in names:
        if reader.attributes.peek(name) == "random":
            reader.attributes.take(name)
            taken = True
    return taken


def read_fixed(reader: ItemReader) -> list[Fields]:
    """Y, G: one of answers that the file does not list."""
    return [reader.finish(_fixed_item(reader, "single"))]


def read_points(reader: ItemReader) -> list[Fields]:
    """5: a rating from 1 to 5."""
    return [reader.finish(_fixed_item(reader, "scale"))]


def _fixed_item(reader: ItemReader, kind: str) -> Fields:
    defaults = reader.defaults()
    default = defaults.pop(("0", 0), None)
    reader.lose_other_defaults(defaults)
    return reader.item(kind, options=fixed_options(reader.question.type, reader.languages), default=default)


def read_language(reader: ItemReader) -> list[Fields]:
    """I: the language of the respondent; here every page can switch, so it is an ordinary choice."""
    reader.note("I", "language_switch")
    languages = reader.languages
    options = [{"code": tag, "text": dict.fromkeys(languages, tag)} for tag in languages]
    return [reader.finish(reader.item("single", options=options, appearance="dropdown"))]


def read_boxes(reader: ItemReader) -> list[Fields]:
    """M: any of several boxes; P: with a text beside each."""
    question = reader.question
    shuffled = is_shuffled(reader)
    conditions: list[tuple[str, str]] = []
    options = _box_options(reader, conditions)
    if question.other:
        options.append(_other(reader, fixed=shuffled))
    defaults = reader.defaults()
    ticked = _default_boxes(reader, defaults)
    reader.lose_other_defaults(defaults)
    reader.pattern_constraint()
    item = reader.item(
        "multi",
        **reader.as_list(options),
        order="random" if shuffled else None,
        default=ticked,
        choice_filter=choice_filter(reader, conditions, other_code(question) if question.other else None),
        **limits(reader, "min_choices", "max_choices"),
    )
    items = [reader.finish(item)]
    return [*items, _box_comments(reader, item, options)] if question.type == "P" else items


def _box_options(reader: ItemReader, conditions: list[tuple[str, str]]) -> list[Fields]:
    """The boxes; those with a condition of their own are added to ``conditions``."""
    alone = {title.strip() for title in reader.attributes.take("exclude_all_others").split(";")}
    found = []
    for at, box in enumerate(reader.question.rows(), start=1):
        code = option_code(box.title, fallback=f"o{at}")
        option: Fields = {"code": code, "text": reader.words(box.texts, "options")}
        kept: Fields = {}
        if box.title.strip() in alone:
            option["exclusive"] = True
        if box.title.strip() and (code != box.title or not is_ls_row(code)):
            kept["title"] = box.title
            if code != box.title.strip():
                reader.note(box.title, "renamed", "options")
        if box.relevance != "1":
            condition = reader.carry.condition(
                box.relevance,
                reader.where("options"),
                reader.place,
                {},
                key="relevance",
                lost="option_relevance",
            )
            keep(kept, "relevance", box.relevance)
            conditions += [(code, condition)] if condition else []
        if kept:
            option["foreign"] = {"limesurvey": kept}
        found.append(option)
    return found


def _default_boxes(reader: ItemReader, defaults: dict[tuple[str, int], str]) -> list[str] | None:
    """The boxes that are ticked from the beginning."""
    ticked = []
    for at, box in enumerate(reader.question.rows(), start=1):
        if defaults.get((box.qid, 0)) == "Y":
            del defaults[box.qid, 0]
            ticked.append(option_code(box.title, fallback=f"o{at}"))
    return ticked or None


def _box_comments(reader: ItemReader, item: Fields, options: Sequence[Fields]) -> Fields:
    """The texts beside the boxes: each is asked where its box is ticked."""
    rows = []
    titles = [box.title for box in reader.question.rows()]
    for at, option in enumerate(options):
        code = row_code(titles[at], fallback=f"r{at + 1}") if at < len(titles) else option["code"]
        shown = f"selected(${{{reader.name}}}, {quote(option['code'])})"
        rows.append({"code": code, "text": option["text"], "show_if": shown})
    return without_empty(
        {
            "id": comment_name(reader.name),
            "type": "texts",
            "text": _comment_words(reader),
            "show_if": item.get("show_if"),
            "rows": rows,
            "foreign": {"limesurvey": {"part": "comment", "of": reader.question.qid}},
        }
    )


def read_ranking(reader: ItemReader) -> list[Fields]:
    """R: answers put in order."""
    shuffled = is_shuffled(reader)
    options = reader.options()
    found = limits(reader, "min_ranked", "max_ranked")
    columns = reader.attributes.take("max_subquestions")
    if columns.isdigit() and int(columns) > 0:
        most = found.get("max_ranked")
        if most is None or int(columns) < most:
            found["max_ranked"] = int(columns)
        if most is not None:
            reader.attributes.give_back("max_subquestions", columns)
    defaults = reader.defaults()
    reader.lose_other_defaults(defaults)
    item = reader.item(
        "ranking",
        **options,
        order="random" if shuffled else None,
        choice_filter=choice_filter(reader, (), None),
        **found,
    )
    return [reader.finish(item)]


def limits(reader: ItemReader, least: str, most: str) -> Fields:
    """How many may be chosen: whole numbers are fields, anything else is part of the constraint."""
    found: Fields = {}
    for attribute, field, sign in (("min_answers", least, ">="), ("max_answers", most, "<=")):
        value = reader.attributes.take(attribute)
        if value.isdigit() and len(value) < 9:
            found[field] = int(value)
        elif value:
            _computed_limit(reader, attribute, value, sign)
    return found


def _computed_limit(reader: ItemReader, attribute: str, value: str, sign: str) -> None:
    reader.attributes.give_back(attribute, value)
    try:
        written = to_number(rewrite_value(value.strip("{}"), reader.place))
    except ScriptError as error:
        reader.note(value, error.reason, attribute)
        return
    reader.constraints.append(f"count-selected(.) {sign} {written.text}")
