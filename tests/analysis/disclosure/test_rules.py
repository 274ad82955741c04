"""Totals, quantiles, patterns over time and the presentation standard: by hand and by their laws."""

from __future__ import annotations

from dataclasses import replace
from math import inf
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis import disclosure, estimate
from analysis.design import BoundDesign
from analysis.disclosure import (
    TOTAL,
    Cell,
    Decision,
    DisclosureError,
    DominanceRules,
    ProtectedTable,
    Table,
    TableKind,
    cell_key,
)
from analysis.errors import InvalidInput
from analysis.estimate.proportions import proportion
from analysis.results import Estimate
from analysis.survey_design import SurveyDesign

NAN = np.nan


def test_dominance_by_hand() -> None:
    firm = disclosure.dominance([900, 50, 30, 20])
    assert firm.reason == "n_k_1"
    assert firm.total == 1000
    # p%: 10 % of 900 is 90, the others beside the two largest carry 50: 40 are missing on each side.
    assert firm.protection == pytest.approx(40)
    assert not next(check for check in firm.checks if check.name == "p_percent").is_met
    assert disclosure.dominance([500, 400, 100]).reason == "n_k_2"
    assert disclosure.dominance([400, 300, 200, 100]).reason is None
    assert disclosure.dominance([400, 300]).reason == "contributors"
    assert not disclosure.dominance([10] * 20).is_sensitive
    only_p = DominanceRules(n_k=(), contributors=1, p=20)
    assert disclosure.dominance([100, 80, 20], rules=only_p).reason is None
    assert disclosure.dominance([100, 80, 19.9], rules=only_p).reason == "p_percent"
    # Prior-posterior: knowing the others to within 50 %, twice the remainder is needed.
    prior = DominanceRules(n_k=(), contributors=1, p=20, q=50)
    assert disclosure.dominance([100, 80, 39], rules=prior).reason == "p_percent"
    assert disclosure.dominance([100, 80, 40], rules=prior).reason is None
    # In a sample the large weights of small firms hide the large one.
    assert disclosure.dominance([100, 5, 5], weights=[1, 20, 20]).reason is None
    assert disclosure.dominance([]).reason == "contributors"
    assert len(firm.to_rows()) == 4


@settings(max_examples=60, deadline=None)
@given(
    x=st.lists(st.floats(0, 1e6), min_size=1, max_size=15),
    scale=st.floats(0.01, 100),
    seed=st.integers(0, 99),
)
def test_laws_of_dominance(x: list[float], scale: float, seed: int) -> None:
    found = disclosure.dominance(x)
    mixed = np.random.default_rng(seed).permutation(x)
    assert disclosure.dominance(mixed).reason == found.reason
    assert found.total == pytest.approx(sum(x))
    if min(x) > 1e-3:
        assert disclosure.dominance(np.array(x) * scale).protection == pytest.approx(found.protection * scale)


def amounts(values: dict[tuple[str, str], tuple[float, ...]]) -> Table:
    """A two-way table of sums with margins, each cell judged by its contributions."""
    cells = []
    rows, columns = ({place[axis] for place in values} for axis in (0, 1))
    for row in [*sorted(rows), TOTAL]:
        for column in [*sorted(columns), TOTAL]:
            own = [
                x for (r, c), xs in values.items() if row in (r, TOTAL) and column in (c, TOTAL) for x in xs
            ]
            judged = disclosure.dominance(own)
            cells.append(
                Cell(
                    at={"row": row, "column": column},
                    n=max(len(own), 30),
                    value=sum(own),
                    sensitive=judged.reason,
                    protection=judged.protection if judged.is_sensitive else None,
                )
            )
    return Table(
        id="sums", measure="turnover", kind=TableKind.TOTAL, dimensions=("row", "column"), cells=tuple(cells)
    )


SPREAD = (20.0, 18.0, 15.0, 12.0, 10.0)


