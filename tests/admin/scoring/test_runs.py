"""Runs: byte-identical when repeated, equal on both databases, bound to the documents and registers they name."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from admin import worker
from admin.designer import services as designer
from admin.scoring import queries, services
from survey.errors import Conflict
from survey.ledger.canonical import digest_of
from survey.models.audit import AuditEvent
from survey.models.dataset import Dataset
from survey.models.fieldwork import InternalScore
from survey.models.job import Job
from survey.models.scoring import Run
from tests.admin import chain


def files(world: chain.World, run: Run) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((world.settings.data_dir / run.folder).iterdir())}


def newest(world: chain.World) -> Run:
    with world.work() as session:
        return queries.runs_of(session, chain.cycle_of(session))[0]


@pytest.mark.postgres
@pytest.mark.slow
def test_a_second_run_and_a_run_on_postgresql_give_the_same_bytes(
    scored: chain.World, on_postgresql: chain.World
) -> None:
    first = newest(scored)
    second = chain.run(scored)
    chain.freeze(on_postgresql)
    third = chain.run(on_postgresql)
    assert first.manifest == second.manifest == third.manifest
    assert first.result_digest == second.result_digest == third.result_digest
    assert first.outputs == second.outputs == third.outputs
    assert files(scored, first) == files(scored, second) == files(on_postgresql, third)
    assert first.folder != second.folder


def test_a_run_keeps_its_files_by_digest_and_every_gate(scored: chain.World) -> None:
    with scored.work() as session:
        run = queries.runs_of(session, chain.cycle_of(session))[0]
        assert set(run.outputs) == set(files(scored, run))
        for name, content in files(scored, run).items():
            assert services.sha256_of(content) == run.outputs[name]
        assert {gate.gate for gate in run.gates} == {f"G{n:02d}" for n in range(1, 18)}
        assert {gate.gate: gate.status for gate in run.gates}["G15"] == "pass"
        assert json.loads(files(scored, run)["gates.json"])["gates"] == [gate.outcome for gate in run.gates]
        finished = session.scalars(sa.select(AuditEvent).where(AuditEvent.act == "run.finish")).one()
        assert finished.after["result"] == run.result_digest
    assert [path.name for path in (scored.settings.data_dir / "runs").iterdir()] == [run.public_id]


def test_results_that_were_edited_on_disk_cannot_be_used(scored: chain.World) -> None:
    run = newest(scored)
    path = scored.settings.data_dir / run.folder / "results.json"
    path.write_bytes(path.read_bytes().replace(b'"seed":7', b'"seed":8'))
    with pytest.raises(Conflict) as refused:
        services.read_results(run, data_dir=scored.settings.data_dir)
    assert refused.value.code == "results_changed"


def test_a_run_is_computed_by_the_plan_it_names_not_by_a_later_one(sealed: chain.World) -> None:
    chain.freeze(sealed)
    with sealed.work() as session:
        dataset = session.scalars(sa.select(Dataset)).one()
        run = services.request_run(
            session, chain.cycle_of(session), dataset, seed=7, actor=chain.someone(session, "qing")
        )
        later = json.loads(json.dumps(chain.make_plan(), default=str)) | {"version": "2026.2"}
        later["evaluator_weights"]["D"] |= {"residents": 0.40, "service_users": 0.25}
        designer.lock_document(
            session,
            designer.keep_document(session, "scoring", later, actor=chain.COMMAND),
            actor=chain.COMMAND,
        )
        assert queries.document_in_force(session, "scoring").version == "2026.2"
        task = services.task_of(session, run, data_dir=sealed.settings.data_dir)
        assert task.plan["version"] == "2026.1"
        assert digest_of(dict(task.plan)) == run.plan_digest == run.manifest["plan_digest"]


def test_a_register_that_changed_after_the_request_stops_the_run_with_its_reason(sealed: chain.World) -> None:
    chain.freeze(sealed)
    with sealed.work() as session:
        dataset = session.scalars(sa.select(Dataset)).one()
        services.queue_run(session, chain.cycle_of(session), dataset, seed=7, actor=chain.COMMAND)
    with sealed.work() as session:
        session.execute(sa.update(InternalScore).values(internal_score="99.00"))
    assert worker.build(sealed.engine, settings=sealed.settings, keys=sealed.keys).run_one()
    run = newest(sealed)
    assert run.status == "failed"
    assert "registers" in run.failure
    assert not (sealed.settings.data_dir / services.folder_of(run)).exists()


@pytest.mark.slow
def test_a_worker_scores_a_queued_run_and_a_dataset_that_is_gone_fails_it_whole(sealed: chain.World) -> None:
    dataset = chain.freeze(sealed)
    hidden = sealed.settings.data_dir / dataset.folder
    hidden.rename(hidden.with_name("elsewhere"))
    with sealed.work() as session:
        services.queue_run(
            session,
            chain.cycle_of(session),
            session.get_one(Dataset, dataset.id),
            seed=7,
            actor=chain.COMMAND,
        )
    assert worker.build(sealed.engine, settings=sealed.settings, keys=sealed.keys).run_one()
    run = newest(sealed)
    assert (run.status, run.outputs) == ("failed", {})
    assert run.failure
    runs: Path = sealed.settings.data_dir / "runs"
    assert list(runs.iterdir()) == []
    with sealed.work() as session:
        assert session.scalars(sa.select(Job.state)).all() == ["done"], (
            "it is the run that failed, and says so"
        )


def test_numbers_and_predecessors_of_runs_are_kept(scored: chain.World) -> None:
    with scored.work() as session:
        cycle = chain.cycle_of(session)
        dataset = session.scalars(sa.select(Dataset)).one()
        first = queries.runs_of(session, cycle)[0]
        second = services.request_run(session, cycle, dataset, seed=8, actor=chain.someone(session, "qing"))
        assert (second.number, second.supersedes_id, second.status) == (2, first.id, "queued")
        assert second.manifest["seed"] == 8
        assert {**second.manifest, "seed": 7} == first.manifest
