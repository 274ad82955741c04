"""Home of what fieldwork screens and services read: waves, their readiness, counts and imported files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from admin.fieldwork.columns import AAPOR_CODES
from admin.fieldwork.rules import Readiness
from survey.errors import NotFound
from survey.ledger import cosigning
from survey.ledger.notes import VerifierKey
from survey.models.access import Token
from survey.models.apart import Attachment, ContactEntry
from survey.models.content import ContentDocument
from survey.models.cycle import Cycle
from survey.models.fieldwork import Appeal, CallBack, ImportedFile, InternalScore, SamplingFrame
from survey.models.instrument import Instrument, InstrumentVersion
from survey.models.response import DispositionCount, Participation, SealBatch
from survey.models.wave import OpenEntry, QuotaCell, Wave

MOST_FILES = 1_000


def waves(session: Session) -> Sequence[Wave]:
    """All waves, the latest opening first."""
    return session.scalars(
        sa.select(Wave)
        .options(joinedload(Wave.version).joinedload(InstrumentVersion.instrument))
        .order_by(Wave.opens_at.desc(), Wave.code)
    ).all()


def wave(session: Session, public_id: str) -> Wave:
    """One wave. Raises NotFound."""
    found = session.scalars(sa.select(Wave).where(Wave.public_id == public_id)).one_or_none()
    if found is None:
        raise NotFound("wave_unknown", zh="没有这个调查轮次。", en="There is no such wave.")
    return found


def wave_by_code(session: Session, code: str) -> Wave:
    """One wave by its code. Raises NotFound."""
    found = session.scalars(sa.select(Wave).where(Wave.code == code)).one_or_none()
    if found is None:
        raise NotFound("wave_unknown", zh=f"没有调查轮次 {code}。", en=f"There is no wave {code}.")
    return found


def waves_by_group(session: Session, cycle_id: int) -> dict[str, Wave]:
    """The wave of each evaluator group in a cycle; peacetime reviews stand under ``<group>_peacetime``."""
    found: dict[str, Wave] = {}
    for each in session.scalars(sa.select(Wave).where(Wave.cycle_id == cycle_id).order_by(Wave.code)):
        suffix = "" if each.period == "annual" else "_peacetime"
        found.setdefault(each.evaluator_group.removesuffix("_peacetime") + suffix, each)
    return found


def newest_document(session: Session, kind: str) -> ContentDocument | None:
    """The version of a document that was loaded last."""
    return session.scalars(
        sa.select(ContentDocument)
        .where(ContentDocument.kind == kind)
        .order_by(ContentDocument.id.desc())
        .limit(1)
    ).one_or_none()


def readiness(session: Session, wave: Wave) -> Readiness:
    """What opening ``wave`` depends on, as it stands."""
    plan, framework = newest_document(session, "scoring"), newest_document(session, "framework")
    return Readiness(
        status=wave.status,
        instrument_locked_at=wave.version.locked_at,
        plan_locked_at=plan.locked_at if plan else None,
        framework_locked_at=framework.locked_at if framework else None,
        opens_at=wave.opens_at,
        closes_at=wave.closes_at,
    )


class OfficeState(StrEnum):
    """How far the audit office is with the empty logs of a planned wave."""

    NOT_PREPARED = "not_prepared"
    WAITING = "waiting"
    SIGNED = "signed"


def office_state(session: Session, wave: Wave, *, announced: str) -> OfficeState:
    """Whether the platform has signed the empty logs, and then the office whose key is announced."""
    heads = cosigning.heads_of_wave(session, wave.code, key=VerifierKey.parse(announced))
    if not heads:
        return OfficeState.NOT_PREPARED
    return OfficeState.SIGNED if all(head.is_signed for head in heads) else OfficeState.WAITING


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveCounts:
    """How far a wave has come, in counts that name nobody."""

    tokens: int
    tokens_used: int
    accepted: dict[str, int]
    """Accepted answers by channel."""
    waiting: int
    sealed: int
    batches: int


def counts(session: Session, wave: Wave) -> WaveCounts:
    """The counts of one wave."""
    tokens, used = session.execute(
        sa.select(sa.func.count(), sa.func.coalesce(sa.func.sum(Token.used), 0)).where(
            Token.wave_id == wave.id
        )
    ).one()
    by_channel = session.execute(
        sa.select(Participation.channel, sa.func.count(), sa.func.count(Participation.batch))
        .where(Participation.wave_id == wave.id)
        .group_by(Participation.channel)
        .order_by(Participation.channel)
    ).all()
    accepted = {channel: n for channel, n, _ in by_channel}
    sealed = sum(n for _, _, n in by_channel)
    batches = session.scalar(sa.select(sa.func.count()).where(SealBatch.wave_id == wave.id)) or 0
    return WaveCounts(
        tokens=tokens,
        tokens_used=int(used),
        accepted=accepted,
        waiting=sum(accepted.values()) - sealed,
        sealed=sealed,
        batches=batches,
    )


def entries(session: Session, wave: Wave) -> Sequence[OpenEntry]:
    """The open entries of a wave."""
    return session.scalars(
        sa.select(OpenEntry).where(OpenEntry.wave_id == wave.id).order_by(OpenEntry.code)
    ).all()


def quotas(session: Session, wave: Wave) -> Sequence[QuotaCell]:
    """The quota cells of a wave."""
    return session.scalars(
        sa.select(QuotaCell).where(QuotaCell.wave_id == wave.id).order_by(QuotaCell.code)
    ).all()


@dataclass(frozen=True, slots=True, kw_only=True)
class DispositionTable:
    """How the cases of a wave ended: a row for each mode and source, a column for each code."""

    codes: tuple[str, ...]
    rows: tuple[tuple[str, str, dict[str, int]], ...]


def dispositions(session: Session, wave: Wave) -> DispositionTable:
    """How the cases of a wave ended."""
    found = session.scalars(
        sa.select(DispositionCount)
        .where(DispositionCount.wave_id == wave.id)
        .order_by(DispositionCount.mode, DispositionCount.source)
    )
    counts: dict[tuple[str, str], dict[str, int]] = {}
    for each in found:
        counts.setdefault((each.mode, each.source), {})[each.code] = each.n
    order = ("invited", *AAPOR_CODES)
    seen = {code for row in counts.values() for code in row}
    return DispositionTable(
        codes=tuple([c for c in order if c in seen] + sorted(seen - set(order))),
        rows=tuple((mode, source, row) for (mode, source), row in counts.items()),
    )


def frames(session: Session, wave: Wave) -> Sequence[SamplingFrame]:
    """Where the frames of a wave came from."""
    return session.scalars(
        sa.select(SamplingFrame).where(SamplingFrame.wave_id == wave.id).order_by(SamplingFrame.id)
    ).all()


def call_backs(session: Session, wave: Wave) -> Sequence[CallBack]:
    """The checks of the interviewers of a wave."""
    return session.scalars(
        sa.select(CallBack).where(CallBack.wave_id == wave.id).order_by(CallBack.interviewer)
    ).all()


def imported_files(session: Session) -> Sequence[ImportedFile]:
    """All files ever taken in, the newest first."""
    return session.scalars(sa.select(ImportedFile).order_by(ImportedFile.id.desc())).all()


def cycles(session: Session) -> Sequence[Cycle]:
    """All cycles, the newest first."""
    return session.scalars(sa.select(Cycle).order_by(Cycle.year.desc())).all()


def versions(session: Session) -> Sequence[InstrumentVersion]:
    """All instrument versions, by instrument, the newest first."""
    return session.scalars(
        sa.select(InstrumentVersion)
        .join(Instrument)
        .options(joinedload(InstrumentVersion.instrument))
        .order_by(Instrument.code, InstrumentVersion.id.desc())
    ).all()


def internal_scores(session: Session, cycle_id: int) -> Sequence[InternalScore]:
    """Imported internal scores of a cycle."""
    return session.scalars(
        sa.select(InternalScore).where(InternalScore.cycle_id == cycle_id).order_by(InternalScore.unit_code)
    ).all()


def appeals(session: Session, cycle_id: int) -> Sequence[Appeal]:
    """The appeal register of a cycle."""
    return session.scalars(sa.select(Appeal).where(Appeal.cycle_id == cycle_id).order_by(Appeal.id)).all()


def evaluator_groups(session: Session) -> list[str]:
    """The evaluator groups that the province's document names, in its order."""
    province = newest_document(session, "province")
    return [group["id"] for group in province.document["evaluator_groups"]] if province else []


def contact_counts(session: Session, wave: Wave) -> list[tuple[str, int]]:
    """How many contact entries of a wave are kept, by item."""
    rows = session.execute(
        sa.select(ContactEntry.item, sa.func.count())
        .where(ContactEntry.wave_id == wave.id)
        .group_by(ContactEntry.item)
        .order_by(ContactEntry.item)
    )
    return [(row[0], row[1]) for row in rows]


def file_ids(session: Session, wave: Wave) -> list[str]:
    """The names of the files of a wave, as responses know them."""
    rows = session.scalars(
        sa.select(Attachment.id)
        .where(Attachment.wave_id == wave.id)
        .order_by(Attachment.id)
        .limit(MOST_FILES)
    )
    return [file_id.hex() for file_id in rows]
