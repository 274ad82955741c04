"""Answers from CSV files: the same checks as on a phone, all or nothing, and hostile files leave nothing."""

import contextlib
from string import Formatter

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from survey.collect.csv_file import Limits, Refused, read_table
from survey.collect.import_messages import MESSAGES
from survey.collect.importing import import_answers
from survey.ledger import seal
from survey.models.response import Response
from survey.models.wave import Wave
from tests.survey.interviews import answer, make_world

HEADER = "meta.token,meta.mode,meta.consent,A1,A2,R01,R02,R03,R04,T1"
TOUCHED = ("participation", "urn", "imported_file", "audit_event", "draft", "submission")


def csv_of(*rows: str, header: str = HEADER) -> bytes:
    return "\r\n".join([header, *rows]).encode() + b"\r\n"


def run(world, data, **more):
    with world.session() as session:
        wave = session.get_one(Wave, world.wave_id)
        return import_answers(
            session, wave, data, filename="cati.csv", actor="user:lin", keys=world.keys, **more
        )


def untouched(world):
    return {name: world.count(name) for name in TOUCHED} == dict.fromkeys(TOUCHED, 0)


def refused(world, data, **more):
    """The refusals of a file that must leave nothing behind."""
    report = run(world, data, **more)
    assert not report.is_accepted
    assert report.n_accepted == 0
    assert untouched(world)
    for one in report.refusals:
        assert len(one.message("zh")) < 400
        assert len(one.message("en")) < 400
        assert len(one.value or "") <= 80
    return [(one.row, one.column, one.code) for one in report.refusals]


def test_a_file_of_interviews_by_telephone(any_world):
    world = any_world
    first, second = world.issue(2, seal_group="city1")
    data = csv_of(
        f"{first},cati,1,north,school;bus,5,4,98,2,等了很久",
        f"{second},cati,1,south,none,1,,3,,",
        ",cati,1,north,,5,5,5,,",
    )
    report = run(world, data)
    assert (report.n_rows, report.n_accepted, report.refusals) == (3, 3, ())
    with world.session() as session:
        wave = session.get_one(Wave, world.wave_id)
        seal.seal_wave(session, wave, keys=world.keys, closing=True)
        by_rating = {
            row.document["state"]["answers"]["R01"] + row.channel: row.document
            for row in session.scalars(sa.select(Response))
        }
    assert by_rating.keys() == {"5sample", "1sample", "5open"}
    telephone = by_rating["5sample"]
    assert telephone["state"]["answers"] == {
        "A1": "north", "A2": ["bus", "school"], "R01": "5", "R02": "4", "R03": "98", "R04": "2", "T1": "等了很久",
    }  # fmt: skip
    assert (telephone["mode"], telephone["stratum"]) == ("cati", "north")
    assert telephone["marks"]["seconds"] is None
    assert by_rating["5open"]["stratum"] is None
    assert world.count("audit_event") == 2


def test_the_same_file_twice(world):
    data = csv_of(",cati,1,north,,5,5,5,,")
    assert run(world, data).is_accepted
    assert [one.code for one in run(world, data).refusals] == ["already_imported"]
    assert world.count("urn") == 1


def test_tokens_are_single_use_here_too(world):
    used, good = world.issue(2)
    answer(world, used)
    report = run(
        world,
        csv_of(
            f"{used},cati,1,north,,5,5,5,,",
            f"{good},cati,1,north,,5,5,5,,",
            f"{good},cati,1,south,,5,5,5,,",
            "no-such-token-000000000000,cati,1,north,,5,5,5,,",
        ),
    )
    assert [(one.row, one.code) for one in report.refusals] == [
        (1, "used_token"),
        (3, "repeated_token"),
        (4, "unknown_token"),
    ]
    assert used not in str(report)
    assert good not in str(report)
    assert world.count("urn") == 1


def test_every_row_is_reported_with_place_value_and_remedy(world):
    rows = [
        ",cati,1,west,,5,5,5,,",
        ",cati,1,,,5,5,5,,",
        ",cati,1,north,bus;none,5,5,5,,",
        ",cati,1,north,bus,5,5,5,4,",
        ",cati,1,north,school,5,5,5,,",
        ",fax,1,north,,5,5,5,,",
        ",web,1,north,,98,5,5,,",
        ",cati,0,north,,5,5,5,,",
        ",cati,1,north,,５,5,5,,",
        ",cati,1,north,,=1+1,5,5,,",
    ]
    assert refused(world, csv_of(*rows)) == [
        (1, "A1", "unknown_answer"),
        (2, "A1", "required"),
        (3, "A2", "exclusive_with_others"),
        (4, "R04", "not_asked"),
        (5, "R04", "required"),
        (6, "meta.mode", "bad_mode"),
        (7, "R01", "unknown_answer"),
        (8, "meta.consent", "no_consent"),
        (9, "R01", "unknown_answer"),
        (10, "R01", "unknown_answer"),
    ]


