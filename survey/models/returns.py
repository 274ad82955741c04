"""Returns of firms: which sections of a draft were handed to somebody else, in boxes that only a link opens."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from survey.db import Base


class DraftShare(Base):
    """A link to some sections of a draft. It dies with the draft: when the return is handed in, or is given up."""

    __tablename__ = "draft_share"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 -- SQLAlchemy reads a plain dict

    id: Mapped[bytes] = mapped_column(sa.LargeBinary(16), primary_key=True)
    draft_id: Mapped[bytes] = mapped_column(sa.ForeignKey("draft.id", ondelete="CASCADE"), index=True)
    lookup: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    wrap: Mapped[bytes] = mapped_column(sa.LargeBinary)
    box: Mapped[bytes] = mapped_column(sa.LargeBinary)
    """Under the key of the draft: the sections, the word by which the holder knows the other, and how far they are."""
    expires_on: Mapped[date] = mapped_column()
