"""Home of compiled instruments in memory: a program is loaded once per process, by its digest."""

from __future__ import annotations

import threading
from collections import OrderedDict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from survey.errors import NotFound
from survey.instrument.program import Program
from survey.models.instrument import InstrumentVersion

_MAX_HELD = 64
_held: OrderedDict[str, Program] = OrderedDict()
_lock = threading.Lock()


def load(session: Session, digest: str) -> Program:
    """The program with this digest. Raises NotFound, also if the stored program no longer has its digest."""
    with _lock:
        program = _held.get(digest)
        if program is not None:
            _held.move_to_end(digest)
            return program
    document = session.execute(
        sa.select(InstrumentVersion.program).where(InstrumentVersion.digest == digest)
    ).scalar_one_or_none()
    program = None if document is None else Program.from_json(document)
    # The digest names the content: a program changed behind our back is never shown to anybody.
    if program is None or program.digest != digest:
        raise NotFound(
            "program_not_found",
            zh="没有找到这个版本的问卷，或它已被改动。请联系管理员。",
            en="This version of the instrument is missing or was changed. Ask an administrator.",
            digest=digest,
        )
    with _lock:
        _held[digest] = program
        while len(_held) > _MAX_HELD:
            _held.popitem(last=False)
    return program
