"""XLSForms as people really write them: made here, in the shapes that come out of WPS, Excel and scripts."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from datetime import date, time
from typing import Any

from openpyxl import Workbook

Rows = Sequence[Sequence[object]]


def workbook(survey: Rows, choices: Rows = (), settings: Rows = (), **others: Rows) -> bytes:
    """The sheets as .xlsx; an empty sheet is left out."""
    book = Workbook()
    book.remove(book.active)
    named = {"survey": survey, "choices": choices, "settings": settings, **others}
    for name, rows in named.items():
        if rows:
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
    return saved(book)


def saved(book: Any) -> bytes:
    """A workbook of openpyxl as bytes."""
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def csv_form(text: str, encoding: str = "utf-8") -> bytes:
    """A form written as CSV in this file, one row a line."""
    return "\r\n".join(line.strip() for line in text.strip().splitlines()).encode(encoding)


YES_NO: Rows = [["list_name", "name", "label"], ["yn", "yes", "Yes"], ["yn", "no", "No"]]


def chinese() -> bytes:
    """Chinese headings and names, full-width signs in expressions."""
    return workbook(
        [
            ["类型", "名称", "标签::中文", "标签::English (en)", "必填", "显示条件", "约束"],
            ["select_one 是否", "办过事", "您办过事吗？", "Did you visit?", "yes", None, None],
            ["integer", "次数", "去了几次？", "How often?", None, "${办过事} ＝ 'shi'", ". > 0"],
        ],
        [
            ["选项表", "代码", "标签::中文", "标签::English (en)"],
            ["是否", "shi", "是", "Yes"],
            ["是否", "fou", "否", "No"],
        ],
        [["标题", "编号", "默认语言"], ["办事调查", "banshi", "中文"]],
    )


def spaces() -> bytes:
    """Trailing and non-breaking spaces everywhere, mixed case in types."""
    return workbook(
        [
            [" type ", "name\u00a0", "label ", "Required", "relevant "],
            ["Select_One  yn ", " a ", "A\u00a0?", "Yes ", None],
            ["TEXT", "b\u00a0", " B ", "no", " ${a}\u00a0=\u00a0'yes' "],
            ["Begin Group", "g", "G", None, None],
            ["INTEGER", "c", "C", None, None],
            ["End_Group", None, None, None, None],
        ],
        YES_NO,
    )


def numbers() -> bytes:
    """Numbers, booleans and dates as cell values."""
    return workbook(
        [
            ["type", "name", "label", "required", "default", "constraint"],
            ["select_one n", "a", 1, True, 2, None],
            ["integer", "b", 2.5, False, 3.0, ". < 10"],
            ["date", "c", date(2026, 1, 2), None, date(2026, 5, 1), None],
            ["time", "d", "D", None, time(8, 30), None],
            ["decimal", "e", "E", None, 1.25, None],
        ],
        [["list_name", "name", "label"], ["n", 1, "one"], ["n", 2.0, "two"], ["n", 3.5, 3]],
        [["form_title", "version"], ["Numbers", 20260101]],
    )


def smart_quotes() -> bytes:
    """Expressions that a word processor has been at."""
    return workbook(
        [
            ["type", "name", "label", "relevant", "calculation"],
            ["select_one yn", "a", "A", None, None],
            ["text", "b", "B", "${a} = ‘yes’", None],
            ["calculate", "c", None, None, "if(${a} = “yes”, 1, 0)"],
        ],
        YES_NO,
    )


def old_words() -> bytes:
    """The types of ten years ago."""
    return workbook(
        [
            ["type", "name", "label"],
            ["select one from yn", "a", "A"],
            ["select_multiple yn or specify other", "b", "B"],
            ["select all that apply from yn", "c", "C"],
            ["add text prompt", "d", "D"],
            ["q int", "e", "E"],
            ["phone number", "f", "F"],
            ["get start time", "g", None],
            ["begin looped group", "h", "H"],
            ["string", "i", "I"],
            ["end looped group", None, None],
        ],
        [["list name", "name", "caption"], ["yn", "yes", "Yes"], ["yn", "no", "No"]],
    )


def many_empty_rows() -> bytes:
    """16,000 formatted rows without content, and a far-away cell with a space."""
    book = Workbook()
    sheet = book.active
    sheet.title = "survey"
    for row in [["type", "name", "label"], ["text", "a", "A"]]:
        sheet.append(row)
    for number in range(3, 16_000):
        sheet.cell(number, 1).number_format = "0.00"
    sheet.cell(16_001, 1, "note")
    sheet.cell(16_001, 2, "b")
    sheet.cell(16_001, 3, "B")
    sheet.cell(16_002, 200, " ")
    return saved(book)


def merged_and_hidden() -> bytes:
    """Merged cells, a hidden sheet, sheets that belong to the author alone."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Survey "
    for row in [["type", "name", "label"], ["begin_group", "g", "Group"], ["text", "a", "A"], ["end_group"]]:
        sheet.append(row)
    sheet.merge_cells("C2:E2")
    for name, state in (("notes", "hidden"), ("old survey", "veryHidden")):
        other = book.create_sheet(name)
        other.append(["type", "name", "label"])
        other.append(["nonsense", "1 bad", ""])
        other.sheet_state = state
    return saved(book)


