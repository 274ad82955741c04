"""Home of simulated walks through a draft: a few at once on the screen, ten thousand in the background.

A report in the background is a file named after the draft and its revision: what it says is about that revision
for ever, and a lost file is made again.
"""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.designer import checking, drafts
from survey.instrument.lint.report import LintReport
from survey.instrument.lint.run import DEFAULT_SEED, lint
from survey.jobs import queue
from survey.models.design import InstrumentDraft
from survey.models.job import Job

# Any: a JSON document
JOB = "designer.walk"
FOLDER = "walks"
AT_ONCE, IN_BACKGROUND = 200, 10_000
_ITEMS_AT_ONCE = 40_000
"""Items asked in all walks at once: a long instrument takes fewer, so that its page still comes in a second."""
_HELD = 16
_held: OrderedDict[tuple[str, int, int], LintReport] = OrderedDict()
_lock = threading.Lock()


def report(session: Session, draft: InstrumentDraft, *, walks: int) -> LintReport | None:
    """What the linter says of a draft as it is saved, with at most ``walks``; None where it does not run.

    It is kept in memory by revision.
    """
    key = (draft.public_id, draft.revision, walks)
    with _lock:
        found = _held.get(key)
    if found is not None:
        return found
    program = checking.check(session, draft).program
    if program is None:
        return None
    fitting = min(walks, max(20, _ITEMS_AT_ONCE // max(1, len(program.places))))
    found = lint(program, draft.document, walks=fitting, seed=DEFAULT_SEED)
    with _lock:
        _held[key] = found
        while len(_held) > _HELD:
            _held.popitem(last=False)
    return found


def ask(session: Session, draft: InstrumentDraft) -> Job:
    """Leave the long simulation to the worker, once for each revision."""
    waiting = asked(session, draft)
    if waiting is not None:
        return waiting
    return queue.enqueue(session, JOB, argument={"draft": draft.public_id, "revision": draft.revision})


def asked(session: Session, draft: InstrumentDraft) -> Job | None:
    """The simulation of this revision that waits or runs."""
    waiting = session.scalars(
        sa.select(Job).where(Job.kind == JOB, Job.state.in_(("queued", "running"))).order_by(Job.id.desc())
    )
    wanted = {"draft": draft.public_id, "revision": draft.revision}
    return next((job for job in waiting if job.argument == wanted), None)


def kept(draft: InstrumentDraft, *, data_dir: Path) -> Mapping[str, Any] | None:
    """The long report of this revision, if it was made."""
    path = _path(draft.public_id, draft.revision, data_dir)
    if not path.is_file():
        return None
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def walk(session: Session, argument: Mapping[str, Any], *, data_dir: Path) -> None:
    """The job: ten thousand walks through the draft as it was when they were asked for."""
    draft = drafts.load(session, argument["draft"])
    document = drafts.at_revision(session, draft, argument["revision"])
    program = checking.check_document(session, document).program
    if program is None:
        return
    found = lint(program, document, walks=IN_BACKGROUND, seed=DEFAULT_SEED)
    path = _path(draft.public_id, argument["revision"], data_dir)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(found.to_json(), ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)


def _path(public_id: str, revision: int, data_dir: Path) -> Path:
    return data_dir / FOLDER / f"{public_id}-{revision}.json"
