"""Home of what verification looks at row by row: leaves, sealed responses, participation, and their numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.ledger import leaves
from survey.ledger.canonical import NotCanonicalError, canonical_bytes
from survey.ledger.finding import Finding
from survey.ledger.forgotten import Forgotten
from survey.models.ledger import LogLeaf
from survey.models.quality import Exclusion
from survey.models.response import Participation, Response, SealBatch
from survey.models.wave import Wave

_CHUNK = 2000


def faults(
    session: Session, wave: Wave, now: Mapping[str, str], *, gone: Forgotten | None
) -> Iterator[Finding]:
    """What does not fit the logs of a wave, whose present names are ``now``; ``gone`` is what was deleted as announced."""
    yield from response_faults(session, wave, now["c"])
    yield from _participation_faults(session, wave, now["p"])
    yield from _count_faults(session, wave, now, gone)
    if gone is None:
        yield from _stray_exclusions(session, wave)


def leaf_faults(session: Session, origin: str) -> Iterator[Finding]:
    """Every leaf of a log: in its place, and of its hash."""
    rows = session.execute(
        sa.select(LogLeaf.position, LogLeaf.leaf_hash, LogLeaf.data)
        .where(LogLeaf.origin == origin)
        .order_by(LogLeaf.position)
        .execution_options(yield_per=_CHUNK)
    )
    for expected, (position, leaf_hash, data) in enumerate(rows):
        if position != expected:
            rows.close()  # the rest stays unread
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


def response_faults(session: Session, wave: Wave, origin: str) -> Iterator[Finding]:
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


def _count_faults(
    session: Session, wave: Wave, now: Mapping[str, str], gone: Forgotten | None
) -> Iterator[Finding]:
    sizes = {
        log: session.execute(
            sa.select(sa.func.count()).select_from(LogLeaf).where(LogLeaf.origin == origin)
        ).scalar_one()
        for log, origin in now.items()
    }
    per_batch = Counter(
        session.execute(sa.select(Response.batch).where(Response.wave_id == wave.id)).scalars()
    )
    kept = per_batch.total()
    # Of a wave whose answers are being deleted as announced, those that were there and those that still are differ.
    n = kept if gone is None else gone.n_answers
    if len({*sizes.values(), n}) > 1:
        yield Finding(
            object=f"wave {wave.code}",
            zh=f"数目不符：参与{sizes['p']}、内容{sizes['c']}、答卷{n}",
            en=f"counts differ: {sizes['p']} in p, {sizes['c']} in c, {n} responses",
        )
    if gone is not None and gone.finished_on is not None and kept:
        yield Finding(
            object=f"wave {wave.code}",
            zh=f"已宣布删除，仍存有{kept}份答卷",
            en=f"still keeps {kept} responses, although they were said to be deleted",
        )
    batches = session.execute(sa.select(SealBatch.number, SealBatch.n).where(SealBatch.wave_id == wave.id))
    stated = {row.number: row.n for row in batches}
    for number in sorted(stated.keys() | per_batch.keys()):
        should, is_there = stated.get(number, 0), per_batch.get(number, 0)
        if is_there > should or (gone is None and is_there < should):
            yield Finding(
                object=f"batch {wave.code}/{number}",
                zh=f"应有{should}份，实有{is_there}份",
                en=f"should hold {should} responses and holds {is_there}",
            )


def _stray_exclusions(session: Session, wave: Wave) -> Iterator[Finding]:
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
