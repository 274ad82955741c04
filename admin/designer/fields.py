"""Home of the table of fields: how each field of a document, section or item is asked for in the designer.

Which fields an item type has is the engine's business (``survey/instrument/item_types.py``). A field that is not in
this table is shown as plain data, so that a new type works here before anybody writes a line about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _l

from survey.instrument.item_types import ITEM_TYPES, MODES

Pairs = tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a table of members: options, rows, quotas."""

    name: str
    kind: str
    label: object
    choices: Pairs = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSpec:
    """How one field is asked for. ``part`` is the heading it stands under."""

    name: str
    kind: str
    label: object
    hint: object = ""
    part: str = "content"
    choices: Pairs = ()
    columns: tuple[Column, ...] = ()
    source: str = ""
    """Where choices come from that depend on the document or the platform: items, lists, scales …"""


PARTS: Mapping[str, object] = {
    "content": _l("What is asked"),
    "answer": _l("How it is answered"),
    "when": _l("When it is asked"),
    "check": _l("What is accepted"),
    "analysis": _l("For the analysis"),
    "rules": _l("Consent, order and closing"),
    "legal": _l("Legal marks and departments"),
    "more": _l("Other fields"),
}

_OPTION_COLUMNS = (
    Column(name="code", kind="line", label=_l("Code")),
    Column(name="text", kind="words", label=_l("Text")),
    Column(name="exclusive", kind="flag", label=_l("excludes all others")),
    Column(name="other", kind="flag", label=_l("“other”, with a text")),
    Column(name="missing", kind="flag", label=_l("a missing code, such as “don't know”")),
    Column(name="fixed", kind="flag", label=_l("keeps its place")),
    Column(name="screen_out", kind="flag", label=_l("ends the interview")),
)
_ROW_COLUMNS = (
    Column(name="code", kind="line", label=_l("Code")),
    Column(name="text", kind="words", label=_l("Text")),
    Column(name="show_if", kind="condition", label=_l("Asked if")),
)
_COLUMN_COLUMNS = (
    Column(name="code", kind="line", label=_l("Code")),
    Column(name="text", kind="words", label=_l("Text")),
    Column(name="list", kind="line", label=_l("List")),
    Column(name="scale", kind="line", label=_l("Scale")),
    Column(name="options", kind="lines", label=_l("Options of its own, one a line")),
)


def _spec(name: str, kind: str, label: object, hint: object = "", **more: object) -> FieldSpec:
    return FieldSpec(name=name, kind=kind, label=label, hint=hint, **more)  # type: ignore[arg-type]  # fields of FieldSpec


_ITEM = (
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
    _spec("note", "line", _l("Note for colleagues"), part="analysis"),
)
ITEM_FIELDS: Mapping[str, FieldSpec] = {spec.name: spec for spec in _ITEM}

SECTION_FIELDS: Mapping[str, FieldSpec] = {
    spec.name: spec
    for spec in (
        _spec("id", "line", _l("Code"), _l("A letter, then letters, digits, _ or -.")),
        _spec("title", "words", _l("Title")),
        _spec("intro", "prose", _l("Introduction")),
        _spec(
            "show_if", "condition", _l("Asked if"), _l("Everybody is asked where this is empty."), part="when"
        ),
        _spec("parent", "choice", _l("Part of section"), part="when", source="sections"),
        _spec("continues", "choice", _l("Goes on with section"), part="when", source="sections"),
        _spec(
            "repeat",
            "choice",
            _l("Once for each"),
            part="when",
            choices=(
                ("assigned_unit", _l("unit assigned to the person")),
                ("commitment", _l("commitment")),
            ),
        ),
        _spec("loop.over", "choice", _l("Once for each option ticked in"), part="when", source="multi"),
        _spec("loop.rows", "choice", _l("Once for each row filled in"), part="when", source="texts"),
        _spec("loop.count", "bound", _l("This many times"), _l("A number, or an expression."), part="when"),
        _spec("loop.max", "bound", _l("Turns at most"), part="when"),
        _spec("loop.label", "words", _l("Label of the turn"), part="when"),
        _spec("together", "flag", _l("Stays on one page"), part="more"),
        _spec("shuffle", "flag", _l("Takes part in a random order of sections"), part="more"),
    )
}

