"""Where the commands of `minyi instrument` get a questionnaire from: a file, or what is stored under a code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.exchange import sandbox
from survey.instrument.exchange.guards import MAX_BYTES, Refusal
from survey.instrument.exchange.report import Counts, Imported
from survey.instrument.program import Program
from survey.models.design import InstrumentDraft
from survey.models.instrument import Instrument

Document = Mapping[str, Any]  # Any: an instrument document is JSON


def read(path: Path) -> Imported:
    """The import of a file; one that cannot be opened is refused like any other."""
    try:
        with path.open("rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError:
        return Imported(document=None, counts=Counts(), problems=(Refusal("file_missing").problem,))
    return sandbox.read_file(raw, path.name)


def stored(session: Session, code: str) -> tuple[Document, Program | None]:
    """The newest version of an instrument, else its newest draft. Raises ClickException."""
    found = session.scalars(sa.select(Instrument).where(Instrument.code == code)).one_or_none()
    if found is not None and found.versions:
        version = found.versions[-1]
        return version.document, Program.from_json(version.program)
    draft = session.scalars(
        sa.select(InstrumentDraft)
        .where(sa.or_(InstrumentDraft.code == code, InstrumentDraft.public_id == code))
        .order_by(InstrumentDraft.id.desc())
        .limit(1)
    ).one_or_none()
    if draft is None:
        raise click.ClickException(f"There is neither a file nor an instrument named {code}.")
    return draft.document, None
