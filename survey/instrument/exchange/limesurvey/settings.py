"""What a LimeSurvey file says beside its questions: settings to keep for the way back, and what is no part of an instrument."""

from __future__ import annotations

from typing import Any

from survey.instrument.exchange.limesurvey.carry import Carry, keep
from survey.instrument.exchange.limesurvey.rewrite import Place
from survey.instrument.exchange.limesurvey.xml import Tables
from survey.instrument.problems import Where

# Settings that are given back on export. None of them names a person, an address or a key.
KEPT_SETTINGS = (
    *("format", "template", "anonymized", "allowprev", "allowsave", "showwelcome", "showprogress"),
    *("showxquestions", "showgroupinfo", "shownoanswer", "showqnumcode", "questionindex", "navigationdelay"),
    *("nokeyboard", "assessments", "datestamp", "savetimings", "alloweditaftercompletion", "printanswers"),
)
_AT_REST = frozenset({"", "I", "N", "0", "-1", "inherit", "E"})
_KNOWN_TABLES = frozenset(
    {
        *("answers", "answer_l10ns", "conditions", "defaultvalues", "defaultvalue_l10ns", "groups"),
        *("group_l10ns", "questions", "question_l10ns", "subquestions", "question_attributes", "quota"),
        *("quota_members", "quota_languagesettings", "surveys", "surveys_languagesettings", "assessments"),
    }
)
_LETTERS = ("surveyls_email", "email_admin", "attachments", "surveyls_attributecaptions")
_CARRIED = frozenset(
    {
        *("surveyls_title", "surveyls_description", "surveyls_welcometext", "surveyls_endtext"),
        *("surveyls_policy_notice", "surveyls_policy_notice_label", "surveyls_policy_error"),
        *("surveyls_url", "surveyls_urldescription"),
    }
)
_END = ("surveyls_url", "surveyls_urldescription")


def read_settings(carry: Carry) -> dict[str, Any]:  # Any: plain values
    """What is kept of the survey itself for the way back."""
    survey = carry.survey
    kept: dict[str, Any] = {}
    for name in KEPT_SETTINGS:
        value = survey.settings.get(name, "").strip()
        if value not in _AT_REST and len(value) <= 100:
            kept[f"setting {name}"] = value
    place = Place(variables=carry.variables)
    where = Where(field="foreign", sheet="surveys_languagesettings", column="surveyls_description")
    for tag, text in carry.words(survey.words.get("surveyls_description", {}), where, place, None).items():
        keep(kept, f"description {tag}", text)
        carry.note(where, text, "description")
    for column in _END:
        for tag, text in survey.words.get(column, {}).items():
            if text.startswith(("https://", "http://")) or column == "surveyls_urldescription":
                keep(kept, f"{column} {tag}", text)
                carry.note(Where(sheet=where.sheet, column=column), text, "end_url")
    return kept


def note_rest(carry: Carry, tables: Tables) -> None:
    """List everything in the file that is no part of an instrument."""
    settings = carry.survey.settings
    used = [name for name, value in settings.items() if value.strip() not in _AT_REST]
    elsewhere = [name for name in used if name not in ("sid", "gsid", "language", "additional_languages")]
    for name in elsewhere:
        carry.note(Where(sheet="surveys", column=name[:40]), name, "setting")
    for column in carry.survey.words:
        if column not in _CARRIED:
            reason = "letters" if column.startswith(_LETTERS) else "setting"
            carry.note(Where(sheet="surveys_languagesettings", column=column[:60]), column, reason)
    if tables["assessments"]:
        carry.note(Where(sheet="assessments"), f"{len(tables['assessments'])}", "assessments")
    for name, rows in tables.rows.items():
        if name not in _KNOWN_TABLES:
            carry.note(Where(sheet=name[:40]), f"{name}: {len(rows)}", "table")
    for name in tables.others:
        if name in _KNOWN_TABLES:
            continue
        carry.note(Where(sheet=name[:40]), name, "table")
    names = {group.random for group in carry.survey.groups if group.random}
    if len(names) > 1:
        carry.note(
            Where(sheet="groups", column="randomization_group"), ", ".join(sorted(names)), "random_group"
        )
