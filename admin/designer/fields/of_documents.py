"""The tables of the fields of sections and of the document itself, its settings."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

from admin.designer.fields.spec import CODE, Column, FieldSpec, by_name
from admin.designer.fields.spec import spec as _spec
from survey.instrument.item_types import MODES

SECTION_FIELDS: Mapping[str, FieldSpec] = by_name(
    _spec("id", "line", _l("Code"), _l("A letter, then letters, digits, _ or -.")),
    _spec("title", "words", _l("Title")),
    _spec("intro", "prose", _l("Introduction")),
    _spec("show_if", "condition", _l("Asked if"), _l("Everybody is asked where this is empty."), part="when"),
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

_ORGANISER_COLUMNS = (
    CODE,
    Column(name="text", kind="words", label=_l("Name")),
)
_QUOTA_COLUMNS = (
    CODE,
    Column(name="title", kind="words", label=_l("Title")),
    Column(name="message", kind="words", label=_l("Message when it is full")),
    Column(name="limit", kind="bound", label=_l("Limit")),
    Column(name="where", kind="condition", label=_l("Counted if")),
    Column(
        name="on_full",
        kind="choice",
        label=_l("When it is full"),
        choices=(("end", _l("the interview ends")), ("continue", _l("the interview goes on"))),
    ),
)
SETTINGS: Mapping[str, FieldSpec] = by_name(
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
    _spec(
        "unit_of_answer",
        "choice",
        _l("Who answers"),
        _l("Several people of one firm can fill in sections of one return; one of them signs it."),
        choices=(("person", _l("one person")), ("firm", _l("a firm"))),
    ),
    _spec("modes", "many", _l("Modes"), choices=tuple((mode, mode) for mode in MODES)),
    _spec("min_age", "bound", _l("Age at least")),
    _spec("estimated_minutes", "bound", _l("Minutes it takes")),
    _spec("reference_period.months", "bound", _l("Reference period in months")),
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