def test_one_bad_row_keeps_the_good_ones_out(world):
    assert refused(world, csv_of(*[",cati,1,north,,5,5,5,,"] * 20, ",cati,1,west,,5,5,5,,"))


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_file"),
        (b"\xef\xbb\xbf", "empty_file"),
        (csv_of(), "no_rows"),
        (csv_of("x").decode().encode("utf-16"), "not_csv"),
        (b"PK\x03\x04 a workbook", "not_csv"),
        (csv_of(",cati,1,n\x00rth,,5,5,5,,"), "nul"),
        (csv_of(",cati,1,\xe4,,5,5,5,,").decode().encode("latin-1"), "not_utf8"),
        (csv_of(",cati,1,").replace(b",cati", b"\xed\xa0\x80,cati"), "not_utf8"),
        (csv_of(',cati,1,north,"never closed'), "broken_csv"),
        (csv_of(',cati,1,nor"th,,5,5,5,,', ',cati,1,"north"x,,5,5,5,,'), "broken_csv"),
        (csv_of(",cati,1,north"), "wrong_number_of_cells"),
        (csv_of(",cati,1,north,,5,5,5,,,,"), "wrong_number_of_cells"),
        (csv_of("1", header="A1,A1"), "duplicate_column"),
        (csv_of("1", header="A1,"), "empty_column"),
        (csv_of("1,1,1", header="meta.mode,meta.consent,R99"), "unknown_column"),
        (csv_of("1", header="=cmd|' /C calc'!A0,meta.mode,meta.consent"), "wrong_number_of_cells"),
        (csv_of("1,1,1", header="=cmd|' /C calc'!A0,meta.mode,meta.consent"), "unknown_column"),
        (csv_of("1", header="A1"), "missing_column"),
        (csv_of(",cati,1,north,,5,5,5,,", header=HEADER + "\u202e"), "unknown_column"),
    ],
)
def test_hostile_files_leave_nothing(world, data, code):
    assert [found for _, _, found in refused(world, data)] == [code]


def test_sizes_are_checked_before_anything_is_read(world):
    small = Limits(max_bytes=2000, max_rows=3, max_columns=12, max_field=50, max_refusals=2)
    cases = {
        "too_many_bytes": b"a" * 2001,
        "too_many_rows": csv_of(*[",cati,1,north,,5,5,5,,"] * 4),
        "too_many_columns": b"," * 12,
        "field_too_long": csv_of(",cati,1,north,,5,5,5,," + "x" * 51),
    }
    for code, data in cases.items():
        assert [found for _, _, found in refused(world, data, limits=small)] == [code]
    report = run(world, csv_of(*[",cati,1,west,,5,5,5,,"] * 3), limits=small)
    assert (report.n_refused, len(report.refusals)) == (3, 2)


def test_a_huge_field_is_refused_and_not_a_crash(world):
    assert refused(world, csv_of(',cati,1,north,,5,5,5,,"' + "x" * 200_000 + '"'))[0][2] in (
        "field_too_long",
        "broken_csv",
    )


def test_formulas_in_free_text_are_text(world):
    report = run(world, csv_of(',cati,1,north,school,5,5,5,4,"=HYPERLINK(""http://x"")"'))
    assert report.is_accepted


@pytest.mark.parametrize("day", ["2026-02-30", "20260901", "1999-01-01", "9999-01-01", "٢٠٢٦-٠٩-٠١", "=A1"])
def test_days_outside_the_fieldwork(world, day):
    header = "meta.mode,meta.consent,meta.day,A1"
    assert refused(world, csv_of(f"cati,1,{day},north", header=header)) == [(1, "meta.day", "bad_day")]


@pytest.mark.parametrize("seconds", ["-1", "1e3", "٣", "99999", "12.5", "nan"])
def test_lengths_that_are_none(world, seconds):
    header = "meta.mode,meta.consent,meta.seconds,A1"
    assert refused(world, csv_of(f"cati,1,{seconds},north", header=header))[0][2] == "bad_seconds"


def test_a_full_quota_takes_the_whole_file_back(any_engine, tmp_path):
    world = make_world(any_engine, tmp_path, quota=2)
    assert refused(world, csv_of(*[",cati,1,north,,5,5,5,,"] * 3)) == [(3, None, "quota_full")]
    with world.session() as session:
        assert session.execute(sa.text("SELECT n FROM quota_cell")).scalar_one() == 0
    assert run(world, csv_of(*[",cati,1,north,,5,5,5,,"] * 2)).is_accepted


def test_a_closed_wave_takes_no_file(world):
    with Session(world.engine) as session:
        session.execute(sa.update(Wave).values(status="closed"))
        session.commit()
    assert refused(world, csv_of(",cati,1,north,,5,5,5,,"))[0][2] == "wave_not_open"


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace")))
def test_any_bytes_are_a_table_or_a_refusal(data):
    with contextlib.suppress(Refused):
        table = read_table(data, limits=Limits())
        assert all(len(row) == len(table.header) for row in table.rows)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(['"', ",", "\r\n", "\n", ";", "north", "=1", "５", "\u202e", "\U0001f600", "x" * 90]),
        max_size=25,
    ).map("".join)
)
def test_mutated_files_are_refused_cleanly(world, tail):
    """Behind one bad row anything may follow: nothing is written, nothing raises."""
    refused(world, csv_of(",cati,1,west,,5,5,5,,") + tail.encode())


def test_every_message_says_the_same_in_both_languages():
    fields = {
        code: {
            language: {name for _, name, _, _ in Formatter().parse(text) if name}
            for language, text in texts.items()
        }
        for code, texts in MESSAGES.items()
    }
    assert all(found.keys() == {"zh", "en"} and found["zh"] == found["en"] for found in fields.values())
