"""From dataset to release on the screens: runs wait for workers, warnings for words, records for two persons."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from survey.identity.permissions import Role
from survey.models.job import Job
from survey.models.publication import Release
from survey.models.scoring import GateAnswer, GateOutcome, HandOver, Run

Browser = Callable[[Role | None], FlaskClient]
RUN = "/admin/runs/small00run000000"
PREPARE = "/admin/handovers/of/small00run000000"
ANSWER = {"text_zh": "三题的题组，区间已公布。", "text_en": "Three items each; the intervals are published."}


def fresh(session: Session) -> Session:
    """The same session, looking anew and holding no lock."""
    session.rollback()
    return session


def test_a_run_is_left_to_a_worker_and_says_so(browser: Browser, books: Session) -> None:
    client = browser(Role.STATISTICIAN)
    assert client.post("/admin/runs", data={"dataset": "1", "seed": "-1"}).status_code == 422
    assert client.post("/admin/runs", data={"dataset": "99", "seed": "1"}).status_code == 422
    answer = client.post("/admin/runs", data={"dataset": "1", "seed": "20260901"})
    assert answer.status_code == 303
    assert "Waiting" in client.get(answer.location + "?lang=en").get_data(as_text=True)
    run = fresh(books).scalars(sa.select(Run).where(Run.number == 2)).one()
    assert (run.status, run.seed, run.requested_by) == ("queued", 20260901, "user:the-statistician")
    job = books.scalars(sa.select(Job)).one()
    assert job.argument == {"run_id": run.id}


def test_a_dataset_is_not_frozen_while_waves_are_open(browser: Browser, books: Session) -> None:
    answer = browser(Role.ANALYST).post("/admin/datasets?lang=en")
    assert answer.status_code == 409
    assert "not sealed yet" in answer.get_data(as_text=True)
    assert fresh(books).scalars(sa.select(Job)).all() == []


def test_files_come_from_the_manifest_and_never_from_the_address(browser: Browser) -> None:
    client = browser(Role.STATISTICIAN)
    for name in ("codebook.json", "responses/residents.parquet"):
        with client.get(f"/admin/datasets/small0dataset000/files/{name}") as answer:
            assert answer.status_code == 200
            assert "attachment" in answer.headers["Content-Disposition"]
    for name in ("../../db/minyi.sqlite3", "%2e%2e/%2e%2e/secret_key", "manifest.json", "etc/passwd"):
        assert client.get(f"/admin/datasets/small0dataset000/files/{name}").status_code == 404
        assert client.get(f"{RUN}/files/{name}").status_code == 404


def test_cells_before_disclosure_control_are_for_those_who_hold_the_data(browser: Browser) -> None:
    for role, status in ((Role.STATISTICIAN, 200), (Role.PUBLISHER, 404), (Role.AUDITOR, 404)):
        with browser(role).get(f"{RUN}/files/cells_audit.csv") as answer:
            assert answer.status_code == status
    with browser(Role.PUBLISHER).get(f"{RUN}/files/results.json") as answer:
        assert json.loads(answer.data)["level"] == 0.95


def test_results_that_were_changed_on_disk_are_not_shown(browser: Browser, staffed: object) -> None:
    from survey.config import Settings

    assert isinstance(staffed, Settings)
    path = staffed.data_dir / "runs" / "small" / "results.json"
    path.write_bytes(path.read_bytes().replace(b"76.35", b"96.35"))
    assert browser(Role.STATISTICIAN).get(RUN).status_code == 409


def test_a_gate_shows_what_it_looked_at_with_the_rows_at_fault_first(browser: Browser) -> None:
    text = browser(Role.OBSERVER).get(f"{RUN}/gates/G07?lang=en").get_data(as_text=True)
    assert "2 rows, 1 of them beyond the threshold." in text
    assert text.index("Enterprises") < text.index("Residents", text.index("<tbody>"))
    assert "Department of Education" in text
    assert browser(Role.OBSERVER).get(f"{RUN}/gates/G99").status_code == 404


def test_a_warning_is_answered_in_both_languages_and_a_block_gate_never(
    browser: Browser, books: Session
) -> None:
    client = browser(Role.STATISTICIAN)
    assert client.post(f"{RUN}/gates/G07/answer", data={"text_zh": "只有中文"}).status_code == 422
    assert client.post(f"{RUN}/gates/G01/answer", data=ANSWER).status_code == 422
    assert client.post(f"{RUN}/gates/G07/answer", data=ANSWER).status_code == 303
    assert client.post(f"{RUN}/gates/G07/answer", data=ANSWER).status_code == 422
    assert [a.gate for a in fresh(books).scalars(sa.select(GateAnswer))] == ["G07"]
    assert ANSWER["text_en"] in client.get(f"{RUN}/gates/G07").get_data(as_text=True)


def test_a_hand_over_waits_for_gates_answers_and_two_persons(browser: Browser, books: Session) -> None:
    lead, statistician = browser(Role.PERFORMANCE_LEAD), browser(Role.STATISTICIAN)
    waiting = lead.post(PREPARE + "?lang=en")
    assert waiting.status_code == 409
    assert "G07" in waiting.get_data(as_text=True)
    statistician.post(f"{RUN}/gates/G07/answer", data=ANSWER)
    gate = fresh(books).scalars(sa.select(GateOutcome).where(GateOutcome.gate == "G12")).one()
    gate.status = "fail"
    books.commit()
    blocked = lead.post(PREPARE + "?lang=en")
    assert blocked.status_code == 409
    assert "Nobody can waive" in blocked.get_data(as_text=True)
    gate.status = "pass"
    books.commit()
    prepared = lead.post(PREPARE)
    assert prepared.status_code == 303
    address = prepared.location
    assert lead.post(PREPARE).status_code == 409  # one record a run
    assert lead.get(f"{address}/signed.json").status_code == 404
    assert lead.post(f"{address}/sign", data={"role": "statistician"}).status_code == 422
    assert lead.post(f"{address}/sign", data={"role": "performance_lead"}).status_code == 303
    assert lead.post(f"{address}/sign", data={"role": "performance_lead"}).status_code == 422
    assert statistician.post(f"{address}/sign", data={"role": "statistician"}).status_code == 303
    signed = json.loads(lead.get(f"{address}/signed.json").data)
    assert {s["role"] for s in signed["signatures"]} == {"statistician", "performance_lead"}
    assert fresh(books).scalars(sa.select(HandOver.status)).one() == "signed"
    for language in ("zh", "en"):
        assert lead.get(f"{address}?lang={language}").status_code == 200


def test_a_release_is_announced_in_time_and_not_published_before_its_day(
    browser: Browser, books: Session
) -> None:
    address = "/admin/releases/" + books.scalars(sa.select(Release.public_id)).one()
    books.rollback()
    publisher, lead = browser(Role.PUBLISHER), browser(Role.PERFORMANCE_LEAD)
    titles = {"title_zh": "又一次", "title_en": "Another"}
    assert (
        publisher.post("/admin/releases", data={**titles, "day": "2026-12-01"}).status_code == 422
    )  # one at a time
    assert publisher.post("/admin/releases", data={**titles, "day": "soon"}).status_code == 422
    assert publisher.post(f"{address}/publish").status_code == 409
    assert (
        lead.post(f"{address}/approve", data={"role": "performance_lead"}).status_code == 422
    )  # no run chosen
    assert publisher.post(f"{address}/run", data={"run": "none-such"}).status_code == 422
    text = {"text_zh": "局限性说明。", "text_en": "What this survey cannot say."}
    assert lead.get(f"{address}/method/limits").status_code == 200
    assert lead.get(f"{address}/method/poetry").status_code == 404
    assert lead.post(f"{address}/method/limits", data=text).status_code == 303
    kept = fresh(books).scalars(sa.select(Release)).one()
    assert kept.method_statement == {"limits": {"zh": text["text_zh"], "en": text["text_en"]}}
    assert kept.published_at is None


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_unit_without_score_says_why(browser: Browser, language: str) -> None:
    text = browser(Role.AUDITOR).get(f"{RUN}?lang={language}").get_data(as_text=True)
    assert {"zh": "到场权重不足。", "en": "Too little of the weight is present."}[language] in text
    assert "76.35" in text