def test_a_dominated_total_cannot_be_worked_out() -> None:
    table = amounts(
        {
            ("a", "x"): (500.0, 10.0, 5.0),
            ("a", "y"): SPREAD,
            ("a", "z"): SPREAD,
            ("b", "x"): SPREAD,
            ("b", "y"): SPREAD,
            ("b", "z"): SPREAD,
            ("c", "x"): SPREAD,
            ("c", "y"): SPREAD,
            ("c", "z"): SPREAD,
        }
    )
    target = cell_key("turnover", {"row": "a", "column": "x"})
    careless = ProtectedTable(table=table, hidden={target: "n_k_1"}, rules=disclosure.DisclosureRules())
    found = disclosure.audit([careless])
    assert "derivable" in [problem.code for problem in found.problems]
    protected = disclosure.protect(table)
    audited = disclosure.audit([protected])
    assert audited.is_passed
    assert protected.hidden[target] == "n_k_1"
    assert "complementary" in protected.hidden.values()
    evidence = next(row for row in audited.evidence if "row=a" in row.cell and "column=x" in row.cell)
    assert evidence.is_protected
    assert evidence.high - 515 >= 45 - 1e-6
    assert 515 - evidence.low >= 45 - 1e-6
    assert evidence.to_row()["reason"] == "n_k_1"
    hidden_row = next(row for row in protected.rows() if row["suppressed"] == "n_k_1")
    assert hidden_row["value"] is None


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_protected_totals_pass_the_attack(seed: int) -> None:
    rng = np.random.default_rng(seed)
    values = {
        (f"r{i}", f"c{j}"): tuple(np.round(rng.lognormal(2, 1.2, rng.integers(2, 9)), 1))
        for i in range(3)
        for j in range(3)
    }
    table = amounts(values)
    protected = disclosure.protect(table)
    found = disclosure.audit([protected])
    truth = dict(zip(map(str, table.keys), (cell.value for cell in table.cells), strict=True))
    assert {problem.code for problem in found.problems} <= {"derivable"}
    hidden_totals = [
        key for key, cell in zip(table.keys, table.cells, strict=True) if TOTAL in cell.at.values()
    ]
    # What no hiding inside the table can protect has all its margins hidden as well.
    assert found.is_passed or any(key in protected.hidden for key in hidden_totals)
    assert len(truth) == 16


def test_a_total_needs_an_amount() -> None:
    with pytest.raises(DisclosureError, match="invalid"):
        Table(
            id="t",
            measure="m",
            kind=TableKind.TOTAL,
            dimensions=("a",),
            cells=(Cell(at={"a": "x"}, n=40, value=-1),),
        )


def test_quantiles_and_extremes() -> None:
    y = np.r_[np.arange(100), NAN, NAN]
    middle = disclosure.quantile_check(y, 0.5)
    assert middle.is_publishable
    assert middle.must_round
    assert middle.n == 100
    assert not disclosure.quantile_check(y, 0.0).is_publishable
    assert not disclosure.quantile_check(y, 1.0).is_publishable
    assert not disclosure.quantile_check(y, 0.05).is_publishable
    assert disclosure.quantile_check(y, 0.10).is_publishable
    assert not disclosure.quantile_check(y, 0.95).is_publishable
    assert not disclosure.quantile_check(y[:20], 0.5).is_publishable
    five = np.repeat([1.0, 2, 3, 4, 5], 20)
    assert not disclosure.quantile_check(five, 0.5).must_round
    assert disclosure.quantile_check(five, 0.95).is_publishable  # twenty people share the top answer
    assert not disclosure.quantile_check(np.full(50, NAN), 0.5).is_publishable
    assert len(middle.to_rows()) == 4
    with pytest.raises(DisclosureError, match="between 0 and 1"):
        disclosure.quantile_check(y, 50)


def counts(numbers: dict[str, int]) -> Table:
    total = Cell(at={"place": TOTAL}, n=sum(numbers.values()))
    cells = (*(Cell(at={"place": place}, n=n) for place, n in numbers.items()), total)
    return Table(id="n", measure="answers", kind=TableKind.COUNT, dimensions=("place",), cells=cells)


def test_the_pattern_stays_the_same_over_time() -> None:
    first = disclosure.protect(counts({"a": 4, "b": 30, "c": 50}))
    table = counts({"a": 40, "b": 31, "c": 60})
    loose = disclosure.protect(table)
    found = disclosure.pattern_over_time([first], [loose])
    assert {problem.code for problem in found} == {"hidden_before"}
    assert all(problem.is_blocking for problem in found)
    kept = disclosure.protect_release([table], forced=disclosure.pattern_to_keep([first]))
    assert disclosure.pattern_over_time([first], kept) == ()
    assert disclosure.audit(kept).is_passed
    (back,) = {problem.code for problem in disclosure.pattern_over_time([loose], [first])}
    assert back == "hidden_now"
    assert not disclosure.pattern_over_time([loose], [first])[0].is_blocking
    for problem in found:
        assert problem.message("zh") != problem.message("en")


