"""Paper sheets: printed runs, the two keyings of a sheet, and the counts that alone remain of them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base

_FINAL = "state NOT IN ('sent','not_sent','spoiled')"


class KeyingRun(Base):
    """One printed run of a wave's questionnaire. Its key opens what is keyed from it and dies with its last sheet."""

    __tablename__ = "keying_run"
    __table_args__ = (
        sa.UniqueConstraint("wave_id", "number"),
        sa.CheckConstraint("decides IN ('third','either')", name="decides"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"))
    number: Mapped[int] = mapped_column()
    mode: Mapped[str] = mapped_column(sa.String(15))
    """paper | cati: written by the respondent, or noted down on the telephone."""
    language: Mapped[str] = mapped_column(sa.String(20))
    channel: Mapped[str] = mapped_column(sa.String(10))
    """sample | assisted (each sheet a drawn case) | open (handed to anybody, never scored)."""
    decides: Mapped[str] = mapped_column(sa.String(10))
    """Who settles a difference: a third person, or either of the two with the sheet in hand."""
    n_sheets: Mapped[int] = mapped_column()


class KeyingSheet(Base):
    """One numbered sheet. What is settled about it lies in a box; once it is sent or spoiled the schema allows none.

    ``token_hash`` is the right to answer of a drawn case, and is forgotten with the box. No column holds a time.
    """

    __tablename__ = "keying_sheet"
    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('issued','keying','to_decide','ready','sent','not_sent','spoiled')", name="state"
        ),
        sa.CheckConstraint(
            f"{_FINAL} OR (box IS NULL AND seed IS NULL AND token_hash IS NULL)",
            name="nothing_kept_when_over",
        ),
        {"sqlite_with_rowid": False},
    )

    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    run_id: Mapped[int] = mapped_column(sa.ForeignKey("keying_run.id"), index=True)
    state: Mapped[str] = mapped_column(sa.String(10), default="issued")
    ver: Mapped[int] = mapped_column(default=1)
    token_hash: Mapped[bytes | None] = mapped_column(sa.LargeBinary(32))
    seed: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    """The seed of the draw of units, sealed: both keyings follow the same route."""
    box: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    reason: Mapped[str | None] = mapped_column(sa.String(30))
    """Why a sheet was spoiled or could not be sent: a coded reason."""


class KeyedEntry(Base):
    """What one person keyed from one sheet, in a box; gone once the two are compared and settled."""

    __tablename__ = "keyed_entry"
    __table_args__ = (
        sa.UniqueConstraint("wave_id", "number", "operator_id"),
        sa.ForeignKeyConstraint(
            ["wave_id", "number"],
            ["keying_sheet.wave_id", "keying_sheet.number"],
            name="fk_keyed_entry_sheet",
        ),
        {"sqlite_with_rowid": False},
    )

    id: Mapped[bytes] = mapped_column(sa.LargeBinary(16), primary_key=True)
    wave_id: Mapped[int] = mapped_column()
    number: Mapped[int] = mapped_column()
    operator_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"), index=True)
    is_done: Mapped[bool] = mapped_column(default=False)
    ver: Mapped[int] = mapped_column(default=1)
    box: Mapped[bytes] = mapped_column(sa.LargeBinary)


class KeyingPair(Base):
    """Of one item over all compared sheets of a wave: how often the two keyings differed. Counts only."""

    __tablename__ = "keying_pair"

    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), primary_key=True)
    item: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    n_fields: Mapped[int] = mapped_column(default=0)
    n_different: Mapped[int] = mapped_column(default=0)
    n_keys: Mapped[int] = mapped_column(default=0)
    n_keys_different: Mapped[int] = mapped_column(default=0)
    n_unreadable: Mapped[int] = mapped_column(default=0)
    n_off_route: Mapped[int] = mapped_column(default=0)
    n_impossible: Mapped[int] = mapped_column(default=0)


class KeyingTally(Base):
    """Of one item and one operator (a pseudonym of the wave): fields keyed, and those that were not as settled."""

    __tablename__ = "keying_tally"

    wave_id: Mapped[int] = mapped_column(sa.ForeignKey("wave.id"), primary_key=True)
    item: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    operator: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    n_fields: Mapped[int] = mapped_column(default=0)
    n_wrong: Mapped[int] = mapped_column(default=0)