def nested() -> bytes:
    """Groups in groups, questions after an inner group, a repeat inside, the same name twice in other groups."""
    return workbook(
        [
            ["type", "name", "label", "relevant", "repeat_count", "appearance"],
            ["text", "before", "Before", None, None, None],
            ["begin_group", "outer", "Outer", None, None, None],
            ["select_one yn", "a", "A", None, None, None],
            ["begin_group", "inner", "Inner", "${a} = 'yes'", None, "field-list"],
            ["integer", "n", "N", None, None, None],
            ["end_group", None, None, None, None, None],
            ["text", "between", "Between", None, None, None],
            ["begin_repeat", "child", "Child", None, "${n}", None],
            ["text", "before", "Name", None, None, None],
            ["end_repeat", None, None, None, None, None],
            ["text", "last", "Last", None, None, None],
            ["end_group", None, None, None, None, None],
            ["note", "thanks", "Thanks", None, None, None],
        ],
        YES_NO,
    )


def markup() -> bytes:
    """Script and markup in every text."""
    return workbook(
        [
            ["type", "name", "label", "hint", "constraint", "constraint_message"],
            [
                "text",
                "a",
                "<script>alert(1)</script>Hello <b>you</b>",
                '<img src=x onerror="alert(1)">',
                ". != ''",
                "<svg/onload=alert(1)>",
            ],
            [
                "note",
                "b",
                "[click](javascript:alert(1)) **bold** <a href='https://example.org'>here</a>",
                None,
            ],
        ],
        settings=[["form_title"], ["<iframe src=//x></iframe>Title"]],
    )


def paths() -> bytes:
    """References as paths, and what only an XPath engine knows."""
    return workbook(
        [
            ["type", "name", "label", "relevant", "constraint"],
            ["begin_group", "g", "G", None, None],
            ["integer", "a", "A", None, None],
            ["integer", "b", "B", "../a > 3", ". > ../a"],
            ["integer", "c", "C", "/data/g/a > 3", "current()/. > 2"],
            ["end_group", None, None, None, None],
        ]
    )


def grids() -> bytes:
    """A label row with list-nolabel rows between other questions, a table-list, one that is too much for a grid."""
    return workbook(
        [
            ["type", "name", "label", "appearance", "required", "constraint", "hint"],
            ["begin_group", "g", "G", "field-list", None, None, None],
            ["text", "t", "T", None, None, None, None],
            ["select_one yn", "h", "How about", "label", None, None, "Say"],
            ["select_one yn", "h_roads", "Roads", "list-nolabel", "yes", None, None],
            ["select_one yn", "parks", "Parks", "list-nolabel", "yes", None, None],
            ["text", "u", "U", None, None, None, None],
            ["end_group", None, None, None, None, None, None],
            ["begin_group", "tl", "Table", "table-list", None, None, "Hint"],
            ["select_multiple yn", "x", "X", None, None, None, None],
            ["select_multiple yn", "y", "Y", None, None, None, "row hint"],
            ["end_group", None, None, None, None, None, None],
            ["begin_group", "odd", "Odd", "field-list", None, None, None],
            ["select_one yn", "oh", "Head", "label", None, None, None],
            ["select_one yn", "o1", "One", "list-nolabel", "yes", None, None],
            ["select_one yn", "o2", "Two", "list-nolabel", None, "selected(., 'yes')", None],
            ["end_group", None, None, None, None, None, None],
        ],
        YES_NO,
    )


def every_column() -> bytes:
    """Columns that nobody here knows, media, triggers, parameters, settings of other platforms."""
    return workbook(
        [
            [
                "type",
                "name",
                "label",
                "guidance_hint",
                "read_only",
                "parameters",
                "trigger",
                "media::image",
                "bind::foo",
                "notes",
            ],
            ["range", "r", "R", "Look twice", None, "start=0 end=100 step=10", None, None, None, "mine"],
            ["select_one yn", "s", "S", None, "yes", "randomize=true, seed=42", "${r}", "a.png", "bar", None],
            ["image", "i", "I", None, None, "max-pixels=1000", None, None, None, None],
            ["select_one cities", "c", "C", None, None, None, None, None, None, None],
        ],
        [
            ["list_name", "name", "label", "image", "province", "Notes for me"],
            ["yn", "yes", "Yes", "y.png", None, None],
            ["yn", "no", "No", None, None, "check"],
            ["cities", "a b", "A B", None, "p1", None],
            ["cities", "c@d", "C D", None, "p2", None],
        ],
        [
            ["form_title", "form_id", "style", "public_key", "instance_name"],
            ["T", "f.1", "pages", "k" * 3000, "x"],
        ],
    )