_ORGANISER_COLUMNS = (
    Column(name="code", kind="line", label=_l("Code")),
    Column(name="text", kind="words", label=_l("Name")),
)
_QUOTA_COLUMNS = (
    Column(name="code", kind="line", label=_l("Code")),
    Column(name="title", kind="words", label=_l("Title")),
    Column(name="limit", kind="bound", label=_l("Limit")),
    Column(name="where", kind="condition", label=_l("Counted if")),
    Column(
        name="on_full",
        kind="choice",
        label=_l("When it is full"),
        choices=(("end", _l("the interview ends")), ("continue", _l("the interview goes on"))),
    ),
)
SETTINGS: Mapping[str, FieldSpec] = {
    spec.name: spec
    for spec in (
        _spec("id", "line", _l("Code"), _l("Names the instrument through all its versions.")),
        _spec("version", "line", _l("Version"), _l("For example 2027.1.")),
        _spec("title", "words", _l("Title")),
        _spec("languages", "names", _l("Languages"), _l("Tags such as zh en ug, separated by spaces.")),
        _spec(
            "default_language",
            "line",
            _l("First language"),
            _l("Shown where a text lacks the language asked for."),
        ),
        _spec("evaluator_group", "names", _l("Evaluator groups")),
        _spec("modes", "many", _l("Modes"), choices=tuple((mode, mode) for mode in MODES)),
        _spec("min_age", "bound", _l("Age at least")),
        _spec("estimated_minutes", "bound", _l("Minutes it takes")),
        _spec("reference_period.months", "bound", _l("Reference period in months")),
        _spec("reference_period.zh", "line", _l("Reference period in Chinese")),
        _spec("reference_period.en", "line", _l("Reference period in English")),
        _spec("consent", "prose", _l("Consent text"), part="rules"),
        _spec(
            "closing",
            "prose",
            _l("Closing text"),
            _l("{receipt} stands for the receipt number."),
            part="rules",
        ),
        _spec(
            "allow_skip",
            "yes_no",
            _l("Items may be skipped"),
            part="rules",
            choices=(("true", _l("yes")), ("false", _l("no, every item is needed"))),
        ),
        _spec(
            "order",
            "choice",
            _l("Order of the sections"),
            part="rules",
            choices=(("document", _l("as written")), ("random", _l("those marked for it at random"))),
        ),
        _spec("quotas", "table", _l("Quotas"), part="rules", columns=_QUOTA_COLUMNS),
        _spec(
            "mandated",
            "names",
            _l("Items that must be present"),
            _l("Codes, separated by spaces."),
            part="legal",
        ),
        _spec("legal.table_number", "line", _l("Table number"), part="legal"),
        _spec("legal.maker", "line", _l("Made by"), part="legal"),
        _spec("legal.approving_body", "line", _l("Approved by"), part="legal"),
        _spec("legal.approval_number", "line", _l("Approval number"), part="legal"),
        _spec(
            "legal.expires_on",
            "line",
            _l("Valid until"),
            _l("Year-month-day, such as 2027-12-31."),
            part="legal",
        ),
        _spec(
            "organisers",
            "table",
            _l("Departments whose agreement is needed"),
            part="legal",
            columns=_ORGANISER_COLUMNS,
        ),
    )
}

TYPES: Mapping[str, tuple[object, object]] = {
    "single": (_l("One choice"), _l("Radio buttons, a drop-down list or a list with a search field")),
    "multi": (_l("Several choices"), _l("Tick boxes, with options that exclude the others")),
    "scale": (_l("Scale"), _l("4, 5, 7, 10 or 11 points, missing codes kept apart")),
    "nps": (_l("Recommendation 0–10"), _l("Would you recommend …")),
    "review": (_l("Five-grade review"), _l("From very satisfied to very dissatisfied")),
    "battery": (
        _l("Battery"),
        _l("Rows with the same answers: one by one on phones, a table on wide screens"),
    ),
    "texts": (_l("Several texts"), _l("Short texts under one heading")),
    "number": (_l("Number"), _l("Whole, decimal, percentage or money, with bounds")),
    "text": (_l("Text"), _l("A word or a few paragraphs")),
    "date": (_l("Date"), _l("Day, month and year")),
    "month": (_l("Month"), _l("Month and year")),
    "year": (_l("Year"), ""),
    "time": (_l("Time"), _l("Hours and minutes of the day")),
    "datetime": (_l("Date and time"), ""),
    "duration": (_l("Duration"), _l("Hours and minutes, kept as minutes")),
    "ranking": (_l("Ranking"), _l("Put options in order; works without dragging")),
    "allocation": (_l("Constant sum"), _l("Share out 100 points")),
    "slider": (_l("Slider"), _l("A point on a line, or the number typed in")),
    "select_area": (_l("Area"), _l("City or county of the province")),
    "contact": (_l("Contact"), _l("Goes to the contact store, never to the answers")),
    "file": (_l("File or photo"), ""),
    "geopoint": (_l("Place"), _l("The county only, unless the plan says more")),
    "computed": (_l("Computed"), _l("Worked out from other answers, not asked")),
    "note": (_l("Note"), _l("A text to read, no answer")),
    "consent": (_l("Consent"), _l("A statement to agree to")),
    "end": (_l("End"), _l("Ends the interview where its condition holds")),
    "module": (_l("Module of a unit"), _l("The shared items about each unit that was ticked")),
}


def type_label(name: str) -> object:
    """The name of an item type for people; its own name where nobody has written one."""
    known = TYPES.get(name)
    return known[0] if known else name


def item_specs(kind: str, present: Iterable[str] = ()) -> list[FieldSpec]:
    """The fields of an item of this type in the order of the form, with others that it holds all the same."""
    known = ITEM_TYPES.get(kind)
    wanted = set(known.known(strict=False) if known else ITEM_FIELDS) - {"type", "foreign"}
    return _ordered(ITEM_FIELDS, wanted, set(present) - {"type"})


def section_specs(present: Iterable[str] = ()) -> list[FieldSpec]:
    """The fields of a section, its items left out."""
    return _ordered(SECTION_FIELDS, set(SECTION_FIELDS), _beside(SECTION_FIELDS, present) - {"questions"})


def settings_specs(present: Iterable[str] = ()) -> list[FieldSpec]:
    """The fields of the document itself, its sections and lists left out."""
    return _ordered(SETTINGS, set(SETTINGS), _beside(SETTINGS, present) - {"sections", "lists", "schema"})


def _beside(known: Mapping[str, FieldSpec], present: Iterable[str]) -> set[str]:
    """What is present without a field of its own; ``legal`` has one in ``legal.maker``."""
    heads = {name.partition(".")[0] for name in known}
    return set(present) - heads


def _ordered(known: Mapping[str, FieldSpec], wanted: set[str], present: set[str]) -> list[FieldSpec]:
    found = [spec for name, spec in known.items() if name in wanted]
    beside = sorted(wanted - known.keys()) + sorted(present - wanted)
    return [
        *found,
        *(known.get(name) or FieldSpec(name=name, kind="raw", label=name, part="more") for name in beside),
    ]
