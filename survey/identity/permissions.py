"""Home of what staff may do: permissions, the roles that hold them, and which roles exclude each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from itertools import combinations
from types import MappingProxyType


class Permission(StrEnum):
    """One thing that a view lets a person do."""

    OWN_ACCOUNT = "own_account"
    HOME_VIEW = "home.view"
    STAGE_SIGN = "stage.sign"
    USER_VIEW = "user.view"
    USER_EDIT = "user.edit"
    AUDIT_VIEW = "audit.view"
    LOG_COSIGN = "log.cosign"
    HEALTH_VIEW = "health.view"
    CONTENT_VIEW = "content.view"
    INSTRUMENT_EDIT = "instrument.edit"
    INSTRUMENT_LOCK = "instrument.lock"
    INSTRUMENT_COMMENT = "instrument.comment"
    INSTRUMENT_SIGN = "instrument.sign"
    CONSULTATION_REPLY = "consultation.reply"
    CONSULTATION_RUN = "consultation.run"
    PLAN_EDIT = "plan.edit"
    PLAN_LOCK = "plan.lock"
    WAVE_VIEW = "wave.view"
    WAVE_EDIT = "wave.edit"
    WAVE_OPEN = "wave.open"
    WAVE_CLOSE = "wave.close"
    WAVE_SEAL = "wave.seal"
    TOKEN_ISSUE = "token.issue"  # noqa: S105 -- a permission's name, not a secret
    CONTACT_READ = "contact.read"
    FILE_READ = "file.read"
    SHEET_ISSUE = "sheet.issue"
    SHEET_VIEW = "sheet.view"
    SHEET_KEY = "sheet.key"
    SHEET_DECIDE = "sheet.decide"
    CASE_ASSIGN = "case.assign"
    CASE_INTERVIEW = "case.interview"
    CASE_CHECK = "case.check"
    IMPORT_VIEW = "import.view"
    IMPORT_RUN = "import.run"
    QUALITY_VIEW = "quality.view"
    QUALITY_DECIDE = "quality.decide"
    DATASET_VIEW = "dataset.view"
    DATASET_FREEZE = "dataset.freeze"
    DATASET_DOWNLOAD = "dataset.download"
    RUN_VIEW = "run.view"
    RUN_START = "run.start"
    GATE_ANSWER = "gate.answer"
    HANDOVER_VIEW = "handover.view"
    HANDOVER_PREPARE = "handover.prepare"
    HANDOVER_SIGN = "handover.sign"
    RELEASE_VIEW = "release.view"
    RELEASE_ANNOUNCE = "release.announce"
    RELEASE_APPROVE = "release.approve"
    RELEASE_PUBLISH = "release.publish"


class Role(StrEnum):
    """A duty in the separation of duties; a person may hold several, within ``why_not_together``."""

    DESIGNER = "designer"
    REVIEWER = "reviewer"
    FIELDWORK = "fieldwork"
    ANALYST = "analyst"
    STATISTICIAN = "statistician"
    PERFORMANCE_LEAD = "performance_lead"
    PUBLISHER = "publisher"
    OBSERVER = "observer"
    UNIT_LIAISON = "unit_liaison"
    VERIFICATION_OFFICER = "verification_officer"
    KEYING_OPERATOR = "keying_operator"
    INTERVIEWER = "interviewer"
    ROLE_ADMIN = "role_admin"
    AUDITOR = "auditor"
    SYSTEM_ADMIN = "system_admin"


_P = Permission
_EVERYONE = frozenset({_P.OWN_ACCOUNT, _P.HOME_VIEW})
_READS_FIELDWORK = frozenset({_P.CONTENT_VIEW, _P.WAVE_VIEW, _P.IMPORT_VIEW, _P.RELEASE_VIEW})
# Whoever writes, checks or leads remarks on a draft; a department signs by whoever answers for it, never its author.
_REMARKS = frozenset({_P.INSTRUMENT_COMMENT})
_SIGNS_DRAFTS = _REMARKS | {_P.INSTRUMENT_SIGN}
# Few see results before their release: those who answer for them, and those who watch.
_READS_RESULTS = _READS_FIELDWORK | {_P.DATASET_VIEW, _P.RUN_VIEW, _P.HANDOVER_VIEW}
_OWN: Mapping[Role, frozenset[Permission]] = {
    Role.DESIGNER: _READS_FIELDWORK
    | _REMARKS
    | {_P.INSTRUMENT_EDIT, _P.PLAN_EDIT, _P.STAGE_SIGN, _P.CONSULTATION_REPLY},
    Role.REVIEWER: _READS_FIELDWORK
    | _SIGNS_DRAFTS
    | {_P.INSTRUMENT_LOCK, _P.PLAN_LOCK, _P.CONSULTATION_REPLY},
    Role.FIELDWORK: _READS_FIELDWORK
    | _SIGNS_DRAFTS
    | {
        _P.WAVE_EDIT,
        _P.WAVE_OPEN,
        _P.WAVE_CLOSE,
        _P.WAVE_SEAL,
        _P.TOKEN_ISSUE,
        _P.CONTACT_READ,
        _P.IMPORT_RUN,
        _P.SHEET_ISSUE,
        _P.SHEET_VIEW,
        _P.SHEET_DECIDE,
        _P.CASE_ASSIGN,
        _P.STAGE_SIGN,
    },
    Role.ANALYST: _READS_RESULTS
    | _SIGNS_DRAFTS
    | {
        _P.QUALITY_VIEW,
        _P.QUALITY_DECIDE,
        _P.DATASET_FREEZE,
        _P.DATASET_DOWNLOAD,
        _P.FILE_READ,
        _P.SHEET_VIEW,
        _P.RUN_START,
        _P.STAGE_SIGN,
    },
    Role.STATISTICIAN: _READS_RESULTS
    | _SIGNS_DRAFTS
    | {
        _P.QUALITY_VIEW,
        _P.QUALITY_DECIDE,
        _P.DATASET_FREEZE,
        _P.DATASET_DOWNLOAD,
        _P.FILE_READ,
        _P.SHEET_VIEW,
        _P.RUN_START,
        _P.GATE_ANSWER,
        _P.HANDOVER_PREPARE,
        _P.HANDOVER_SIGN,
        _P.RELEASE_APPROVE,
        _P.STAGE_SIGN,
    },
    Role.PERFORMANCE_LEAD: _READS_RESULTS
    | _SIGNS_DRAFTS
    | {
        _P.QUALITY_VIEW,
        _P.HANDOVER_PREPARE,
        _P.HANDOVER_SIGN,
        _P.RELEASE_ANNOUNCE,
        _P.RELEASE_APPROVE,
        _P.STAGE_SIGN,
        _P.CONSULTATION_REPLY,
        _P.CONSULTATION_RUN,
    },
    Role.PUBLISHER: _READS_RESULTS
    | _SIGNS_DRAFTS
    | {
        _P.RELEASE_ANNOUNCE,
        _P.RELEASE_APPROVE,
        _P.RELEASE_PUBLISH,
        _P.STAGE_SIGN,
        _P.CONSULTATION_REPLY,
        _P.CONSULTATION_RUN,
    },
    Role.OBSERVER: _READS_RESULTS | {_P.HANDOVER_SIGN},
    Role.UNIT_LIAISON: frozenset(),
    Role.VERIFICATION_OFFICER: _READS_RESULTS
    | {_P.QUALITY_VIEW, _P.QUALITY_DECIDE, _P.SHEET_VIEW, _P.CASE_CHECK},
    # These two meet answers as they are given: they see their own sheets or cases and nothing else of the chain.
    Role.KEYING_OPERATOR: frozenset({_P.SHEET_KEY, _P.SHEET_DECIDE}),
    Role.INTERVIEWER: frozenset({_P.CASE_INTERVIEW}),
    Role.ROLE_ADMIN: frozenset({_P.USER_VIEW, _P.USER_EDIT}),
    Role.AUDITOR: _READS_RESULTS
    | {_P.USER_VIEW, _P.AUDIT_VIEW, _P.LOG_COSIGN, _P.QUALITY_VIEW, _P.HEALTH_VIEW, _P.SHEET_VIEW},
    Role.SYSTEM_ADMIN: frozenset({_P.HEALTH_VIEW}),
}
ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = MappingProxyType(
    {role: _EVERYONE | own for role, own in _OWN.items()}
)
"""What each role may do. A person may do what any of their roles may."""

_BINDING = frozenset(
    {
        _P.STAGE_SIGN,
        _P.USER_EDIT,
        _P.LOG_COSIGN,
        _P.INSTRUMENT_LOCK,
        _P.INSTRUMENT_SIGN,
        _P.PLAN_LOCK,
        _P.TOKEN_ISSUE,
        _P.IMPORT_RUN,
        _P.SHEET_KEY,
        _P.SHEET_DECIDE,
        _P.CASE_CHECK,
        _P.QUALITY_DECIDE,
        _P.GATE_ANSWER,
        _P.HANDOVER_SIGN,
        _P.RELEASE_APPROVE,
        _P.RELEASE_PUBLISH,
    }
)
"""What counts as the word of a person, where two of them have to agree or one has to answer for it."""
BINDING_ROLES = frozenset(role for role in Role if ROLE_PERMISSIONS[role] & _BINDING)
"""Roles that one administrator alone cannot give: with two accounts of their own making they would be two persons."""
_APART = frozenset({Role.SYSTEM_ADMIN, Role.ROLE_ADMIN, Role.AUDITOR})
# Whoever interviews neither hands out the cases, nor checks interviews, nor works on what comes of them.
_NEVER_INTERVIEWS = frozenset(
    {
        Role.FIELDWORK,
        Role.VERIFICATION_OFFICER,
        Role.ANALYST,
        Role.STATISTICIAN,
        Role.PERFORMANCE_LEAD,
        Role.AUDITOR,
    }
)


def permissions_of(roles: Iterable[Role]) -> frozenset[Permission]:
    """Everything that a holder of ``roles`` may do; one's own account also without any role."""
    return frozenset({_P.OWN_ACCOUNT, _P.HOME_VIEW}).union(*(ROLE_PERMISSIONS[role] for role in roles))


def why_not_together(roles: Iterable[Role]) -> tuple[Role, Role] | None:
    """The first two of ``roles`` that no account may hold at once, or None where all go together.

    System administrator, role administrator and auditor exclude one another, who speaks for an assessed
    unit holds no other duty in the survey that assesses it, and interviewers are not judges of interviews.
    """
    for first, second in combinations(sorted(set(roles)), 2):
        pair = {first, second}
        if pair <= _APART or Role.UNIT_LIAISON in pair:
            return first, second
        if Role.INTERVIEWER in pair and pair & _NEVER_INTERVIEWS:
            return first, second
    return None
