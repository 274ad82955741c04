"""R20: a wave closes by the wall clock of its zone, also in the night in which clocks are changed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from admin.demo.walker import Page
from admin.fieldwork import rules
from survey import clock
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
_TRIES = 8
"""The clock runs on while somebody hands in: whoever took longer than the second that was left does not count."""


def closes_on_the_second(at: Installation, *, planted: str = "") -> Outcome:
    """R20: in three zones, the second before and after close, and before and after the half hour of grace."""
    diary, faults = Diary(path=at.folder / "diary"), list[str]()
    evenings: list[_Evening] = []
    with serving(at, planted=planted) as server:
        for zone in ZONES:
            evenings.append(_Evening(at=at, server=server, zone=zone, diary=diary))
            faults += [f"{zone}: {fault}" for fault in evenings[-1].close()]
        for zone, wall in _DOUBLED:
            faults += _shown_with_offset(at, server, zone, wall, diary)
    faults += wall_times()
    books = balance(at, diary)
    marked = {marker for marker, is_late in _late(at).items() if is_late}
    faults += [f"{m} is not marked as late" for e in evenings for m in e.late if m not in marked]
    faults += [f"{m} is marked as late" for e in evenings for m in e.in_time if m in marked]
    return Outcome(
        id="R20",
        database=at.database,
        what=f"a close at 01:30 in a night of changed clocks, in {len(ZONES)} zones",
        figures={
            "moments tried": 5 * len(ZONES),
            "receipts": books.n_acked,
            "stored": books.n_stored,
            "marked as late": sum(m in marked for e in evenings for m in e.late),
            "missing wall times refused": len(_MISSING),
            "doubled ones shown with their offset": len(_DOUBLED),
        },
        faults=tuple(faults + books.faults() + diary.odd[:5]),
        planted=planted,
    )


def _late(at: Installation) -> dict[str, bool]:
    """Which answers are marked as given in the half hour after close, by marker."""
    return {document["state"]["answers"]["T1"]: bool(document["grace"]) for document in documents(at)}


@dataclass(slots=True, kw_only=True)
class _Evening:
    """The wave as it closes by the clocks of one zone, and the markers of those who were in time, and late."""

    at: Installation
    server: Server
    zone: str
    diary: Diary
    in_time: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    _n: int = 0

    def close(self) -> list[str]:
        """Try every moment; what was wrong."""
        closes = rules.instant(datetime.fromisoformat(_CLOSES), zone=self.zone)
        with self.at.world.session() as session:
            wave = session.get_one(Wave, self.at.world.wave_id)
            wave.time_zone, wave.closes_at = self.zone, closes
        found, first = self._in_the_last_second(closes, closes, self.in_time)
        with closing(Phone(self.server.address, self.diary, patience=0)) as newcomer:
            self._set_time(closes + _SECOND)
            page = newcomer.get(f"/i/{self._link()}?lang=en")
            found.extend(_unkind(page.status, page.body))
        late, _ = self._in_the_last_second(closes, closes + _GRACE, self.late)
        found += late
        phone, review, marker = self._under_way(closes)
        self._set_time(closes + _GRACE + _SECOND)
        page = self._hand_in(phone, review, marker)
        if page.receipt:
            found.append("an answer was taken half an hour and a second after close")
        else:
            found.extend(_unkind(page.status, page.body))
            self.diary.sent.discard(marker)
        phone.close()
        again = first.get(f"/answer/{WAVE}/receipt")
        if not again.receipt:
            found.append(f"after close the receipt is not shown any more ({again.status})")
        first.close()
        return found

    def _in_the_last_second(
        self, closes: datetime, limit: datetime, counted: list[str]
    ) -> tuple[list[str], Phone]:
        """Hand in within the second before a limit; what was wrong, and the phone that did it in time."""
        for _ in range(_TRIES):
            phone, review, marker = self._under_way(closes)
            self._set_time(limit - _SECOND)
            page = self._hand_in(phone, review, marker)
            with self.at.world.session() as session:
                was_in_time = clock.now(session) < limit
            if not was_in_time:
                if not page.receipt:
                    self.diary.sent.discard(marker)
                phone.close()
                continue
            if page.receipt:
                counted.append(marker)
                return [], phone
            return [f"a second before {limit - closes} after close: {page.status}"], phone
        return ["nobody managed to hand in within the last second"], phone

    def _under_way(self, closes: datetime) -> tuple[Phone, Page, str]:
        """Somebody who began in time and has only the last tap before them."""
        self._n += 1
        marker = f"m-{self.zone.split('/')[1].lower().replace('_', '')}{self._n}"
        self._set_time(closes - timedelta(minutes=10))
        phone = Phone(self.server.address, self.diary, patience=0)
        return phone, to_review(phone, f"/i/{self._link()}?lang=en", marker), marker

    def _hand_in(self, phone: Phone, review: Page, marker: str) -> Page:
        page = hand_in(phone, review, marker, self.diary)
        assert page is not None
        return page

    def _link(self) -> str:
        (link,) = self.at.world.issue()
        return link

    def _set_time(self, moment: datetime) -> None:
        _set_time(self.at, moment)


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
    """Move the clock of the database to the beginning of a second."""
    time.sleep(1 - time.time() % 1)
    with at.world.session() as session:
        session.execute(sa.text("DELETE FROM demo_clock"))
        real = session.execute(sa.text("SELECT CURRENT_TIMESTAMP")).scalar_one()
    now = datetime.fromisoformat(real).replace(tzinfo=UTC) if isinstance(real, str) else real
    at.world.move_clock(moment - now.replace(microsecond=0))
