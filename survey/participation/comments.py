"""Home of the public's comments: taken without a name, found again by a reference that only the writer has."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey import clock, ids, text
from survey.access.limits import Limit
from survey.errors import Invalid
from survey.instrument.program import Program
from survey.models.consultation import Consultation, ConsultationComment

LONGEST, SHORTEST = 1000, 5
NEW_COMMENTS = Limit(name="consultation-comment", most=30, seconds=60 * 60)
"""Comments from one network: a village office where many people write stays below."""
MOST_WAITING = 5_000
SPEAKERS = (
    "resident",
    "enterprise",
    "individual_business",
    "service_user",
    "social_organisation",
    "assessed_unit",
    "expert",
    "other",
)
"""As whom people may say they write; saying nothing is as good."""
_LOOKALIKES = str.maketrans({"o": "0", "i": "1", "l": "1"})


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a comment is about: an item, a section, or with neither the whole draft."""

    section: str | None = None
    item: str | None = None


def about(program: Program, *, section: str | None, item: str | None) -> About | None:
    """The target of a comment, or None where the draft has no such item or section."""
    if item:
        place = program.places.get(item)
        return None if place is None else About(section=place.page.section, item=item)
    if section:
        return About(section=section) if any(page.section == section for page in program.pages) else None
    return About()


def add(
    session: Session, consultation: Consultation, raw: str, *, target: About, speaks_as: str, time_zone: str
) -> str:
    """Keep a comment and return its reference. Raises Invalid (too short, too long, unfit, too many waiting)."""
    words = fit(raw)
    waiting = sa.select(sa.func.count()).where(ConsultationComment.consultation_id == consultation.id)
    if (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise Invalid(
            "consultation_full",
            zh="这次征求意见收到的意见已经达到上限。请用页面上的其他方式联系组织单位。",
            en="This consultation has as many comments as it can take. Write to the organisers instead.",
        )
    reference = ids.public_id()
    comment = ConsultationComment(
        consultation_id=consultation.id,
        reference_hash=hash_of(reference),
        section=target.section,
        item=target.item,
        speaks_as=speaks_as if speaks_as in SPEAKERS else None,
        text=words,
        # the day only: a time would help to say who wrote
        received_on=clock.now(session).astimezone(ZoneInfo(time_zone)).date(),
    )
    session.add(comment)
    session.flush()
    return reference


def fit(raw: str) -> str:
    """The text of a comment as it is kept. Raises Invalid where it is too short, too long or cannot be kept."""
    try:
        words = "\n".join(text.one_line(line) for line in text.normalise(raw).split("\n")).strip()
    except text.UnfitText as error:
        raise Invalid(
            "comment_unfit",
            zh="文字里有无法保存的字符。请删除特殊字符后再提交。",
            en="The text holds a character that cannot be kept. Take unusual characters out and send it again.",
        ) from error
    if not SHORTEST <= len(words) <= LONGEST:
        raise Invalid(
            "comment_length",
            zh="意见须有 %(least)s 至 %(most)s 个字，现在有 %(n)s 个。",
            en="A comment has %(least)s to %(most)s characters; this one has %(n)s.",
            least=SHORTEST,
            most=LONGEST,
            n=len(words),
        )
    return words


def by_reference(session: Session, raw: str) -> ConsultationComment | None:
    """The comment that a reference belongs to, however it was typed; None where there is none."""
    code = "".join(char for char in raw.lower() if char.isalnum()).translate(_LOOKALIKES)
    query = sa.select(ConsultationComment).where(ConsultationComment.reference_hash == hash_of(code))
    return session.scalars(query).one_or_none()


def written(reference: str) -> str:
    """A reference as people copy it: capitals in groups of four."""
    code = reference.upper()
    return " ".join(code[at : at + 4] for at in range(0, len(code), 4))


def hash_of(reference: str) -> bytes:
    """What the database keeps of a reference. It has 80 random bits, so a plain hash cannot be turned back."""
    return hashlib.sha256(reference.encode()).digest()
