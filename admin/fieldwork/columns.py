"""Home of the columns of every file that fieldwork hands in: names, types, and what an empty cell means."""

from __future__ import annotations

from admin.fieldwork import csv_cells
from admin.fieldwork.csv_files import Column

MODES = ("web", "cati", "capi", "kiosk", "sms_link", "paper")
AAPOR_CODES = ("I", "P", "R", "NC", "O", "UH", "UO")
"""Interview, partial, refusal, non-contact, other, unknown household, unknown other."""
E_ORIGINS = ("proportional", "external", "stated")
FROM_UNIT = "assessed_unit"
APPEAL_GROUNDS = (
    "calculation_error",
    "wrong_unit_attribution",
    "frame_or_sample_error",
    "verified_interference_by_others",
    "disclosure_error",
)
APPEAL_OUTCOMES = ("granted", "partly_granted", "rejected", "inadmissible", "withdrawn")

_GROUP = Column(name="group", read=csv_cells.code)

DISPOSITIONS = (
    _GROUP,
    Column(name="mode", read=csv_cells.one_of(*MODES)),
    Column(name="invited", read=csv_cells.whole),
    *(Column(name=code, read=csv_cells.whole) for code in AAPOR_CODES),
    Column(name="e", read=csv_cells.decimal("0", "1")),
    Column(name="e_origin", read=csv_cells.one_of(*E_ORIGINS)),
)
CALL_BACKS = (
    _GROUP,
    Column(name="interviewer", read=csv_cells.code),
    Column(name="cases", read=csv_cells.whole),
    Column(name="checked", read=csv_cells.whole),
    Column(name="confirmed", read=csv_cells.whole),
)
FRAMES = (
    _GROUP,
    Column(name="frame", read=csv_cells.code),
    Column(name="source", read=csv_cells.code),
    Column(name="supplied_by_unit", read=csv_cells.code, is_optional=True),
    Column(name="records", read=csv_cells.whole),
)
APPEALS = (
    Column(name="record", read=csv_cells.one_of("window", "appeal")),
    Column(name="opens_on", read=csv_cells.day, is_optional=True),
    Column(name="closes_on", read=csv_cells.day, is_optional=True),
    Column(name="status", read=csv_cells.one_of("open", "closed", "received", "decided")),
    Column(name="unit_id", read=csv_cells.code, is_optional=True),
    Column(name="ground", read=csv_cells.one_of(*APPEAL_GROUNDS), is_optional=True),
    Column(name="received_on", read=csv_cells.day, is_optional=True),
    Column(name="decided_on", read=csv_cells.day, is_optional=True),
    Column(name="outcome", read=csv_cells.one_of(*APPEAL_OUTCOMES), is_optional=True),
)
CASES = (
    Column(name="stratum", read=csv_cells.code),
    Column(name="probability", read=csv_cells.decimal("0", "1")),
    Column(name="seal_group", read=csv_cells.code),
    Column(name="mode", read=csv_cells.one_of(*MODES)),
    Column(name="channel", read=csv_cells.one_of("sample", "assisted")),
    Column(name="frame_source", read=csv_cells.code),
    Column(name="part", read=csv_cells.one_of("main", "unit_top_up"), is_optional=True),
    Column(name="interviewer", read=csv_cells.code, is_optional=True),
    Column(name="case", read=csv_cells.code, is_optional=True),
    Column(name="valid_until", read=csv_cells.day, is_optional=True),
)


def internal_scores(*, score: tuple[str, str], additions: str, deductions: str) -> tuple[Column, ...]:
    """Columns of the internal scores, within the limits that the scoring plan sets."""
    return (
        Column(name="unit_id", read=csv_cells.code),
        Column(name="year", read=csv_cells.whole),
        Column(name="internal_score", read=csv_cells.decimal(*score)),
        Column(name="additions", read=csv_cells.decimal("0", additions)),
        Column(name="deductions", read=csv_cells.decimal("0", deductions)),
        Column(name="evidence", read=csv_cells.words(2000), is_optional=True),
    )
