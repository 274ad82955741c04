"""Freezing: the sealed responses of a cycle become files that never change, named by their digest."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from admin.datasets import columns
from admin.datasets.table import TableWriter
from admin.quality.queries import flags, settled
from admin.quality.rules import Decision
from survey import audit, clock, ids
from survey.collect.documents import answer_state
from survey.errors import Conflict
from survey.identity.actors import Actor
from survey.instrument.codebook import Variable, codebook, dataset_values
from survey.instrument.program import Program
from survey.ledger import forgotten, origins
from survey.ledger.canonical import canonical_bytes, digest_of
from survey.models.cycle import Cycle
from survey.models.dataset import Dataset
from survey.models.ledger import Checkpoint
from survey.models.quality import Exclusion
from survey.models.response import Response
from survey.models.wave import Channel, Wave, WaveStatus

SCHEMA = "minyi/frozen-dataset/1"


def freeze_cycle(session: Session, cycle: Cycle, *, data_dir: Path, actor: Actor) -> Dataset:
    """Write the dataset of ``cycle`` and record it. The same content twice is the same dataset.

    Raises Conflict where a wave that scores is not sealed yet, or where answers were deleted as announced.
    """
    waves = list(session.scalars(sa.select(Wave).where(Wave.cycle_id == cycle.id).order_by(Wave.code)))
    _refuse_unsealed(waves)
    _refuse_forgotten(session, waves)
    folder = data_dir / "datasets"
    unfinished = folder / f".{ids.public_id()}"
    try:
        manifest = _write(session, cycle, waves, unfinished)
        (unfinished / "manifest.json").write_bytes(canonical_bytes(manifest))
        digest = digest_of(manifest)
        target = folder / digest[:16]
        known = session.scalar(sa.select(Dataset).where(Dataset.digest == digest))
        if known is None:  # whatever stands there was left by a transaction that failed
            shutil.rmtree(target, ignore_errors=True)
        if not target.exists():  # also where the files of a known dataset were lost
            unfinished.rename(target)
        if known is not None:
            return known
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    dataset = Dataset(
        public_id=ids.public_id(),
        cycle_id=cycle.id,
        digest=digest,
        manifest=manifest,
        folder=f"datasets/{digest[:16]}",
        n_responses=sum(counts["accepted"] for counts in manifest["counts"].values()),
        frozen_at=clock.now(session),
        frozen_by=actor.ref,
    )
    session.add(dataset)
    session.flush()
    audit.record(
        session, actor.ref, act="dataset.freeze", on=f"dataset:{dataset.public_id}", after={"digest": digest}
    )
    return dataset


def _refuse_unsealed(waves: list[Wave]) -> None:
    waiting = [
        w.code for w in waves if w.evaluator_group != columns.OPEN_STREAM and w.status != WaveStatus.SEALED
    ]
    if waiting or not waves:
        name = waiting[0] if waiting else "-"
        raise Conflict(
            "wave_not_sealed",
            zh=f"调查轮次“{name}”尚未封存。请先关闭并封存，再冻结数据集。",
            en=f"Wave “{name}” is not sealed. Close and seal it, then freeze.",
        )


def _refuse_forgotten(session: Session, waves: list[Wave]) -> None:
    """Half a wave is no dataset, and none at all would look like silence."""
    for wave in waves:
        if gone := forgotten.of_wave(session, wave):
            day = gone.begun_on.isoformat()
            raise Conflict(
                "answers_deleted",
                zh=f"轮次“{wave.code}”的答卷已按公告于{day}删除，不能再冻结数据集。此前的结果和登记簿仍在。",
                en=f"The answers of wave “{wave.code}” were deleted on {day}, as announced; nothing can be frozen any "
                "more. Results and logs of before stay.",
            )


@dataclass(slots=True, kw_only=True)
class _Stream:
    """The open tables of one stream while it is being written."""

    digest: str
    responses: TableWriter
    ratings: TableWriter | None
    variables: tuple[Variable, ...]
    counts: Counter[str] = field(default_factory=Counter)


def _write(session: Session, cycle: Cycle, waves: list[Wave], folder: Path) -> dict[str, Any]:
    excluded = dict(session.execute(sa.select(Exclusion.response_id, Exclusion.rule)).all())
    set_aside = set_aside_counties(session, cycle.id)
    by_id = {wave.id: wave for wave in waves}
    programs = {wave.id: Program.from_json(wave.version.program) for wave in waves}
    streams: dict[str, _Stream] = {}
    folder.mkdir(parents=True)
    with contextlib.ExitStack() as stack:
        for response in _responses(session, by_id):
            wave, program = by_id[response.wave_id], programs[response.wave_id]
            name = columns.stream_of(wave, response.channel)
            if name not in streams:
                streams[name] = _open_stream(stack, folder, name, program)
            _add(streams[name], name, response, wave, program, excluded, set_aside)
    files = {
        path: {"rows": table.n_rows, "sha256": table.digest}
        for name, stream in sorted(streams.items())
        for path, table in (
            (f"responses/{name}.parquet", stream.responses),
            (f"unit_ratings/{name}.parquet", stream.ratings),
        )
        if table is not None
    }
    book = {name: [v.to_json() for v in stream.variables] for name, stream in sorted(streams.items())}
    (folder / "codebook.json").write_text(
        json.dumps(book, ensure_ascii=False, indent=1, sort_keys=True) + "\n", "utf-8"
    )
    return {
        "schema": SCHEMA,
        "cycle": cycle.code,
        "year": cycle.year,
        "waves": {wave.code: _wave_facts(session, wave) for wave in waves},
        "files": files,
        "codebook": digest_of(book),
        "counts": {name: dict(sorted(stream.counts.items())) for name, stream in sorted(streams.items())},
    }


def _responses(session: Session, waves: dict[int, Wave]) -> Iterator[Response]:
    """All sealed responses, in the order of their random ids."""
    statement = sa.select(Response).where(Response.wave_id.in_(waves)).order_by(Response.id)
    for response in session.scalars(statement.execution_options(yield_per=500)):
        yield response
        session.expunge(response)


def _open_stream(stack: contextlib.ExitStack, folder: Path, name: str, program: Program) -> _Stream:
    variables = codebook(program)
    rating = columns.rating_columns(variables)
    wide = columns.response_columns(name, tuple(known.name for known in program.context_fields), variables)
    return _Stream(
        digest=program.digest,
        responses=stack.enter_context(TableWriter(folder / f"responses/{name}.parquet", wide)),
        ratings=stack.enter_context(TableWriter(folder / f"unit_ratings/{name}.parquet", rating))
        if rating
        else None,
        variables=variables,
    )


def _add(
    stream: _Stream,
    name: str,
    response: Response,
    wave: Wave,
    program: Program,
    excluded: dict[bytes, str],
    set_aside: frozenset[str],
) -> None:
    if program.digest != stream.digest:
        raise Conflict(
            "two_versions_in_one_stream",
            zh=f"“{name}”中有两个版本的问卷，不能合并为一张表。",
            en=f"“{name}” holds answers to two versions of an instrument; they cannot share a table.",
        )
    state = answer_state(response.document)
    row, ratings = dataset_values(program, state)
    county = row.get("A4") if name == "residents" else None
    aside = county if county in set_aside and response.id not in excluded else None
    known = columns.known_cells(
        response, wave, stream=name, excluded=excluded.get(response.id), set_aside=aside
    )
    stream.responses.add(
        {**known, **columns.context_cells(state.context, wave, stream.responses.columns), **row}
    )
    for rating in ratings if stream.ratings is not None else ():
        stream.ratings.add({"response_id": known["response_id"], **rating})  # type: ignore[union-attr]  # checked above
    stream.counts["accepted"] += 1
    if known["excluded"]:
        stream.counts[f"excluded:{known['excluded']}"] += 1
    if response.channel in {Channel.OPEN, Channel.SITE}:
        stream.counts[f"channel:{response.channel}"] += 1


def set_aside_counties(session: Session, cycle_id: int) -> frozenset[str]:
    """Codes of counties that two persons decided to set aside."""
    return frozenset(
        flag.subject
        for flag in flags(session, cycle_id)
        if flag.subject_kind == "county"
        and (agreed := settled(flag)) is not None
        and agreed.decision is Decision.SET_ASIDE
    )


def _wave_facts(session: Session, wave: Wave) -> dict[str, Any]:
    latest = {}
    for log in ("p", "c"):
        checkpoint = session.scalar(
            sa.select(Checkpoint)
            .where(Checkpoint.origin == origins.current(session, origins.of_wave(wave.code, log)))
            .order_by(Checkpoint.size.desc(), Checkpoint.id.desc())
            .limit(1)
        )
        latest[log] = checkpoint and {"size": checkpoint.size, "root": checkpoint.root.hex()}
    return {
        "group": wave.evaluator_group,
        "period": wave.period,
        "instrument": wave.version.digest,
        "plan": wave.plan_digest,
        "logs": latest,
    }
