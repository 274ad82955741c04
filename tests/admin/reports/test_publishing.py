"""The rules of a release: 28 days, the hour, two persons, eleven statements, answered warnings, no blocked result."""

from __future__ import annotations

import copy
import csv
import hashlib
import io
import json
from collections.abc import Callable
from datetime import timedelta

import pytest
import sqlalchemy as sa

from admin.demo.stages import publishing
from admin.demo.world import cycle
from survey import clock
from survey.errors import Conflict, Forbidden, HouseError, Invalid
from survey.identity.permissions import Role
from survey.ledger.canonical import canonical_bytes, digest_of
from survey.models.audit import AuditEvent
from survey.models.content import ContentDocument
from survey.models.ledger import Checkpoint
from survey.models.publication import PublishedFile
from survey.models.response import Participation
from survey.models.scoring import GateOutcome
from survey.models.wave import Wave
from survey.publish import releases, results
from tests.admin.reports.conftest import Desk, release


def refused(act: Callable[[], object], kind: type[HouseError], code: str) -> HouseError:
    with pytest.raises(kind) as caught:
        act()
    assert caught.value.code == code
    assert caught.value.texts["zh"] != caught.value.texts["en"]
    return caught.value


def test_a_release_is_announced_28_days_ahead_and_for_the_hour_of_the_plan(desk: Desk) -> None:
    refused(lambda: desk.announce(days=28, at="09:30"), Invalid, "release_too_soon")  # it is 10:00 today
    refused(lambda: desk.announce(days=60, at="10:00"), Invalid, "release_time")
    refused(lambda: desk.announce(by="analyst"), Forbidden, "release_forbidden")
    desk.announce(days=29)
    refused(desk.announce, Conflict, "release_announced")
    with desk.world.work() as session:
        day = releases.release_days(session)[0]
        assert day.release_at - day.announced_at >= timedelta(days=28)
        assert not day.is_overdue
        acts = set(session.scalars(sa.select(AuditEvent.act)))
    assert "release.announce" in acts


def test_everything_in_place_publishes_document_files_and_signed_logs(desk: Desk) -> None:
    desk.ready()
    desk.publish()
    with desk.world.work() as session:
        found = release(session)
        assert found.document is not None
        assert found.digest == digest_of(found.document)
        assert (
            found.published_at is not None
        )  # the clock goes on while the demo stands at the announced instant
        assert timedelta(0) <= found.published_at - found.release_at < timedelta(minutes=5)
        shown = releases.release(session, found.public_id)
        assert shown is not None
        assert shown.results is not None
        assert [len(shown.results.summary), len(shown.results.gates)] == [3, 17]
        assert len(shown.results.methods) >= 11
        assert {file.name for file in shown.files} == {
            *(f"{n}.csv" for n in ("composites", "gates", "indicators", "items", "ranks", "sample")),
            "release.json",
            "verify_public.py",
        }
        for file in session.scalars(sa.select(PublishedFile)):
            assert hashlib.sha256(file.content).hexdigest() == file.sha256
            if file.name == "release.json":
                assert file.sha256 == found.digest
        signed = session.scalars(
            sa.select(Checkpoint.origin).where(Checkpoint.occasion == "publication")
        ).all()
        waves = session.scalars(sa.select(Wave.code)).all()
        assert len(signed) == 2 * len(waves)
    refused(desk.publish, Conflict, "release_published")
    refused(lambda: desk.write(), Conflict, "release_published")


def test_not_a_second_before_the_announced_instant(desk: Desk) -> None:
    desk.ready()
    with desk.world.work() as session:
        at = release(session).release_at
    desk.world.stand_at(at - timedelta(minutes=1))
    refused(desk.publish, Conflict, "release_day")
    desk.world.stand_at(at + timedelta(days=3))
    with desk.world.work() as session:
        assert releases.release_days(session)[0].is_overdue
    desk.publish()


def test_a_statement_that_is_empty_or_missing_a_language_stops_it(desk: Desk) -> None:
    desk.announce()
    desk.choose()
    desk.answer()
    desk.approve("statistician", Role.STATISTICIAN)
    desk.approve("lead", Role.PERFORMANCE_LEAD)
    desk.wait()
    error = refused(desk.publish, Conflict, "method_incomplete")
    assert "limits" in error.message("en")
    refused(lambda: desk.write(en="  "), Invalid, "method_text")
    refused(lambda: desk.write("no_such_part"), Invalid, "method_part")
    refused(lambda: desk.write(zh="字" * 5000), Invalid, "method_text")


