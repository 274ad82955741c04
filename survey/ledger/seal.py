"""Home of sealing: waiting boxes are opened, shuffled, stored as responses, and committed to both logs."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import audit, clock
from survey.db import table_of
from survey.errors import Conflict
from survey.ledger import apart, batching, leaves, origins, urn
from survey.ledger.apart import Apart
from survey.ledger.batching import HidingSet
from survey.ledger.canonical import canonical_bytes, parse_json
from survey.ledger.origins import SITE
from survey.models.ledger import LogLeaf
from survey.models.response import Participation, Response, SealBatch, WithdrawalTag
from survey.models.wave import Wave
from survey.ports import KeyStore

MAX_BATCH = 4000
"""About a second of work: the write lock of the embedded database is held no longer than two."""

_response = table_of(Response)
_participation = table_of(Participation)
_log_leaf = table_of(LogLeaf)
_insert_response = sa.insert(_response)
_insert_leaf = sa.insert(_log_leaf)
_mark_sealed = (
    sa.update(_participation)
    .where(_participation.c.rid_hash == sa.bindparam("h"))
    .values(batch=sa.bindparam("new_batch"), day=sa.bindparam("new_day"))
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SealReport:
    """What one sealing did: `batch` is None if nothing was ready; `more` asks for another one."""

    batch: int | None
    n_sealed: int
    n_waiting: int
    n_withdrawn: int
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class _Waiting:
    """One opened box, with its document read."""

    sealed: urn.Sealed
    document: dict[str, Any]  # Any: a JSON document

    @property
    def hiding_set(self) -> HidingSet:
        return HidingSet(channel=self.document["channel"], seal_group=self.document["seal_group"])


@dataclass(frozen=True, slots=True, kw_only=True)
class _TookPart:
    """One participation row that waits."""

    rid_hash: bytes
    hiding_set: HidingSet
    day: date


def seal_wave(
    session: Session,
    wave: Wave,
    *,
    keys: KeyStore,
    closing: bool = False,
    site: str = SITE,
    limit: int = MAX_BATCH,
) -> SealReport:
    """Seal one batch of a wave, within the caller's transaction.

    After the commit the caller signs both logs (`checkpoint.sign_wave`) and, once the rows are in a
    backup, destroys the retired keys (`urn.destroy_retired_keys`). `seal_all` walks through all of it.
    Raises Conflict if boxes and participation rows do not match: nothing is sealed then.
    """
    session.flush()
    key = urn.key_in_force(session, wave.id, keys=keys, to_replace=True)
    opened = urn.open_all(session, wave.id, keys=keys, wave=wave.code)
    withdrawn = _withdrawn(session, wave.id)
    waiting = [
        _Waiting(sealed=sealed, document=parse_json(sealed.document))
        for sealed in opened.values()
        if sealed.tag not in withdrawn
    ]
    took_part = _took_part(session, wave.id)
    sizes = _matching_sizes(wave, waiting, took_part)
    chosen = set(batching.choose(sizes, closing=closing, limit=limit))
    if not chosen:
        return SealReport(batch=None, n_sealed=0, n_waiting=len(waiting), n_withdrawn=0, more=False)
    ready = [one for one in waiting if one.hiding_set in chosen]
    staying = [one.sealed for one in waiting if one.hiding_set not in chosen]
    number = _new_batch(session, wave, n=len(ready), closing=closing)
    _store(
        session,
        wave,
        ready=ready,
        took_part=[row for row in took_part if row.hiding_set in chosen],
        batch=number,
        site=site,
    )
    _store_apart(session, wave, ready=ready, keys=keys)
    taken_back = [one for one in opened.values() if one.tag in withdrawn]
    lost = [secret for one in taken_back for secret in Apart.decode(one.apart).files.values()]
    apart.drop_waiting(session, lost, keys=keys)
    urn.remove_boxes(session, opened)
    fresh = urn.replace_key(session, wave.id, old=key, keys=keys)
    urn.put_boxes(session, wave.id, sealed=staying, key=fresh, wave=wave.code)
    audit.record(
        session,
        "job:seal",
        act="batch.sealed",
        on=f"wave:{wave.code}",
        after={"batch": number, "n": len(ready), "closing": closing},
    )
    left = {key: size for key, size in sizes.items() if key not in chosen}
    return SealReport(
        batch=number,
        n_sealed=len(ready),
        n_waiting=len(staying),
        n_withdrawn=len(opened) - len(waiting),
        more=bool(batching.choose(left, closing=closing, limit=limit)),
    )


def seal_all(
    session: Session, wave: Wave, *, keys: KeyStore, closing: bool = False, site: str = SITE
) -> Iterator[SealReport]:
    """Seal batch after batch; the caller commits after each report, before asking for the next."""
    while True:
        report = seal_wave(session, wave, keys=keys, closing=closing, site=site)
        yield report
        if not report.more:
            return


def _withdrawn(session: Session, wave_id: int) -> frozenset[bytes]:
    tags = session.execute(sa.select(WithdrawalTag.tag).where(WithdrawalTag.wave_id == wave_id))
    return frozenset(tags.scalars())


def _took_part(session: Session, wave_id: int) -> list[_TookPart]:
    columns = _participation.c
    rows = session.connection().execute(
        sa.select(columns.rid_hash, columns.channel, columns.seal_group, columns.day).where(
            columns.wave_id == wave_id, columns.batch.is_(None)
        )
    )
    return [
        _TookPart(
            rid_hash=row.rid_hash,
            hiding_set=HidingSet(channel=row.channel, seal_group=row.seal_group),
            day=row.day,
        )
        for row in rows
    ]


def _matching_sizes(
    wave: Wave, waiting: Sequence[_Waiting], took_part: Sequence[_TookPart]
) -> Mapping[HidingSet, int]:
    sizes = Counter(one.hiding_set for one in waiting)
    expected = Counter(row.hiding_set for row in took_part)
    if sizes != expected:
        wrong = sorted(key for key in sizes | expected if sizes[key] != expected[key])[0]
        raise Conflict(
            "urn_does_not_match",
            zh=f"调查轮次“{wave.code}”中，“{wave_group(wrong)}”的待封存答卷与参与记录数目不符，封存已中止。请联系审计员核查。",
            en=(
                f"In wave “{wave.code}” the waiting responses of “{wave_group(wrong)}” do not match the "
                "participation records; sealing was stopped. Ask the auditor to look into it."
            ),
            boxes=sizes[wrong],
            participations=expected[wrong],
        )
    return sizes


def wave_group(key: HidingSet) -> str:
    """A hiding set in words for messages."""
    return f"{key.channel}/{key.seal_group}"


def _new_batch(session: Session, wave: Wave, *, n: int, closing: bool) -> int:
    last = session.execute(
        sa.select(sa.func.max(SealBatch.number)).where(SealBatch.wave_id == wave.id)
    ).scalar_one()
    number: int = (last or 0) + 1
    today = clock.today(session, wave.time_zone)
    session.add(SealBatch(wave_id=wave.id, number=number, day=today, n=n, is_closing=closing))
    session.flush()
    return number


def _store(
    session: Session,
    wave: Wave,
    *,
    ready: list[_Waiting],
    took_part: Sequence[_TookPart],
    batch: int,
    site: str,
) -> None:
    """Responses with their content leaves in shuffled order; participation leaves sorted by hash."""
    content, participation = (
        origins.current(session, origins.of_wave(wave.code, log, site=site)) for log in ("c", "p")
    )
    start = _log_size(session, content)
    if start != _log_size(session, participation):
        raise Conflict(
            "logs_differ",
            zh=f"调查轮次“{wave.code}”的两本登记簿长度不同，封存已中止。请联系审计员核查。",
            en=f"The two logs of wave “{wave.code}” differ in size; sealing was stopped. Ask the auditor.",
        )
    secrets.SystemRandom().shuffle(ready)
    day_of = _stored_days(ready)
    rows, leaf_rows = [], []
    for position, one in enumerate(ready, start=start):
        row, leaf = _sealed_rows(wave, one, batch=batch, position=position, day_of=day_of)
        rows.append(row)
        leaf_rows.append({"origin": content, **leaf})
    marks = []
    ordered = sorted(took_part, key=lambda row: row.rid_hash)
    for position, taken in enumerate(ordered, start=start):
        data = leaves.participation_leaf(taken.rid_hash, wave=wave.code)
        leaf_rows.append(
            {
                "origin": participation,
                "position": position,
                "leaf_hash": leaves.hash_of(data),
                "data": data,
            }
        )
        day = day_of[taken.hiding_set][taken.day.isoformat()]
        marks.append({"h": taken.rid_hash, "new_batch": batch, "new_day": date.fromisoformat(day)})
    connection = session.connection()
    connection.execute(_insert_response, rows)
    connection.execute(_insert_leaf, leaf_rows)
    connection.execute(_mark_sealed, marks)


def _store_apart(session: Session, wave: Wave, *, ready: Sequence[_Waiting], keys: KeyStore) -> None:
    """Contact entries and files of the batch, in shuffles that have nothing to do with that of the responses."""
    day = clock.today(session, wave.time_zone)
    found = [Apart.decode(one.sealed.apart) for one in ready if one.sealed.apart]
    apart.store(session, wave.id, sealed=found, day=day, keys=keys)


def _stored_days(ready: Sequence[_Waiting]) -> dict[HidingSet, dict[str, str]]:
    days: dict[HidingSet, list[str]] = {}
    for one in ready:
        days.setdefault(one.hiding_set, []).append(one.document["day"])
    return {key: batching.coarse_days(found) for key, found in days.items()}


def _sealed_rows(
    wave: Wave,
    one: _Waiting,
    *,
    batch: int,
    position: int,
    day_of: Mapping[HidingSet, Mapping[str, str]],
) -> tuple[dict[str, Any], dict[str, Any]]:  # Any: values of database rows
    document, canonical = one.document, one.sealed.document
    day = day_of[one.hiding_set][document["day"]]
    if day != document["day"]:
        document = {**document, "day": day}
        canonical = canonical_bytes(document)
    data = leaves.content_leaf(
        leaves.commitment(one.sealed.r, canonical), document=document, wave=wave.code, batch=batch
    )
    row = {
        "id": secrets.token_bytes(16),
        "wave_id": wave.id,
        "batch": batch,
        "leaf_index": position,
        "channel": document["channel"],
        "seal_group": document["seal_group"],
        "day": date.fromisoformat(day),
        "document": document,
        "r": one.sealed.r,
        "anonymity": wave.anonymity,
        "case_link": None if one.sealed.link == urn.NO_LINK else one.sealed.link,
        "participant": document.get("participant"),
        "participant_consent": document["consent"] if "participant" in document else None,
    }
    return row, {"position": position, "leaf_hash": leaves.hash_of(data), "data": data}


def _log_size(session: Session, origin: str) -> int:
    last = session.execute(
        sa.select(sa.func.max(_log_leaf.c.position)).where(_log_leaf.c.origin == origin)
    ).scalar_one()
    return 0 if last is None else last + 1
