"""Home of the names of item types and of kinds of files, for people."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import lazy_gettext as _l

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
    "text": (_l("Written text"), _l("A word or a few paragraphs")),
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


FILE_KINDS: Mapping[str, tuple[object, object]] = {
    "xlsform": (_l("XLSForm"), _l("For ODK, Kobo, Survey123 and others; comes back as it was")),
    "xlsform-xls": (_l("XLSForm as an old spreadsheet (.xls)"), _l("For programs that read no other")),
    "xlsform-csv": (_l("XLSForm as CSV"), ""),
    "lss": (_l("LimeSurvey"), _l("A survey structure (.lss)")),
    "ddi": (_l("DDI Codebook 2.5"), _l("For archives and catalogues")),
    "frictionless": (_l("Frictionless schema"), _l("Describes the table of answers")),
    "codebook": (_l("Codebook as a workbook"), _l("Variables, labels, missing codes")),
    "codebook-html": (_l("Codebook as a page"), ""),
    "html": (_l("Questionnaire to print"), _l("A page with codes, without colours")),
    "pdf": (_l("Questionnaire as PDF"), _l("A4, with codes")),
}
