"""Home of verification: recomputes both logs of a wave and everything they commit to, and names what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit
from survey.ledger import leaves, merkle, notes, origins
from survey.ledger.canonical import NotCanonicalError, canonical_bytes
from survey.ledger.checkpoint import log_hashes, platform_key, trail_hashes
from survey.ledger.origins import SITE
from survey.models.ledger import Checkpoint, LogLeaf
from survey.models.quality import Exclusion
from survey.models.response import Participation, Response, SealBatch
from survey.models.wave import Wave
from survey.ports import CheckpointSink, KeyStore

_CHUNK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not fit: which object, and what is wrong with it."""

    object: str
    zh: str
    en: str

    def message(self, language: str) -> str:
        """The sentence in a language."""
        return f"{self.object}: {self.en if language == 'en' else self.zh}"


def verify_all(
    session: Session,
    *,
    keys: KeyStore,
    sink: CheckpointSink,
    auditors: Sequence[notes.VerifierKey] = (),
    site: str = SITE,
) -> list[Finding]:
    """Every wave and the audit trail; an empty list where all of it fits."""
    found: list[Finding] = []
    for wave in session.scalars(sa.select(Wave).order_by(Wave.id)):
        found += verify_wave(session, wave, keys=keys, sink=sink, auditors=auditors, site=site)
    return found + verify_trail(session, keys=keys, sink=sink, auditors=auditors, site=site)


def verify_wave(
    session: Session,
    wave: Wave,
    *,
    keys: KeyStore,
    sink: CheckpointSink,
    auditors: Sequence[notes.VerifierKey] = (),
    site: str = SITE,
) -> list[Finding]:
    """Leaves, commitments, participation rows, counts and checkpoints of one wave."""
    names = {log: origins.names(session, origins.of_wave(wave.code, log, site=site)) for log in ("p", "c")}
    found: list[Finding] = []
    for origin in (*names["p"], *names["c"]):
        found += _leaf_faults(session, origin)
        hashes = log_hashes(session, origin)
        found += checkpoint_faults(session, origin, hashes, keys=keys, sink=sink, auditors=auditors)
    now = {log: every[-1] for log, every in names.items()}
    found += _response_faults(session, wave, now["c"])
    found += _participation_faults(session, wave, now["p"])
    found += _count_faults(session, wave, now)
    return found


def verify_trail(
    session: Session,
    *,
    keys: KeyStore,
    sink: CheckpointSink,
    auditors: Sequence[notes.VerifierKey] = (),
    site: str = SITE,
) -> list[Finding]:
    """The audit log: its chain, and its checkpoints."""
    found = [
        Finding(object="audit log", zh=f"审计日志不一致（{fault}）", en=fault)
        for fault in audit.check(session)
    ]
    hashes = trail_hashes(session)
    for origin in origins.names(session, origins.of_trail(site=site)):
        found += checkpoint_faults(session, origin, hashes, keys=keys, sink=sink, auditors=auditors)
    return found


def checkpoint_faults(
    session: Session,
    origin: str,
    hashes: Sequence[bytes],
    *,
    keys: KeyStore,
    sink: CheckpointSink,
    auditors: Sequence[notes.VerifierKey] = (),
) -> Iterator[Finding]:
    """Every checkpoint of a log: signed with the right key, true of the leaves, none lost."""
    known = [platform_key(origin, keys=keys), *auditors]
    stored = session.scalars(
        sa.select(Checkpoint).where(Checkpoint.origin == origin).order_by(Checkpoint.id)
    ).all()
    roots = _roots(hashes, [row.size for row in stored])
    for row in stored:
        name = f"checkpoint {origin}@{row.size}"
        try:
            note = notes.parse(row.note)
            stated = notes.parse_checkpoint(note.text)
            signers = notes.signers(note, known)
        except notes.BadNoteError as exc:
            yield Finding(object=name, zh="签名无效", en=f"is not a valid signed note: {exc}")
            continue
        if origin not in signers:
            yield Finding(object=name, zh="没有平台的有效签名", en="is not signed with the platform's key")
        if (stated.origin, stated.size, stated.root) != (origin, row.size, row.root):
            yield Finding(object=name, zh="记录与签署的内容不同", en="differs from what was signed")
        if stated.size > len(hashes):
            yield Finding(
                object=name,
                zh=f"登记簿只有{len(hashes)}条，少于签署时的{stated.size}条",
                en=f"was signed over {stated.size} leaves, the log has only {len(hashes)}",
            )
        elif roots.get(stated.size, merkle.EMPTY_ROOT) != stated.root:
            yield Finding(
                object=name, zh="登记簿在签署后被改写", en="no longer matches the leaves it was signed over"
            )
    last = sink.last(origin)
    broken = {each.note for each in origins.breaks(session) if each.old_origin == origin}
    if last is not None and last not in {row.note for row in stored} | broken:
        yield Finding(
            object=f"checkpoint {origin}",
            zh="库外保存的最后一个检查点在数据库中找不到",
            en="the last checkpoint kept outside the database is not in the database",
        )


def _roots(hashes: Sequence[bytes], sizes: Iterable[int]) -> dict[int, bytes]:
    frontier = merkle.Frontier()
    roots: dict[int, bytes] = {}
    for size in sorted({size for size in sizes if size <= len(hashes)}):
        frontier = frontier.append(hashes[frontier.size : size])
        roots[size] = frontier.root
    return roots


