"""Verbs of the comparison: equal keyings are settled at once, differences by a person; then only counts are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.keying import comparing, keeping
from admin.keying.comparing import Difference
from admin.keying.fields import by_key
from admin.keying.reading import AS_ON_PAPER, BLANK, Entry, stored
from admin.keying.serials import Serial
from admin.keying.services import sheets
from admin.keying.services.sheets import Work
from survey import audit
from survey.db import insert_ignoring_conflicts, table_of
from survey.errors import Conflict, Forbidden, Invalid
from survey.identity.actors import Actor
from survey.identity.persons import is_same_person
from survey.models.keying import KeyedEntry, KeyingPair, KeyingSheet, KeyingTally
from survey.models.people import User
from survey.ports import KeyStore

_pair, _tally = table_of(KeyingPair), table_of(KeyingTally)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A sheet of which the two keyings differ: where, and both as they were keyed. It says not who keyed which."""

    work: Work
    entries: tuple[KeyedEntry, KeyedEntry]
    first: Entry
    second: Entry
    differences: tuple[Difference, ...]


def compare_both(
    session: Session, work: Work, sheet: KeyingSheet, entries: Sequence[KeyedEntry], *, keys: KeyStore
) -> None:
    """Compare the two finished keyings of a sheet that is held: settled where they say the same."""
    dispute = _dispute(work, entries, keys=keys)
    if dispute.differences:
        sheet.state = "to_decide"
        session.flush()
        return
    _settle(session, dispute, {}, keys=keys)


def dispute_of(session: Session, serial: Serial, *, actor: Actor, keys: KeyStore) -> Dispute:
    """What is to be settled of a sheet. Raises NotFound, Gone, Conflict (nothing to settle), Forbidden."""
    sheet, run = sheets.find(session, serial)
    if sheet.state != "to_decide":
        raise Conflict(
            "nothing_to_decide",
            zh="这份问卷表没有待裁定的差异。",
            en="There is nothing to settle on this sheet.",
        )
    work = sheets.work_on(session, serial, sheet, run, keys=keys)
    found = sheets.entries(session, serial)
    if run.decides == "third" and _has_keyed(session, found, actor):
        raise Forbidden(
            "third_person",
            zh="这一批问卷表的差异须由第三个人裁定，您录入过这份表。",
            en="In this run a third person settles differences; you have keyed this sheet.",
        )
    return _dispute(work, found, keys=keys)


def decide(
    session: Session, serial: Serial, chosen: Mapping[str, str], *, actor: Actor, keys: KeyStore
) -> None:
    """Settle every difference of a sheet by what it really says. Raises what ``dispute_of`` does, and Invalid.

    ``chosen`` has for each differing field what stands on the paper, as it would be typed.
    """
    sheets.hold(session, serial)
    dispute = dispute_of(session, serial, actor=actor, keys=keys)
    known = by_key(dispute.work.program)
    values = {each.key: stored(known[each.key], chosen.get(each.key, "")) for each in dispute.differences}
    if missing := [key for key, value in values.items() if not value]:
        raise Invalid(
            "not_all_decided",
            zh=f"还有 {len(missing)} 处差异没有裁定。",
            en=f"{len(missing)} differences are not settled yet.",
        )
    _settle(session, dispute, values, keys=keys)
    audit.record(
        session,
        actor.ref,
        act="sheet.decide",
        on=f"sheet:{serial.printed}",
        after={"differences": len(dispute.differences)},
    )


def _has_keyed(session: Session, entries: Sequence[KeyedEntry], actor: Actor) -> bool:
    person = session.get_one(User, actor.user_id)
    return any(is_same_person(session.get_one(User, each.operator_id), person) for each in entries)


def _dispute(work: Work, entries: Sequence[KeyedEntry], *, keys: KeyStore) -> Dispute:
    one, other = entries
    first, second = (
        keeping.open_entry(
            each.box, serial=work.serial, run_id=work.run.id, holder=each.operator_id, keys=keys
        )
        for each in entries
    )
    return Dispute(
        work=work,
        entries=(one, other),
        first=first,
        second=second,
        differences=comparing.compare(first, second),
    )


def _settle(session: Session, dispute: Dispute, values: Entry, *, keys: KeyStore) -> None:
    """Keep what is settled in one box, count, and destroy what the two had keyed."""
    work = dispute.work
    settled = _completed(work, {**comparing.agreed(dispute.first, dispute.second), **values})
    checked = work.check(settled)
    pairs = comparing.count_pair(dispute.first, dispute.second, on_route=checked.asked)
    comparing.add_marks(pairs, settled, off_route=checked.off_route, impossible=checked.problems)
    _count_pairs(session, work.serial.wave_id, pairs)
    for held, entry in zip(dispute.entries, (dispute.first, dispute.second), strict=True):
        operator = keeping.operator_name(work.serial.wave_id, held.operator_id, keys=keys)
        counted = comparing.tally(entry, settled, on_route=checked.asked)
        _count_tally(session, work.serial.wave_id, operator, counted)
    sheets.forget_entries(session, work.serial)
    work.sheet.box = keeping.seal(
        settled, serial=work.serial, run_id=work.run.id, holder=keeping.SETTLED, keys=keys
    )
    work.sheet.state = "ready"
    session.flush()


def _completed(work: Work, settled: Entry) -> dict[str, str]:
    """With marks and blanks as the settled route has them: a decision may have moved it."""
    checked = work.check(settled)
    marks = {key: AS_ON_PAPER + settled[key] for key in checked.unmarked}
    return {**settled, **marks, **dict.fromkeys(checked.empty, BLANK)}


def _count_pairs(session: Session, wave_id: int, counts: Mapping[str, comparing.PairCount]) -> None:
    for item, count in sorted(counts.items()):
        cell = {"wave_id": wave_id, "item": item}
        _add(session, _pair, cell, asdict(count))


def _count_tally(
    session: Session, wave_id: int, operator: str, counts: Mapping[str, comparing.Tally]
) -> None:
    for item, count in sorted(counts.items()):
        cell = {"wave_id": wave_id, "item": item, "operator": operator}
        _add(session, _tally, cell, asdict(count))


def _add(session: Session, table: sa.Table, cell: Mapping[str, object], counts: Mapping[str, int]) -> None:
    connection = session.connection()
    connection.execute(insert_ignoring_conflicts(session, table), {**cell, **dict.fromkeys(counts, 0)})
    connection.execute(
        sa.update(table)
        .where(*(table.c[name] == value for name, value in cell.items()))
        .values({name: table.c[name] + number for name, number in counts.items()})
    )
