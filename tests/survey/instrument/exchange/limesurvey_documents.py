"""Instrument documents drawn at random, to be sent to LimeSurvey and back."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

LANGUAGES = ("zh-Hans", "en", "ar")
Draw = Any  # hypothesis gives a function of any type

_WORDS = st.sampled_from(
    [
        *(
            "Plain",
            "**strong** and *weak*",
            "a < b & c > d",
            "{braces} {1}",
            "two\nlines",
            "[link](https://e.org/?a=1&b=2)",
        ),
        *(
            "<b>tag</b>",
            "您满意吗？",
            "“quoted” 'text'",
            "**",
            "a_b_c _x_",
            "5 * 3 * 2",
            "• one\n• two",
            "&amp; &#123;",
            "]]>",
        ),
        *(
            "مرحبا",
            "${first}",
            "${nobody}",
            "  spaced  out ",
            "\\*star\\*",
            "1. a\n2. b",
            "*a **b** c*",
            "x ${first}${first} y",
        ),
    ]
)
_ANY_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20)
_CODES = st.sampled_from(["1", "2", "yes", "A1", "88", "other", "-1", "a.b", "年", "Y", "x+y", "'"])
_ROWS = st.sampled_from(["1", "2", "a", "b_1", "行", "time", "row_with_a_long_name_of_many"])
_CONDITIONS = st.sampled_from(
    [
        *(
            "${first} = '1'",
            "selected(${first}, '2')",
            "${n} > 5 and ${n} <= 10.5",
            "not(${t} = '')",
            "${t} != ''",
        ),
        *(
            "count-selected(${m}) > 1",
            "selected(${m}, 'a') or ${n} + 1 < 3 * (2 - ${n})",
            "true()",
            "false()",
        ),
        *(
            "regex(${t}, '^[a-z]+$')",
            "contains(${t}, 'x.y')",
            "if(${n} > 1, 'a', 'b') = 'a'",
            "string-length(${t}) >= 2",
        ),
        *("number(${first}) >= 2", "${d} > date('2020-01-01')", "once(${n}) = 1", "coalesce(${n}, 0) = 0"),
        *(
            "round(${n} div 3, 1) = 0.3",
            "sum(${n}, 1, 2) mod 2 = 0",
            "${unknown} = 1",
            "context('mode') = 'web'",
        ),
        *(
            "jr:choice-name(${first}, '${first}') = 'x'",
            "-${n} < 0",
            "concat(${t}, 'it''s', \"a\"\"b\") != ''",
            "((",
            "is-answered(${n})",
        ),
        *(
            "(${n} = 1) = (${n} = 2)",
            "${n} - 1 - 1 > 0",
            "${n} - (1 - 1) > 0",
            "mean(${n}, 4) > 1",
            "${c} = 3",
        ),
    ]
)


@st.composite
def words(draw: Draw) -> dict[str, str]:
    """A text in some of the languages."""
    text = st.one_of(_WORDS, _ANY_TEXT)
    return {tag: draw(text) for tag in draw(st.lists(st.sampled_from(LANGUAGES), unique=True))}


@st.composite
def options(draw: Draw, codes: Any = _CODES) -> list[dict[str, Any]]:
    """Options, now and then one of them "other" or exclusive."""
    found = []
    for code in draw(st.lists(codes, min_size=1, max_size=4, unique=True)):
        option: dict[str, Any] = {"code": code, "text": draw(words())}
        for flag in draw(st.lists(st.sampled_from(["other", "exclusive", "missing", "fixed"]), max_size=1)):
            option[flag] = True
        found.append(option)
    return found


@st.composite
def rows(draw: Draw) -> list[dict[str, Any]]:
    """Rows, now and then asked under a condition."""
    found = []
    for code in draw(st.lists(_ROWS, min_size=1, max_size=3, unique=True)):
        row: dict[str, Any] = {"code": code, "text": draw(words())}
        if draw(st.booleans()):
            row["show_if"] = draw(_CONDITIONS)
        found.append(row)
    return found


_MIN = st.one_of(st.none(), st.sampled_from([0, -3, 1.5, "${n}", "${n} + 1"]))


@st.composite
def item(draw: Draw, name: str) -> dict[str, Any]:
    """An item of any type that LimeSurvey can ask, with some of its fields."""
    kind = draw(
        st.sampled_from(
            [
                *(
                    "single",
                    "multi",
                    "scale",
                    "nps",
                    "review",
                    "ranking",
                    "number",
                    "text",
                    "texts",
                    "battery",
                ),
                *(
                    "allocation",
                    "date",
                    "month",
                    "year",
                    "time",
                    "datetime",
                    "duration",
                    "slider",
                    "file",
                    "note",
                ),
                *("consent", "computed", "end", "geopoint", "select_area", "contact"),
            ]
        )
    )
    made: dict[str, Any] = {"id": name, "type": kind, "text": draw(words()), "help": draw(words())}
    made["show_if"] = draw(st.one_of(st.none(), _CONDITIONS))
    made["required"] = draw(st.sampled_from([None, True, "${n} > 1"]))
    made["constraint"] = draw(
        st.sampled_from([None, ". > 3", "regex(., '^a|b$')", ". != ${t}", "count-selected(.) > 1"])
    )
    made["constraint_message"] = draw(words())
    made["soft"] = draw(st.sampled_from([None, True]))
    if kind in ("single", "multi", "scale", "ranking"):
        made["options"] = draw(options())
        made["order"] = draw(st.sampled_from([None, "random", "reversed_half"]))
        made["appearance"] = draw(st.sampled_from([None, "dropdown", "search"]))
        made["min_choices" if kind == "multi" else "min_ranked"] = draw(st.sampled_from([None, 1]))
        made["default"] = (
            draw(st.sampled_from([None, "1"])) if kind != "multi" else draw(st.sampled_from([None, ["1"]]))
        )
    if kind in ("number", "date", "year"):
        made["min"] = draw(_MIN if kind == "number" else st.sampled_from([None, "2020-02-03", 2020, "${d}"]))
        made["form"] = draw(st.sampled_from([None, "integer", "percent"])) if kind == "number" else None
    if kind == "text":
        made |= {
            "lines": draw(st.sampled_from([None, 1, 5, 30])),
            "max_chars": draw(st.sampled_from([None, 10, 5000])),
        }
        made["pattern"] = draw(st.sampled_from([None, "[a-z]+/x", "a|b", "(?i)x", r"\d{2}"]))
    if kind in ("texts", "battery", "allocation"):
        made |= {"rows": draw(rows()), "row_order": draw(st.sampled_from([None, "random"]))}
    if kind == "allocation":
        made["total"] = 100
    if kind == "battery":
        made |= draw(_batteries())
    if kind == "computed":
        made["calculation"] = draw(st.one_of(_CONDITIONS, st.sampled_from(["${n} * 2", "'word'", "today()"])))
        made["shown"] = draw(st.sampled_from([None, True]))
    return {field: value for field, value in made.items() if value is not None}


@st.composite
def _batteries(draw: Draw) -> dict[str, Any]:
    of = draw(st.sampled_from(["scale", "single", "multi", "number", "text"]))
    made: dict[str, Any] = {"of": of}
    if of in ("scale", "single", "multi"):
        made["options"] = draw(options())
    if draw(st.booleans()):
        made["columns"] = [
            {"code": code, "text": draw(words())}
            for code in draw(st.sampled_from([["p"], ["p", "q"], ["1", "2", "3"]]))
        ]
    if of == "number":
        made |= {
            "min": draw(st.sampled_from([None, 0])),
            "max": draw(st.sampled_from([None, 7])),
            "form": draw(st.sampled_from([None, "integer"])),
        }
    return made


_BASIS = [
    {
        "id": "first",
        "type": "single",
        "text": {"en": "First"},
        "options": [{"code": "1", "text": {}}, {"code": "2", "text": {}}],
    },
    {"id": "n", "type": "number", "text": {"en": "Number"}},
    {"id": "t", "type": "text", "text": {"en": "Text"}},
    {"id": "d", "type": "date", "text": {"en": "Day"}},
    {
        "id": "m",
        "type": "multi",
        "text": {"en": "Many"},
        "options": [{"code": "a", "text": {}}, {"code": "b", "text": {}}],
    },
    {"id": "c", "type": "computed", "calculation": "${n} + 1", "value": "number"},
]


@st.composite
def documents(draw: Draw) -> dict[str, Any]:
    """A whole document; its first section holds what the conditions look at."""
    names = st.sampled_from(["q1", "Q_2", "题", "a-b", "lang", "x" * 30, "n2", "q1x"])
    questions = [draw(item(name)) for name in draw(st.lists(names, unique=True, max_size=4))]
    second: dict[str, Any] = {
        "id": draw(st.sampled_from(["B", "g7", "g1"])),
        "title": draw(words()),
        "questions": questions,
    }
    second |= {"intro": draw(words()), "shuffle": draw(st.booleans())}
    if draw(st.booleans()):
        second["show_if"] = draw(_CONDITIONS)
    quota = {
        "code": "q1",
        "title": {"en": "Quota"},
        "limit": 3,
        "where": draw(_CONDITIONS),
        "message": draw(words()),
    }
    return {
        "schema": "minyi/instrument/2",
        "id": draw(st.sampled_from(["ls5", "residents"])),
        "title": draw(words()),
        "languages": list(LANGUAGES),
        "default_language": draw(st.sampled_from(LANGUAGES)),
        "consent": draw(words()),
        "closing": draw(words()),
        "sections": [{"id": "A", "title": {"en": "Basis"}, "questions": _BASIS}, second],
        "quotas": [quota],
    }
