"""Home of the first step of an interview: consent is given, and only then a draft exists."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from survey import clock
from survey.access.grant import Grant
from survey.collect import drafts, page_counts, programs
from survey.collect.documents import DraftDocument, device_group
from survey.collect.drafts import OpenDraft
from survey.collect.waves import WaveFacts
from survey.collect.waves import load as load_wave
from survey.errors import Invalid
from survey.instrument.computing import uses_today
from survey.instrument.path import find_path
from survey.instrument.program import Program
from survey.instrument.state import AnswerState
from survey.ledger.keyed import wave_key
from survey.ports import KeyStore

# Small enough for any JSON reader; only the order of options and the draw of units hang on it.
_SEED_BITS = 52


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """A new draft, and the secret that belongs into the respondent's cookie and nowhere else."""

    draft: OpenDraft
    secret: str


def open_draft(
    session: Session,
    grant: Grant,
    *,
    language: str,
    consent: bool,
    keys: KeyStore,
    wave: WaveFacts | None = None,
    at: datetime | None = None,
    device: str | None = None,
    seed: int | None = None,
    is_named: bool = False,
) -> Started:
    """Create the draft of somebody who is of age and has agreed to take part.

    `is_named` is the consent to be named with the answers, asked apart and in identified waves only.
    `device` is the random cookie of the browser; `at` and `seed` are for simulation and tests, otherwise the
    database's clock and chance decide. Raises Invalid without consent.
    """
    facts = wave or load_wave(session, grant.wave_id)
    now = at or clock.now(session)
    program = programs.load(session, facts.digest)
    document = new_document(
        grant,
        wave=facts,
        program=program,
        language=language,
        consent=consent,
        at=now,
        keys=keys,
        device=device,
        seed=seed,
        is_named=is_named,
    )
    first = find_path(program, document.state).pages[:1]
    document = replace(document, reached=tuple(ref.code for ref in first))
    today = now.astimezone(ZoneInfo(facts.time_zone)).date()
    until = drafts.kept_until(now, closes_at=facts.closes_at, zone=facts.time_zone)
    new = drafts.prepare(document, today=today, keys=keys, until=until)
    drafts.store(session, new)
    page_counts.count_reached(session, facts.id, list(document.reached), day=today, of=document)
    return Started(draft=new.draft, secret=new.secret)


def new_document(
    grant: Grant,
    *,
    wave: WaveFacts,
    program: Program,
    language: str,
    consent: bool,
    at: datetime,
    keys: KeyStore,
    device: str | None = None,
    seed: int | None = None,
    is_named: bool = False,
) -> DraftDocument:
    """The document of an interview that begins. Raises Invalid without consent or in an unknown language."""
    if not consent:
        raise Invalid(
            "consent_required",
            zh="只有年满规定年龄并同意参加，才能开始作答。",
            en="To begin, please confirm your age and that you agree to take part.",
        )
    if language not in program.languages:
        raise Invalid(
            "language_unknown",
            zh="问卷没有这个语言版本。请选择列出的语言。",
            en="The instrument does not exist in this language. Choose one of those listed.",
        )
    context = {**grant.context, "mode": grant.mode}
    context.setdefault("group", wave.evaluator_group)
    if uses_today(program):
        context["today"] = at.astimezone(ZoneInfo(wave.time_zone)).date().isoformat()
    return DraftDocument(
        grant=grant,
        instrument=wave.digest,
        language=language,
        consent=program.version,
        opened_at=at,
        state=AnswerState(
            answers={}, context=context, seed=secrets.randbits(_SEED_BITS) if seed is None else seed
        ),
        device_group=device_group(wave_key("radar", wave.id, keys=keys), device),
        is_named=is_named,
    )