def languages() -> bytes:
    """A language with a heading in three spellings, one that has no tag, one without a name."""
    return workbook(
        [
            [
                "type",
                "name",
                "label",
                "label::English (en)",
                "label::Klingonish",
                "hint::english (EN)",
                "hint::ئۇيغۇرچە",
            ],
            ["text", "a", "Plain", "English", "tlh", "Hint", "ug"],
            ["text", "b", None, "Only English", None, None, None],
        ]
    )


GOOD: dict[str, Callable[[], bytes]] = {
    made.__name__: made
    for made in (
        *(chinese, spaces, numbers, smart_quotes, old_words, many_empty_rows, merged_and_hidden, nested),
        *(markup, paths, grids, every_column, languages),
    )
}

_TEXT = ["text", "a", "A"]
_HEAD = ["type", "name", "label"]

# What no form may hold: the sheets, then sheet, row and code of the refusal.
BAD: dict[str, tuple[bytes, str | None, int | None, str]] = {
    "duplicate heading": (workbook([[*_HEAD, "Label "], [*_TEXT, "B"]]), "survey", 1, "header_duplicate"),
    "no survey": (workbook([], YES_NO), None, None, "sheet_missing"),
    "no type heading": (workbook([["kind", "name", "label"], _TEXT]), "survey", 1, "header_missing"),
    "nothing asked": (workbook([_HEAD, ["start", "start", None]]), "survey", None, "survey_empty"),
    "no type": (workbook([_HEAD, _TEXT, [None, "b", "B"]]), "survey", 3, "row_no_type"),
    "unknown type": (workbook([_HEAD, ["selct_one yn", "b", "B"]], YES_NO), "survey", 2, "row_unknown_type"),
    "no name": (workbook([_HEAD, _TEXT, ["text", None, "B"]]), "survey", 3, "row_no_name"),
    "group without name": (
        workbook([_HEAD, ["begin group", None, "G"], _TEXT, ["end group"]]),
        "survey",
        2,
        "row_no_name",
    ),
    "bad name": (workbook([_HEAD, ["text", "1 a", "A"]]), "survey", 2, "row_bad_name"),
    "name twice": (workbook([_HEAD, _TEXT, ["note", "a", "B"]]), "survey", 3, "row_duplicate_name"),
    "no list": (workbook([_HEAD, ["select_one", "a", "A"]], YES_NO), "survey", 2, "row_no_list"),
    "unknown list": (workbook([_HEAD, ["select_one ny", "a", "A"]], YES_NO), "survey", 2, "row_unknown_list"),
    "unknown list of a loop": (
        workbook([_HEAD, ["begin loop over z", "l", "L"], _TEXT, ["end loop"]]),
        "survey",
        2,
        "row_unknown_list",
    ),
    "list in a file": (
        workbook([_HEAD, ["select_one_from_file x.csv", "a", "A"]]),
        "survey",
        2,
        "row_list_file",
    ),
    "list of answers": (
        workbook([_HEAD, ["text", "p", "P"], ["select_one ${p}", "a", "A"]], YES_NO),
        "survey",
        3,
        "row_dynamic_list",
    ),
    "no calculation": (workbook([_HEAD, _TEXT, ["calculate", "c", "C"]]), "survey", 3, "row_no_calculation"),
    "no label": (workbook([_HEAD, _TEXT, ["integer", "n", None]]), "survey", 3, "row_no_label"),
    "never ended": (workbook([_HEAD, ["begin group", "g", "G"], _TEXT]), "survey", 2, "row_begin_unmatched"),
    "never begun": (workbook([_HEAD, _TEXT, ["end repeat"]]), "survey", 3, "row_end_unmatched"),
    "crossed": (
        workbook([_HEAD, ["begin group", "g", "G"], _TEXT, ["end repeat"], ["end group"]]),
        "survey",
        4,
        "row_end_unmatched",
    ),
    "unknown reference": (
        workbook([[*_HEAD, "relevant"], _TEXT, ["text", "b", "B", "${aa} = 1"]]),
        "survey",
        3,
        "row_unknown_reference",
    ),
    "two of a name": (
        workbook(
            [
                _HEAD,
                ["begin group", "g", "G"],
                _TEXT,
                ["end group"],
                ["begin group", "h", "H"],
                _TEXT,
                ["end group"],
                ["note", "n", "You said ${a}"],
            ]
        ),
        "survey",
        8,
        "row_ambiguous_reference",
    ),
    "bad parameter": (
        workbook([[*_HEAD, "parameters"], ["range", "r", "R", "start 1"]]),
        "survey",
        2,
        "row_bad_parameter",
    ),
    "choice without name": (
        workbook([_HEAD, _TEXT], [*YES_NO, ["yn", None, "C"]]),
        "choices",
        4,
        "choice_no_name",
    ),
    "choice twice": (
        workbook([_HEAD, _TEXT], [*YES_NO, ["yn", "no", "C"]]),
        "choices",
        4,
        "choice_duplicate",
    ),
    "space in a multiple choice": (
        workbook([_HEAD, ["select_multiple yn", "a", "A"]], [*YES_NO, ["yn", "not sure", "C"]]),
        "survey",
        2,
        "choice_space",
    ),
}
