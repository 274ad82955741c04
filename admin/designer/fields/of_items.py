"""The table of the fields of items: how each is asked for, whichever types have it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from admin.designer.fields.spec import CODE, TEXT, Column, FieldSpec, by_name
from admin.designer.fields.spec import spec as _spec

_OPTION_COLUMNS = (
    CODE,
    TEXT,
    Column(name="exclusive", kind="flag", label=_l("excludes all others")),
    Column(name="other", kind="flag", label=_l("“other”, with a text")),
    Column(name="missing", kind="flag", label=_l("a missing code, such as “don't know”")),
    Column(name="fixed", kind="flag", label=_l("keeps its place")),
    Column(name="screen_out", kind="flag", label=_l("ends the interview")),
)
_ROW_COLUMNS = (
    CODE,
    TEXT,
    Column(name="show_if", kind="condition", label=_l("Asked if")),
)
_COLUMN_COLUMNS = (
    CODE,
    TEXT,
    Column(name="list", kind="line", label=_l("List")),
    Column(name="scale", kind="line", label=_l("Scale")),
    Column(name="options", kind="lines", label=_l("Options of its own, one a line")),
)


ITEM_FIELDS: Mapping[str, FieldSpec] = by_name(
    _spec(
        "id",
        "line",
        _l("Code"),
        _l(
            "A letter, then letters, digits, _ or -. It names the variable, so it stays when the wording changes."
        ),
    ),
    _spec(
        "text",
        "prose",
        _l("Text"),
        _l("${code} puts in an earlier answer; **strong** and *emphasis* may be used."),
    ),
    _spec("help", "prose", _l("Help"), _l("Shown below the text, for everybody.")),
    _spec("label", "words", _l("Label of the turn")),
    # how it is answered
    _spec(
        "of",
        "choice",
        _l("Each row is"),
        part="answer",
        choices=(
            ("scale", _l("a scale")),
            ("single", _l("one choice")),
            ("multi", _l("several choices")),
            ("number", _l("a number")),
            ("text", _l("a text")),
        ),
    ),
    _spec("rows", "table", _l("Rows"), part="answer", columns=_ROW_COLUMNS),
    _spec("columns", "table", _l("Columns"), part="answer", columns=_COLUMN_COLUMNS),
    _spec("scale", "choice", _l("Shared scale"), part="answer", source="scales"),
    _spec("list", "choice", _l("Shared list"), part="answer", source="lists"),
    _spec("options", "table", _l("Options"), part="answer", columns=_OPTION_COLUMNS),
    _spec("na", "flag", _l("Offer “does not apply”"), part="answer"),
    _spec(
        "appearance",
        "choice",
        _l("Appearance"),
        part="answer",
        choices=(
            ("radio", _l("one below the other")),
            ("dropdown", _l("drop-down list")),
            ("search", _l("list with a search field")),
            ("likert", _l("side by side, from 40em")),
        ),
    ),
    _spec(
        "order",
        "choice",
        _l("Order of the options"),
        part="answer",
        choices=(
            ("document", _l("as written")),
            ("random", _l("at random for each person")),
            ("reversed_half", _l("reversed for half of the people")),
        ),
    ),
    _spec(
        "row_order",
        "choice",
        _l("Order of the rows"),
        part="answer",
        choices=(("document", _l("as written")), ("random", _l("at random for each person"))),
    ),
    _spec("low", "words", _l("Words at the lowest end"), part="answer"),
    _spec("high", "words", _l("Words at the highest end"), part="answer"),
    _spec(
        "form",
        "choice",
        _l("Form of the number"),
        part="answer",
        choices=(
            ("integer", _l("whole number")),
            ("decimal", _l("decimal number")),
            ("percent", _l("percentage")),
            ("money", _l("amount of money")),
        ),
    ),
    _spec("decimals", "bound", _l("Decimal places"), part="answer"),
    _spec("unit", "words", _l("Unit"), _l("For example: minutes, people, yuan."), part="answer"),
    _spec("currency", "line", _l("Currency"), _l("Three letters, such as CNY."), part="answer"),
    _spec("total", "bound", _l("Total to be shared out"), part="answer"),
    _spec("step", "bound", _l("Step"), part="answer"),
    _spec(
        "units",
        "many",
        _l("Units asked for"),
        part="answer",
        choices=(("hours", _l("hours")), ("minutes", _l("minutes"))),
    ),
    _spec("max_chars", "bound", _l("Characters at most"), part="answer"),
    _spec("lines", "bound", _l("Lines of the field"), _l("1 for a short text."), part="answer"),
    _spec(
        "format",
        "choice",
        _l("What the text is"),
        part="answer",
        choices=(
            ("plain", _l("any text")),
            ("email", _l("an e-mail address")),
            ("phone", _l("a telephone number")),
            ("url", _l("a web address")),
        ),
    ),
    _spec(
        "level",
        "choice",
        _l("Level of the area"),
        part="answer",
        choices=(("county", _l("county")), ("city", _l("city"))),
    ),
    _spec("cascade", "flag", _l("Choose the city first, then the county"), part="answer"),
    _spec(
        "fields",
        "many",
        _l("Asked for"),
        part="answer",
        choices=(
            ("name", _l("name")),
            ("phone", _l("telephone")),
            ("email", _l("e-mail")),
            ("address", _l("address")),
        ),
    ),
    _spec(
        "purpose",
        "prose",
        _l("What the contact is for"),
        _l(
            "People read this before they give an address; it goes to the contact store, never to the answers."
        ),
        part="answer",
    ),
    _spec(
        "media",
        "choice",
        _l("Kind of file"),
        part="answer",
        choices=(
            ("image", _l("photo or picture")),
            ("document", _l("document")),
            ("any", _l("any")),
        ),
    ),
    _spec("max_mb", "bound", _l("Megabytes at most"), part="answer"),
    _spec(
        "precision",
        "choice",
        _l("Precision of the place"),
        part="answer",
        choices=(("county", _l("county only")), ("exact", _l("exact, where the plan says so"))),
    ),
    _spec(
        "calculation", "condition", _l("Calculation"), _l("An expression such as ${a} + ${b}."), part="answer"
    ),
    _spec(
        "value",
        "choice",
        _l("The result is"),
        part="answer",
        choices=(
            ("number", _l("a number")),
            ("text", _l("a text")),
            ("date", _l("a date")),
            ("bool", _l("yes or no")),
        ),
    ),
    _spec("shown", "flag", _l("Show the result"), part="answer"),
    _spec("screen_out", "flag", _l("Screens the person out"), part="answer"),
    _spec("module", "choice", _l("Module"), part="answer", source="modules"),
    _spec("max_units", "bound", _l("Units to be rated at most"), part="answer"),
    _spec(
        "prefill",
        "choice",
        _l("Filled in beforehand"),
        part="answer",
        choices=(("frame", _l("from the register")),),
    ),
    _spec("default", "line", _l("Filled in at first"), part="answer"),
    _spec("read_only", "flag", _l("Shown, not to be changed"), part="answer"),
    _spec("interviewer_note", "prose", _l("Note for the interviewer"), part="answer"),
    # when it is asked
    _spec(
        "show_if",
        "condition",
        _l("Asked if"),
        _l("Everybody is asked where this is empty. Example: ${A1} = 'yes' and ${A2} > 3"),
        part="when",
    ),
    _spec(
        "choice_filter",
        "condition",
        _l("Options offered if"),
        _l("Bare names are columns of the list, ${code} is an earlier answer. Example: county = ${A4}"),
        part="when",
    ),
    # what is accepted
    _spec("required", "needed", _l("Needed"), part="check"),
    _spec("required_message", "words", _l("Message where it is missing"), part="check"),
    _spec("min_choices", "bound", _l("Choices at least"), part="check"),
    _spec("max_choices", "bound", _l("Choices at most"), part="check"),
    _spec("min_ranked", "bound", _l("Places at least"), part="check"),
    _spec("max_ranked", "bound", _l("Places at most"), part="check"),
    _spec("min", "bound", _l("Lowest"), _l("A value, or an expression."), part="check"),
    _spec("max", "bound", _l("Highest"), _l("A value, or an expression."), part="check"),
    _spec(
        "pattern", "line", _l("Pattern"), _l("A regular expression (RE2) for the whole text."), part="check"
    ),
    _spec("pattern_message", "words", _l("Message where the pattern does not fit"), part="check"),
    _spec(
        "constraint",
        "condition",
        _l("Accepted if"),
        _l("A dot stands for the answer. Example: . >= 18"),
        part="check",
    ),
    _spec("constraint_message", "words", _l("Message where it is not accepted"), part="check"),
    _spec("soft", "flag", _l("The person may confirm and go on"), part="check"),
    # for the analysis
    _spec("criterion", "line", _l("Criterion"), part="analysis"),
    _spec("weight", "bound", _l("Weight within its section"), part="analysis"),
    _spec("integrity", "flag", _l("Checks attention or honesty"), part="analysis"),
    _spec("quasi_identifier", "flag", _l("Could help to recognise a person"), part="analysis"),
    _spec("private", "flag", _l("Never published"), part="analysis"),
    _spec("groups", "names", _l("Only for these evaluator groups"), part="analysis"),
    _spec("sdg_16_6_2", "flag", _l("Counts for SDG indicator 16.6.2"), part="analysis"),
    _spec(
        "was",
        "line",
        _l("Code in the version before"),
        _l("Filled in by itself when a code changes; the series of the variable goes on."),
        part="analysis",
    ),
    _spec("note", "line", _l("Note for colleagues"), part="analysis"),
)
