"""The audit log: every act of staff and jobs, in the transaction of the act itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base, UtcDateTime


class AuditHead(Base):
    """The number of events so far; updating it first makes writers queue, so the sequence has no gap."""

    __tablename__ = "audit_head"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    size: Mapped[int] = mapped_column(sa.BigInteger)
    chain: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    """Hash over the chain so far: SHA-256(previous chain ‖ leaf hash)."""


class AuditEvent(Base):
    """One act: who did what to which object, before and after. Triggers refuse UPDATE and DELETE."""

    __tablename__ = "audit_event"

    n: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(sa.String(80))
    act: Mapped[str] = mapped_column(sa.String(60), index=True)
    object_ref: Mapped[str] = mapped_column(sa.String(160), index=True)
    run: Mapped[str | None] = mapped_column(sa.String(40))
    before: Mapped[Any] = mapped_column(sa.JSON, nullable=True)
    after: Mapped[Any] = mapped_column(sa.JSON, nullable=True)
    leaf_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    chain: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