def _leaf_faults(session: Session, origin: str) -> Iterator[Finding]:
    rows = session.execute(
        sa.select(LogLeaf.position, LogLeaf.leaf_hash, LogLeaf.data)
        .where(LogLeaf.origin == origin)
        .order_by(LogLeaf.position)
        .execution_options(yield_per=_CHUNK)
    )
    for expected, (position, leaf_hash, data) in enumerate(rows):
        if position != expected:
            yield Finding(object=f"leaf {origin}#{expected}", zh="缺失", en="is missing")
            return
        if not _is_hash_of(leaf_hash, data):
            yield Finding(
                object=f"leaf {origin}#{position}", zh="内容与散列不符", en="does not match its hash"
            )


def _is_hash_of(leaf_hash: bytes, data: object) -> bool:
    try:
        return leaves.hash_of(data) == leaf_hash  # type: ignore[arg-type]  # a changed leaf may be anything
    except NotCanonicalError:
        return False


def _response_faults(session: Session, wave: Wave, origin: str) -> Iterator[Finding]:
    """Every response opens its leaf, and its columns repeat what its document says."""
    rows = session.execute(
        sa.select(Response, LogLeaf.data)
        .outerjoin(LogLeaf, sa.and_(LogLeaf.origin == origin, LogLeaf.position == Response.leaf_index))
        .where(Response.wave_id == wave.id)
        .order_by(Response.leaf_index)
        .execution_options(yield_per=_CHUNK)
    )
    seen: set[int] = set()
    for response, data in rows:
        name = f"response {wave.code}#{response.leaf_index}"
        if response.leaf_index in seen:
            yield Finding(object=name, zh="同一位置有两份答卷", en="shares its leaf with another response")
        seen.add(response.leaf_index)
        if data is None:
            yield Finding(object=name, zh="在登记簿中没有对应的记录", en="has no leaf in the log")
        elif not _opens(response, data, wave):
            yield Finding(object=name, zh="与登记簿中的承诺不符", en="does not open its leaf")


def _opens(response: Response, data: object, wave: Wave) -> bool:
    document = response.document
    try:
        committed = leaves.commitment(response.r, canonical_bytes(document))
        expected = leaves.content_leaf(committed, document=document, wave=wave.code, batch=response.batch)
    except (NotCanonicalError, KeyError, TypeError):
        return False
    columns = (response.channel, response.seal_group, response.day.isoformat())
    said = (document.get("channel"), document.get("seal_group"), document.get("day"))
    named = (response.participant, response.participant_consent)
    agreed = (document.get("participant"), document.get("consent") if "participant" in document else None)
    return expected == data and columns == said and named == agreed and response.anonymity == wave.anonymity


def _participation_faults(session: Session, wave: Wave, origin: str) -> Iterator[Finding]:
    logged = {
        data["h"]: position
        for position, data in session.execute(
            sa.select(LogLeaf.position, LogLeaf.data).where(LogLeaf.origin == origin)
        )
        if isinstance(data, dict) and "h" in data
    }
    rows = session.execute(
        sa.select(Participation.rid_hash).where(
            Participation.wave_id == wave.id, Participation.batch.is_not(None)
        )
    )
    kept = {rid_hash.hex() for (rid_hash,) in rows}
    for missing in sorted(logged.keys() - kept):
        yield Finding(
            object=f"participation {wave.code}#{logged[missing]}",
            zh="参与记录被删除或改动",
            en="was removed or changed after sealing",
        )
    for extra in sorted(kept - logged.keys()):
        yield Finding(
            object=f"participation {wave.code}/{extra[:12]}",
            zh="在登记簿中没有对应的记录",
            en="is marked as sealed and not in the log",
        )


def _count_faults(session: Session, wave: Wave, origins: dict[str, str]) -> Iterator[Finding]:
    sizes = {
        log: session.execute(
            sa.select(sa.func.count()).select_from(LogLeaf).where(LogLeaf.origin == origin)
        ).scalar_one()
        for log, origin in origins.items()
    }
    per_batch = Counter(
        session.execute(sa.select(Response.batch).where(Response.wave_id == wave.id)).scalars()
    )
    if len({*sizes.values(), per_batch.total()}) > 1:
        yield Finding(
            object=f"wave {wave.code}",
            zh=f"数目不符：参与{sizes['p']}、内容{sizes['c']}、答卷{per_batch.total()}",
            en=f"counts differ: {sizes['p']} in p, {sizes['c']} in c, {per_batch.total()} responses",
        )
    batches = session.execute(sa.select(SealBatch.number, SealBatch.n).where(SealBatch.wave_id == wave.id))
    stated = {row.number: row.n for row in batches}
    for number in sorted(stated.keys() | per_batch.keys()):
        if stated.get(number) != per_batch.get(number):
            yield Finding(
                object=f"batch {wave.code}/{number}",
                zh=f"应有{stated.get(number, 0)}份，实有{per_batch.get(number, 0)}份",
                en=f"should hold {stated.get(number, 0)} responses and holds {per_batch.get(number, 0)}",
            )
    strangers = session.execute(
        sa.select(Exclusion.leaf_index)
        .outerjoin(
            Response,
            sa.and_(
                Response.id == Exclusion.response_id,
                Response.leaf_index == Exclusion.leaf_index,
                Response.wave_id == Exclusion.wave_id,
            ),
        )
        .where(Exclusion.wave_id == wave.id, Response.id.is_(None))
    )
    for (leaf_index,) in strangers:
        yield Finding(
            object=f"exclusion {wave.code}#{leaf_index}",
            zh="所列答卷不存在",
            en="names a response that does not exist",
        )