def test_a_growing_wave_gives_nobody_away() -> None:
    first, later = (disclosure.protect(counts({"a": n, "b": 50})) for n in (40, 43))
    found = disclosure.small_differences([first], [later])
    assert [problem.difference for problem in found] == [3, 3]
    assert "3 respondents" in found[0].message("en")
    assert found[0].to_row()["blocks"] == 1
    assert disclosure.small_differences([first], [first]) == ()
    enough = disclosure.protect(counts({"a": 50, "b": 50}))
    assert disclosure.small_differences([first], [enough]) == ()


def share(
    value: float, se: float, *, n: int = 400, df: float = 50, n_effective: float | None = None
) -> Estimate:
    return Estimate(
        value=value,
        se=se,
        df=df,
        n=n,
        n_effective=n if n_effective is None else n_effective,
        deff=1.0,
        weight_sum=float(n),
        method="by hand",
    )


@pytest.mark.parametrize(
    ("estimate", "decision", "reasons"),
    [
        (share(0.5, 0.025), Decision.SHOW, ()),
        (share(0.5, 0.02, n=29), Decision.SUPPRESS, ("n", "n_effective", "width")),
        (share(0.5, 0.10), Decision.SUPPRESS, ("n_effective", "width")),
        (share(0.02, 0.007), Decision.SHOW, ()),  # narrow: 0.8 to 4 %
        (share(0.02, 0.018), Decision.SUPPRESS, ("relative_width",)),
        (share(0.5, 0.025, df=7), Decision.REVIEW, ("df",)),
        (share(0.0, 0.0), Decision.REVIEW, ("no_variation",)),
        (share(1.0, 0.0, n_effective=20), Decision.SUPPRESS, ("n_effective", "no_variation")),
    ],
)
def test_the_presentation_standard(estimate: Estimate, decision: Decision, reasons: tuple[str, ...]) -> None:
    found = disclosure.presentation(estimate)
    assert found.decision is decision
    assert found.reasons == reasons
    assert found.to_rows()[0]["decision"] == decision.value


def test_a_share_near_one_may_hide_its_complement() -> None:
    found = disclosure.presentation(share(0.96, 0.022))
    assert found.decision is Decision.SHOW
    assert found.is_complement_unreliable
    assert not disclosure.presentation(share(0.5, 0.025)).is_complement_unreliable


def test_the_presentation_of_a_real_estimate() -> None:
    rng = np.random.default_rng(3)
    design = BoundDesign(weights=rng.uniform(1, 2, 300), psu=np.arange(300) // 10)
    estimate = proportion((rng.random(300) < 0.4).astype(float), design)
    found = disclosure.presentation(estimate)
    assert found.decision is Decision.SHOW
    assert found.n_effective == pytest.approx(
        min(300, estimate.value * (1 - estimate.value) / estimate.se**2)
    )
    beta = replace(estimate, interval="beta").ci()
    assert (found.low, found.high) == pytest.approx(beta)


def test_a_table_of_shares_is_judged_row_by_row() -> None:
    rng = np.random.default_rng(5)
    table = {
        "pw": rng.uniform(1, 2, 300),
        "town": np.arange(300) // 10,
        "place": np.where(np.arange(300) < 15, "small", "large"),
        "happy": (rng.random(300) < 0.4).astype(float),
    }
    design = SurveyDesign(weights="pw", psu="town").bind(table)
    found = disclosure.presentations(estimate.proportion(design, "happy", by="place"))
    rows = {row["place"]: row for row in found.to_rows() if row["part"] == "1"}
    assert rows["large"]["decision"] == "show"
    assert rows["small"]["decision"] == "suppress"
    assert "n" in str(rows["small"]["reasons"]).split(";")
    assert found["happy.1.large"].decision is Decision.SHOW
    with pytest.raises(InvalidInput, match=r"happy\.1\.large"):
        found["nobody"]


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: disclosure.presentation(share(70.0, 2.0)), "no share"),
        (lambda: disclosure.presentation(share(0.5, NAN)), "no share"),
        (lambda: disclosure.presentation(share(0.5, 0.1, df=0)), "no share"),
        (lambda: DominanceRules(n_k=((1, 70.0),)), "dominance rules are invalid"),
        (lambda: DominanceRules(p=30, q=20), "dominance rules are invalid"),
        (lambda: disclosure.dominance([1, -2]), "contributions: row 2"),
        (lambda: disclosure.dominance([1, inf]), "contributions: row 2"),
    ],
)
def test_bad_input_is_refused_by_name(call: Any, words: str) -> None:
    with pytest.raises((DisclosureError, InvalidInput), match=words) as caught:
        call()
    assert caught.value.message("zh") != caught.value.message("en")
