"""R20: a wave closes by the wall clock of its zone, also in the night in which clocks are changed."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from admin.fieldwork import rules
from survey.errors import Invalid
from survey.models.wave import Wave
from tests.faults.books import balance, documents
from tests.faults.installation import WAVE, Installation, Server, serving
from tests.faults.outcome import Outcome
from tests.faults.people import Diary, Phone, hand_in, to_review

ZONES = ("Asia/Shanghai", "America/New_York", "Pacific/Apia")
_MISSING = (
    ("Asia/Shanghai", "1991-04-14 02:30"),
    ("America/New_York", "2024-03-10 02:30"),
    ("Pacific/Apia", "2011-12-30 12:00"),
)
"""Wall times that never were; on Apia's side of the date line a whole day."""
_DOUBLED = (
    ("America/New_York", "2027-11-07 01:30"),
    ("Australia/Sydney", "2027-04-04 02:30"),
)
_CLOSES = "2027-11-07 01:30"
"""In New York this hour comes twice on that day."""
_GRACE = timedelta(minutes=30)
_SECOND = timedelta(seconds=1)


def closes_on_the_second(at: Installation, *, planted: str = "") -> Outcome:
    """R20: in three zones, the second before and after close, and before and after the half hour of grace."""
    diary, faults = Diary(path=at.folder / "diary"), list[str]()
    tried = 0
    with serving(at, planted=planted) as server:
        for zone in ZONES:
            faults += [f"{zone}: {fault}" for fault in _close_in(at, server, zone, diary)]
            tried += 5
        for zone, wall in _DOUBLED:
            faults += _shown_with_offset(at, server, zone, wall, diary)
    faults += wall_times()
    books = balance(at, diary)
    late = sum(bool(document["grace"]) for document in documents(at))
    if late != len(ZONES):
        faults.append(f"{late} of {len(ZONES)} late answers are marked")
    return Outcome(
        id="R20",
        database=at.database,
        what=f"a close at 01:30 in a night of changed clocks, in {len(ZONES)} zones",
        figures={
            "moments tried": tried,
            "receipts": books.n_acked,
            "stored": books.n_stored,
            "marked as late": late,
            "missing wall times refused": len(_MISSING),
            "doubled ones shown with their offset": len(_DOUBLED),
        },
        faults=tuple(faults + books.faults() + diary.odd[:5]),
        planted=planted,
    )


def _close_in(at: Installation, server: Server, zone: str, diary: Diary) -> list[str]:
    closes = rules.instant(datetime.fromisoformat(_CLOSES), zone=zone)
    name, links = zone.split("/")[1].lower().replace("_", ""), at.world.issue(4)
    with at.world.session() as session:
        wave = session.get_one(Wave, at.world.wave_id)
        wave.time_zone, wave.closes_at = zone, closes
    found: list[str] = []
    _set_time(at, closes - timedelta(minutes=10))
    phones = [Phone(server.address, diary, patience=0) for _ in links]
    under_way = [
        to_review(phone, f"/i/{link}?lang=en", f"m-{name}{n}")
        for n, (phone, link) in enumerate(zip(phones[:3], links[:3], strict=True))
    ]

    def hands_in(which: int, moment: datetime, *, is_taken: bool) -> None:
        _set_time(at, moment)
        page = hand_in(phones[which], under_way[which], f"m-{name}{which}", diary)
        if page is None or bool(page.receipt) != is_taken:
            found.append(f"{moment - closes} after close: {page.status if page else 'nothing'}")
        elif not is_taken:
            found.extend(_unkind(page.status, page.body))
            diary.sent.discard(f"m-{name}{which}")

    hands_in(0, closes - _SECOND, is_taken=True)
    _set_time(at, closes + _SECOND)
    with closing(phones[3]) as newcomer:
        page = newcomer.get(f"/i/{links[3]}?lang=en")
        found.extend(_unkind(page.status, page.body))
    hands_in(1, closes + _GRACE - 2 * _SECOND, is_taken=True)
    hands_in(2, closes + _GRACE + 2 * _SECOND, is_taken=False)
    again = phones[0].get(f"/answer/{WAVE}/receipt")
    if not again.receipt:
        found.append(f"after close the receipt is not shown any more ({again.status})")
    for phone in phones:
        phone.close()
    return found


def _unkind(status: int, body: str) -> Sequence[str]:
    if status != 410:
        return [f"after close answered with {status}"]
    return [] if "has closed" in body else ["the refusal does not say that the survey has closed"]


def wall_times() -> list[str]:
    """What of the times that never were is taken nevertheless."""
    found = []
    for zone, wall in _MISSING:
        try:
            taken = rules.instant(datetime.fromisoformat(wall), zone=zone)
        except Invalid:
            continue
        found.append(f"{wall} in {zone} was taken as {taken}")
    return found


def _shown_with_offset(at: Installation, server: Server, zone: str, wall: str, diary: Diary) -> list[str]:
    """What a person reads as the end of the survey, where clocks show that time twice."""
    found = []
    for fold in (0, 1):
        moment = datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=fold)
        with at.world.session() as session:
            wave = session.get_one(Wave, at.world.wave_id)
            wave.time_zone, wave.closes_at = zone, moment.astimezone(UTC)
        _set_time(at, moment.astimezone(UTC) - timedelta(days=1))
        (link,) = at.world.issue()
        with closing(Phone(server.address, diary, patience=0)) as phone:
            body = phone.get(f"/i/{link}?lang=en").body
        hours = round((moment.utcoffset() or timedelta()) / timedelta(hours=1))
        if f"{moment:%H:%M} (UTC{'−' if hours < 0 else '+'}{abs(hours)})" not in body:
            found.append(f"{zone}: the doubled {wall} is shown without its offset")
    return found


def _set_time(at: Installation, moment: datetime) -> None:
    with at.world.session() as session:
        session.execute(sa.text("DELETE FROM demo_clock"))
        real = session.execute(sa.text("SELECT CURRENT_TIMESTAMP")).scalar_one()
    now = datetime.fromisoformat(real).replace(tzinfo=UTC) if isinstance(real, str) else real
    at.world.move_clock(moment - now)