def test_two_persons_in_two_roles_and_neither_edited_the_plan(desk: Desk) -> None:
    desk.announce()
    refused(lambda: desk.approve("statistician", Role.STATISTICIAN), Conflict, "run_not_chosen")
    desk.choose()
    desk.write()
    desk.answer()
    refused(lambda: desk.approve("publisher", Role.STATISTICIAN), Forbidden, "not_an_approver")
    refused(lambda: desk.approve("analyst", Role.STATISTICIAN), Forbidden, "release_forbidden")
    desk.approve("publisher", Role.PUBLISHER)
    refused(lambda: desk.approve("publisher", Role.PUBLISHER), Conflict, "role_approved")
    desk.approve("lead", Role.PERFORMANCE_LEAD)
    desk.wait()
    refused(desk.publish, Conflict, "approvals_missing")  # two persons, but nobody answers for the method
    with desk.world.work() as session:
        session.execute(
            sa.update(ContentDocument)
            .where(ContentDocument.kind == "scoring")
            .values(edited_by="user:statistician")
        )
    refused(lambda: desk.approve("statistician", Role.STATISTICIAN), Forbidden, "edited_plan")


def test_what_is_changed_must_be_approved_again(desk: Desk) -> None:
    desk.ready()
    desk.write(zh="另一段。", en="Other words.")
    refused(desk.publish, Conflict, "approvals_missing")
    with desk.world.work() as session:
        acts = list(session.scalars(sa.select(AuditEvent.act)))
    assert acts.count("release.approval_void") == 2


def test_a_warning_without_an_answer_stops_it(desk: Desk) -> None:
    with desk.world.work() as session:
        outcomes = session.scalars(sa.select(GateOutcome).where(GateOutcome.status == "warn")).all()
        warned = [outcome.gate for outcome in outcomes]
    assert warned, "the clean demo has warnings"
    desk.announce()
    desk.choose()
    desk.write()
    desk.answer(leave=(warned[0],))
    desk.approve("statistician", Role.STATISTICIAN)
    desk.approve("publisher", Role.PUBLISHER)
    desk.wait()
    error = refused(desk.publish, Conflict, "warnings_unanswered")
    assert warned[0] in error.message("zh")


def test_results_that_are_not_the_recorded_ones_are_refused(desk: Desk) -> None:
    desk.ready()
    changed = copy.deepcopy(desk.results)
    changed["units"][0]["composite"] += 1
    refused(lambda: desk.publish(results=changed), Conflict, "results_changed")
    refused(lambda: desk.publish(by="statistician"), Forbidden, "release_forbidden")


def test_logs_that_do_not_hold_every_answer_stop_it_and_nothing_half_done_stays(desk: Desk) -> None:
    desk.ready()
    with desk.world.work() as session:
        wave = session.scalars(sa.select(Wave).order_by(Wave.code)).first()
        assert wave is not None
        session.add(
            Participation(
                rid_hash=b"\x07" * 32, wave_id=wave.id, channel="sample", seal_group="x",
                day=clock.today(session, "UTC"), batch=1,
            )
        )  # fmt: skip
    refused(desk.publish, Conflict, "counts_differ")
    with desk.world.work() as session:
        assert release(session).published_at is None
        assert session.scalar(sa.select(sa.func.count()).select_from(PublishedFile)) == 0
        assert "publication" not in set(session.scalars(sa.select(Checkpoint.occasion)))


def test_a_failed_block_gate_leaves_gates_and_method_and_no_result(desk: Desk) -> None:
    with desk.world.work() as session:
        gate = session.scalars(sa.select(GateOutcome).where(GateOutcome.gate == "G12")).one()
        gate.status = "fail"
        gate.outcome = {**gate.outcome, "status": "fail"}
    desk.ready()
    desk.publish()
    with desk.world.work() as session:
        found = release(session)
        assert found.document is not None
        for name in ("classes", "areas", "dimensions", "shares", "open", "ranks", "county_bands"):
            assert name not in found.document
        shown = results.read(found.document)
        assert [gate.id for gate in shown.failed_blocks] == ["G12"]
        assert "G12" in shown.summary[0]["en"]
        assert len(shown.methods) >= 11
        files = {file.name: file.content for file in session.scalars(sa.select(PublishedFile))}
    assert set(files) == {"gates.csv", "items.csv", "sample.csv", "release.json", "verify_public.py"}
    composites = {f"{unit['composite']}" for unit in desk.results["units"]}
    indices = {
        str(part["index"]["index"])
        for group in desk.results["groups"].values()
        for part in (group["province"], *group["cities"].values())
    }
    everything = " ".join(cell for content in files.values() for cell in _cells(content))
    assert not [value for value in composites | indices if value in everything]


def _cells(content: bytes) -> list[str]:
    text = content.decode()
    if text.startswith("{"):
        return [json.dumps(json.loads(text))]
    return [cell for row in csv.reader(io.StringIO(text)) for cell in row]


def test_the_demo_stage_publishes_and_signs_only_what_is_done(desk: Desk) -> None:
    """Without a hand-over the analysis stays open, and so does every later stage; the page appears all the same."""
    publishing.announce(desk.world)
    folder = desk.world.settings.data_dir
    (folder / "results.json").write_bytes(canonical_bytes(desk.results))
    desk.answer()
    publishing.publish(desk.world)
    with desk.world.work() as session:
        assert release(session).published_at is not None
        stages = {stage.stage: stage for stage in cycle(session).stages}
        assert [name for name, stage in stages.items() if stage.signed_at] == [
            "index_refinement",
            "instrument_design",
        ]
        assert stages["report"].evidence
        assert not stages["analysis"].evidence
