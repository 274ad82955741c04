"""Members of staff, their roles and their sessions."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from survey.db import Base, UtcDateTime


class User(Base):
    """A person who works with the platform. Citizens who answer are never users."""

    __tablename__ = "staff_user"

    id: Mapped[int] = mapped_column(primary_key=True)
    username: Mapped[str] = mapped_column(sa.String(60), unique=True)
    display_name: Mapped[str] = mapped_column(sa.String(120))
    organisation: Mapped[str] = mapped_column(sa.String(120))
    unit_code: Mapped[str | None] = mapped_column(sa.String(40))
    """The assessed unit this person speaks for, if any."""
    password_hash: Mapped[str] = mapped_column(sa.String(255))
    totp_secret: Mapped[str | None] = mapped_column(sa.String(64))
    totp_counter: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Time step of the last code taken: a code works once."""
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)

    roles: Mapped[list[UserRole]] = relationship(back_populates="user", cascade="all, delete-orphan")
    requests: Mapped[list[RoleRequest]] = relationship(
        back_populates="user",
        cascade="all, delete-orphan",
        foreign_keys="RoleRequest.user_id",
        order_by="RoleRequest.role",
    )


class UserRole(Base):
    """One role held by one person."""

    __tablename__ = "staff_user_role"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"), primary_key=True)
    role: Mapped[str] = mapped_column(sa.String(40), primary_key=True)

    user: Mapped[User] = relationship(back_populates="roles")


class RoleRequest(Base):
    """A role that one administrator asked for; it is held once a second one has confirmed it."""

    __tablename__ = "role_request"

    user_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"), primary_key=True)
    role: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    asked_by: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)

    user: Mapped[User] = relationship(back_populates="requests", foreign_keys=[user_id])


class StaffSession(Base):
    """A signed-in browser, kept on the server so that it can be ended there."""

    __tablename__ = "staff_session"

    id_hash: Mapped[bytes] = mapped_column(sa.LargeBinary(32), primary_key=True)
    user_id: Mapped[int] = mapped_column(sa.ForeignKey("staff_user.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    authenticated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the password was last given: acts that bind others ask for it again."""
    second_factor: Mapped[bool] = mapped_column(default=False)
    user_agent_class: Mapped[str] = mapped_column(sa.String(20), default="")


class SignInThrottle(Base):
    """Failed sign-ins of one account or one network in the running window."""

    __tablename__ = "sign_in_throttle"

    key: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    failures: Mapped[int] = mapped_column(default=0)
    window_started_at: Mapped[datetime] = mapped_column(UtcDateTime)
    locked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
