"""Home of the words for codes: roles, stages, states, kinds of files, as staff read them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import flask
from flask_babel import lazy_gettext as _l

_WORDS: Mapping[str, Mapping[str, object]] = MappingProxyType(
    {
        "role": {
            "designer": _l("Designer"),
            "reviewer": _l("Reviewer"),
            "fieldwork": _l("Fieldwork manager"),
            "analyst": _l("Analyst"),
            "statistician": _l("Statistician"),
            "performance_lead": _l("Performance lead"),
            "publisher": _l("Publisher"),
            "observer": _l("Observer"),
            "unit_liaison": _l("Unit liaison"),
            "verification_officer": _l("Verification officer"),
            "keying_operator": _l("Keying operator"),
            "interviewer": _l("Interviewer"),
            "role_admin": _l("Role administrator"),
            "auditor": _l("Auditor"),
            "system_admin": _l("System administrator"),
        },
        "role_duty": {
            "designer": _l("writes indicators, instruments and plans"),
            "reviewer": _l("locks what the designer has written"),
            "fieldwork": _l("runs waves, samples and imports"),
            "analyst": _l("freezes datasets, starts runs, looks into flags"),
            "statistician": _l("answers for weights, tests and gates, and signs"),
            "performance_lead": _l("signs the hand-over into the performance score"),
            "publisher": _l("announces and publishes releases"),
            "observer": _l("sees the chain, may sign as a witness"),
            "unit_liaison": _l("speaks for one assessed unit, sees no survey data"),
            "verification_officer": _l("decides on flags beside the statistician"),
            "keying_operator": _l("keys paper sheets, sees nothing else"),
            "interviewer": _l("interviews the assigned cases, sees nothing else"),
            "role_admin": _l("makes accounts and gives roles, nothing else"),
            "auditor": _l("reads everything, changes nothing"),
            "system_admin": _l("keeps the machine running, sees no survey data"),
        },
        "stage": {
            "index_refinement": _l("Index refinement"),
            "instrument_design": _l("Instrument design"),
            "fieldwork": _l("Fieldwork"),
            "analysis": _l("Analysis"),
            "countermeasures": _l("Countermeasures"),
            "report": _l("Report"),
        },
        "wave": {
            "planned": _l("Planned"),
            "open": _l("Open"),
            "closed": _l("Closed"),
            "sealed": _l("Sealed"),
        },
        "anonymity": {
            "anonymous": _l("Anonymous"),
            "confidential": _l("Confidential"),
            "identified": _l("Identified"),
        },
        "channel": {
            "sample": _l("Sample"),
            "assisted": _l("Assisted"),
            "site": _l("At a counter"),
            "open": _l("Open to all"),
        },
        "group": {
            "residents": _l("Residents"),
            "enterprises": _l("Enterprises"),
            "individual_businesses": _l("Individual businesses"),
            "service_users": _l("Service users"),
            "service_users_peacetime": _l("Service users, peacetime"),
            "power_organs": _l("Deputies and consultative members"),
            "social_organisations": _l("Social organisations"),
            "experts": _l("Experts"),
            "open_participants": _l("Open participants"),
        },
        "import": {
            "answers": _l("Answers collected elsewhere"),
            "dispositions": _l("Dispositions"),
            "call_backs": _l("Call-backs"),
            "frames": _l("Sources of the frames"),
            "internal_scores": _l("Internal scores"),
            "appeals": _l("Appeal register"),
            "cases": _l("Drawn cases"),
        },
        "document": {
            "province": _l("Province"),
            "framework": _l("Index framework"),
            "scoring": _l("Scoring plan"),
            "report": _l("Report plan"),
            "participation": _l("Participation"),
            "scales": _l("Scales"),
            "module:unit_module": _l("Unit module"),
        },
        "decision": {
            "keep": _l("Keep"),
            "remove": _l("Remove from the analysis"),
            "set_aside": _l("Set the county aside"),
        },
        "reason": {
            "no_evidence": _l("No evidence found"),
            "explained": _l("Explained otherwise"),
            "confirmed_by_call_back": _l("Confirmed by call-back"),
            "duplicate_device": _l("Several answers from one device"),
            "duplicate_record": _l("Doubled record"),
            "speeder": _l("Answered too fast to have read"),
            "straight_lining": _l("The same answer throughout"),
            "failed_call_back": _l("Not confirmed by call-back"),
            "interviewer_effect": _l("Effect of the interviewer"),
            "frame_conflict": _l("Frame offered by an assessed unit"),
            "coaching": _l("Respondents were told how to answer"),
        },
        "subject": {
            "responses": _l("Responses"),
            "county": _l("County"),
            "city": _l("City"),
            "interviewer": _l("Interviewer"),
            "frame": _l("Frame"),
            "mode": _l("Mode"),
        },
        "detector": {
            "duplicate_device": _l("Several answers from one device"),
            "near_duplicate": _l("Nearly equal answers"),
            "frame_conflict": _l("Frame offered by an assessed unit"),
            "coached_county": _l("Reports of coaching"),
            "interviewer_effect": _l("Effect of the interviewer"),
            "speeding": _l("Answered too fast to have read"),
            "straight_lining": _l("The same answer throughout"),
            "county_outlier": _l("County unlike its type"),
            "mode_effect": _l("Difference between modes"),
        },
        "mode": {
            "web": _l("Web"),
            "cati": _l("Telephone"),
            "capi": _l("Face to face"),
            "kiosk": _l("Kiosk"),
            "sms_link": _l("SMS link"),
            "paper": _l("Paper"),
        },
        "sheet": {
            "issued": _l("Issued"),
            "keying": _l("Being keyed"),
            "to_decide": _l("To be settled"),
            "ready": _l("Settled"),
            "sent": _l("Sent"),
            "not_sent": _l("Not sent"),
            "spoiled": _l("Spoiled"),
        },
        "sheet_reason": {
            "unusable": _l("Cannot be used"),
            "empty": _l("Nothing is filled in"),
            "doubled": _l("A second sheet of the same case"),
            "lost": _l("Lost"),
            "withdrawn": _l("Taken back by the respondent"),
            "misprinted": _l("Misprinted"),
            "no_consent": _l("No agreement on the sheet"),
            "screened_out": _l("The survey does not apply"),
            "quota_full": _l("The quota is full"),
            "answered_elsewhere": _l("Answered by the link already"),
            "too_late": _l("Too late"),
            "not_acceptable": _l("No interview in it"),
        },
        "attempt": {
            "I": _l("Interview"),
            "NC": _l("Nobody reached"),
            "appointment": _l("Appointment"),
            "R": _l("Refused"),
            "P": _l("Broken off for good"),
            "O": _l("Other reason (illness, language)"),
            "UH": _l("No dwelling found"),
            "UO": _l("Unclear whether the person exists"),
        },
        "way": {"visit": _l("visit"), "telephone": _l("telephone")},
        "part_of_day": {
            "morning": _l("morning"),
            "afternoon": _l("afternoon"),
            "evening": _l("evening"),
        },
        "checked": {
            "confirmed": _l("Confirmed"),
            "not_confirmed": _l("Not confirmed"),
            "not_reached": _l("Not reached"),
        },
        "decides": {
            "third": _l("a third person"),
            "either": _l("either of the two, with the sheet in hand"),
        },
        "origin": {"imported": _l("imported"), "collected": _l("collected here")},
        "disposition": {
            "invited": _l("Drawn"),
            "I": _l("Interview"),
            "P": _l("Partial"),
            "R": _l("Refused"),
            "NC": _l("Not contacted"),
            "O": _l("Other"),
            "UH": _l("Household unknown"),
            "UO": _l("Eligibility unknown"),
        },
        "gate": {
            "pass": _l("Passed"),
            "fail": _l("Failed"),
            "warn": _l("Warning"),
            "no_input": _l("No input"),
        },
        "level": {"block": _l("blocks"), "warn": _l("warns")},
        "run": {
            "queued": _l("Waiting"),
            "running": _l("Running"),
            "done": _l("Done"),
            "failed": _l("Failed"),
        },
        "grade": {
            "excellent": _l("Excellent"),
            "good": _l("Good"),
            "fair": _l("Fair"),
            "poor": _l("Poor"),
        },
        "handover": {"prepared": _l("Prepared"), "signed": _l("Signed")},
        "area": {"province": _l("Province or region"), "city": _l("City"), "county": _l("County")},
        "agent": {"phone": _l("Phone or tablet"), "desktop": _l("Computer"), "": _l("Unknown device")},
    }
)
_TONES: Mapping[str, str] = MappingProxyType(
    {
        "open": "active",
        "sealed": "good",
        "closed": "attention",
        "pass": "good",
        "fail": "danger",
        "warn": "attention",
        "no_input": "danger",
        "done": "good",
        "running": "active",
        "failed": "danger",
        "signed": "good",
    }
)


def register(app: flask.Flask) -> None:
    """Give templates ``word(kind, code)`` and ``tone(code)``."""
    app.jinja_env.globals.update(word=word, tone=tone)


def word(kind: str, code: str | None) -> str:
    """What a code is called in the language of the page; the code itself where it has no name."""
    return str(_WORDS[kind].get(code or "", code or ""))


def tone(code: str) -> str:
    """How the dot beside a state looks."""
    return _TONES.get(code, "")
