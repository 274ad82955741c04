"""Home of the gates about what was fixed beforehand and what happens afterwards: G01, G02, G15, G16, G17."""

from analysis.gates.inputs import Appeals, DisclosureReport, FrameRecord, Locking, Reproduction
from analysis.gates.results import Evidence, Finding, finding


def locking(given: Locking) -> Finding:
    """G01: every document was locked and published before the first answer."""
    rows: list[Evidence] = [
        {
            "document": record.document,
            "digest": record.digest,
            "locked_at": record.locked_at.isoformat() if record.locked_at else None,
            "published_at": record.published_at.isoformat() if record.published_at else None,
            "first_answer_at": given.first_answer_at.isoformat(),
            "ok": record.locked_at is not None
            and record.published_at is not None
            and max(record.locked_at, record.published_at) < given.first_answer_at,
        }
        for record in given.documents
    ]
    late = sum(not row["ok"] for row in rows)
    return finding("locking", rows, threshold={"documents_late": 0}, value=float(late))


def frames(records: tuple[FrameRecord, ...]) -> Finding:
    """G02: no scored record comes from a frame that an assessed unit supplied or edited."""
    rows: list[Evidence] = [
        {
            "group": record.group,
            "source": record.source,
            "supplier": record.supplier,
            "from_assessed_unit": record.is_from_assessed_unit,
            "records": record.n_records,
            "excluded": record.n_excluded,
            "ok": not record.is_from_assessed_unit or record.n_excluded >= record.n_records,
        }
        for record in records
    ]
    assessed = [record for record in records if record.is_from_assessed_unit]
    remaining = sum(max(record.n_records - record.n_excluded, 0) for record in assessed)
    return finding(
        "frames",
        rows,
        threshold={"records_remaining": 0},
        value=float(remaining),
        remaining=remaining,
        excluded=sum(record.n_excluded for record in assessed),
    )


def reproduction(given: Reproduction) -> Finding:
    """G15: a second run of the same manifest gives the same result digest."""
    rows: list[Evidence] = [
        {"digest": "manifest", "first": given.first_manifest, "second": given.second_manifest},
        {"digest": "result", "first": given.first_result, "second": given.second_result},
    ]
    compared: list[Evidence] = [
        {**row, "ok": bool(row["first"]) and row["first"] == row["second"]} for row in rows
    ]
    return finding(
        "reproduction",
        compared,
        threshold={"digests_different": 0},
        value=float(sum(not row["ok"] for row in compared)),
    )


def disclosure(given: DisclosureReport) -> Finding:
    """G16: the audit attacked every table of the release and found nothing."""
    rows: list[Evidence] = [{"problem": problem, "ok": False} for problem in given.problems]
    return finding(
        "disclosure",
        rows,
        threshold={"problems": 0},
        value=float(len(given.problems)),
        is_met=not given.problems and given.tables > 0,
        tables=given.tables,
    )


def appeals(given: Appeals) -> Finding:
    """G17: the window is closed and every appeal is decided."""
    rows: list[Evidence] = [
        {
            "window_closed": given.is_window_closed,
            "cases": given.cases,
            "undecided": given.undecided,
            "ok": given.is_window_closed and given.undecided == 0,
        }
    ]
    return finding(
        "appeals",
        rows,
        threshold={"undecided": 0},
        value=float(given.undecided),
        cases=given.cases,
        undecided=given.undecided,
    )
