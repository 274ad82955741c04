"""The thirteen worked examples of the demo data, at the digits shown."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from analysis.design import BoundDesign
from analysis.disclosure.attack import Attacker
from analysis.disclosure.audit import audit
from analysis.disclosure.protect import protect
from analysis.disclosure.rules import DisclosureRules
from analysis.disclosure.tables import TOTAL, Cell, Table, TableKind, cell_key, release_of
from analysis.index.aggregate import coefficients
from analysis.index.tree import flat_tree
from analysis.nonresponse.outcome_rates import Dispositions, Eligibility, EligibilityOrigin, outcome_rates
from analysis.rank.intervals import wilson_interval
from analysis.rank.simultaneous import rank_sets
from analysis.reliability import alpha, moments
from analysis.score.annual import annual_score
from analysis.score.calendar import WorkingCalendar
from analysis.score.composite import GroupEstimate, composite
from analysis.score.conversion import Conversion, validate_conversion
from analysis.score.grades import grade
from analysis.score.item_summary import item_summary
from analysis.score.periods import PeriodEstimate, combine_periods
from analysis.score.plan import ScoringPlan
from analysis.score.reasons import ScoreError
from analysis.score.sdg import sdg_service
from analysis.weighting.margins import Margin
from analysis.weighting.rake import rake
from survey.ledger import merkle

DATA = Path(__file__).parents[2] / "admin" / "demo" / "data"
Example = Mapping[str, Any]


def load(name: str) -> Any:
    return yaml.safe_load((DATA / name).read_text(encoding="utf-8"))


EXAMPLES: dict[str, Example] = {entry["id"]: entry for entry in load("worked_examples.yaml")["examples"]}
# The file drops trailing zeros when parsed, so the digits that count are stated here.
DIGITS = 4


@pytest.fixture(scope="module")
def plan() -> ScoringPlan:
    return ScoringPlan.from_document(load("scoring.yaml"))


def shown(value: float, digits: int) -> Decimal:
    return Decimal(repr(round(value, digits)))


def same(actual: float | None, expected: float, *, digits: int = DIGITS) -> None:
    assert actual is not None
    assert shown(actual, digits) == shown(expected, digits)


def test_there_are_thirteen_and_each_has_a_test() -> None:
    tests = {name.removeprefix("test_example_") for name in globals() if name.startswith("test_example_")}
    assert len(EXAMPLES) == 13
    assert tests == set(EXAMPLES)


def test_example_item_mean() -> None:
    example = EXAMPLES["item_mean"]
    summary = item_summary(example["answers"], example["weights"])
    expected = example["expected"]
    for name in ("index", "satisfied_share", "dissatisfied_share", "dont_know_share"):
        same(getattr(summary, name), expected[name])
    assert summary.valid_n == expected["valid_n"]


def test_example_renormalise() -> None:
    example = EXAMPLES["renormalise"]
    tree = flat_tree("residents", example["weights"], minimum_present=0.60)
    means = np.array([[np.nan if v is None else v for v in example["items"].values()]])
    solved = coefficients(tree, np.isfinite(means))
    same(float(solved.present[0, 0]), example["expected"]["weight_present"])
    same(float(solved.values(means)[0, 0]), example["expected"]["indicator"])
    alone = np.array([[True, False, False]])
    assert not coefficients(tree, alone).stands[0, 0]


def test_example_composite(plan: ScoringPlan) -> None:
    example, expected = EXAMPLES["composite"], EXAMPLES["composite"]["expected"]
    assert plan.evaluator_weights[example["unit_class"]] == example["evaluator_weights"]
    groups = {
        name: GroupEstimate(
            value=value, se=example["group_standard_error"][name], n=10_000, n_effective=10_000.0
        )
        for name, value in example["group_index"].items()
    }
    unit = composite(example["unit_class"], groups, plan)
    same(unit.weight_present, expected["weight_present"])
    assert set(unit.weights_used) == set(expected["weights_used"])
    for group, weight in expected["weights_used"].items():
        same(unit.weights_used[group], weight)
    same(unit.value, expected["annual_composite"])
    same(unit.se, expected["annual_standard_error"])
    assert unit.value is not None
    assert unit.se is not None
    peacetime = example["peacetime"]
    year = combine_periods(
        PeriodEstimate(value=unit.value, se=unit.se),
        PeriodEstimate(value=peacetime["index"], se=peacetime["standard_error"]),
        plan,
    )
    assert dict(year.weights_used) == example["period_weights"]
    same(year.value, expected["composite"])
    same(year.se, expected["standard_error"])
    same(year.ci_low, expected["ci_95"][0])
    same(year.ci_high, expected["ci_95"][1])
    score = annual_score(
        example["unit_class"],
        year.value,
        se=year.se,
        internal_score=example["internal_score"],
        plan=plan,
        additions=example["additions"],
        deductions=example["deductions"],
    )
    assert score.external_weight == example["external_weight"]
    same(score.external_points, expected["external_points"])
    same(score.value, expected["annual_score"])
    graded = grade(year.value, plan, ci_low=year.ci_low, ci_high=year.ci_high)
    assert (graded.grade, graded.is_borderline) == (expected["grade"], expected["borderline"])


def test_example_response_rates() -> None:
    given = EXAMPLES["response_rates"]["dispositions"]
    rates = outcome_rates(
        Dispositions(
            complete=given["I"],
            partial=given["P"],
            refusal=given["R"],
            noncontact=given["NC"],
            other=given["O"],
            unknown_household=given["UH"],
            unknown_other=given["UO"],
        ),
        Eligibility(value=given["e"], origin=EligibilityOrigin.STATED),
    )
    for name, expected in EXAMPLES["response_rates"]["expected"].items():
        same(getattr(rates, name.lower()), expected)


def test_example_raking() -> None:
    example = EXAMPLES["raking"]
    cells = [name for name, count in example["sample_counts"].items() for _ in range(count)]
    targets = example["targets"]

    def margin(name: str, labels: tuple[str, ...], part: int) -> Margin:
        codes = np.array([labels.index(cell.split("_")[part]) for cell in cells])
        return Margin(name=name, codes=codes, targets=np.array([targets[x] for x in labels]), labels=labels)

    margins = [margin("urbanicity", ("urban", "rural"), 0), margin("sex", ("male", "female"), 1)]
    raked = rake(BoundDesign(weights=np.ones(len(cells))), margins)
    for cell, weight in example["expected"]["weights"].items():
        same(float(raked.weights[cells.index(cell)]), weight, digits=6)
    step = raked.history[-1]
    same(step.kish_deff, example["expected"]["kish_design_effect"], digits=6)
    same(step.n_effective, example["expected"]["effective_sample"])


def test_example_cronbach_alpha() -> None:
    example = EXAMPLES["cronbach_alpha"]
    same(alpha(moments(example["rows"])).value, example["expected"]["alpha"], digits=6)


def test_example_rank_sets() -> None:
    example, expected = EXAMPLES["rank_sets"], dict(EXAMPLES["rank_sets"]["expected"])
    units = list(example["estimates"])
    sets = rank_sets(
        [example["estimates"][unit] for unit in units],
        [example["standard_errors"][unit] ** 2 for unit in units],
        level=example["coverage"],
        method="bonferroni",
    )
    same(sets.critical_value, expected.pop("critical_value"), digits=6)
    assert {
        unit: [int(low), int(high)] for unit, low, high in zip(units, sets.low, sets.high, strict=True)
    } == (expected)


def test_example_sdg_16_6_2_style() -> None:
    example = EXAMPLES["sdg_16_6_2_style"]
    asked = example["denominators"]
    service = sdg_service(
        example["attributes"],
        asked=asked["asked"],
        left_out=asked["dont_know_or_not_applicable_or_refused"],
        scale_points=5,
    )
    assert service.base == example["expected"]["base"]
    same(service.average_positive_share, example["expected"]["average_positive_share"])
    assert not service.is_official_scale


def test_example_coaching_share() -> None:
    for case in EXAMPLES["coaching_share"]["cases"]:
        low, high = wilson_interval(case["reported"], case["answered"])
        same(low, case["expected_wilson_95"][0], digits=6)
        same(high, case["expected_wilson_95"][1], digits=6)
        assert (low > 0.02) is case["set_aside"]


def test_example_rejected_conversion() -> None:
    example = EXAMPLES["rejected_conversion"]
    check = validate_conversion(example["table"])
    assert (check.accepted, check.reason) == (
        example["expected"]["accepted"],
        example["expected"]["reason"],
    )
    with pytest.raises(ScoreError, match="lowest answer must be worth 0"):
        Conversion(values=example["table"])


def test_example_working_days() -> None:
    example = EXAMPLES["working_days"]
    workflow = load("instruments/service_users.yaml")["negative_review_workflow"]
    steps = {step["id"]: step["due"] for step in workflow["steps"]}
    calendar = WorkingCalendar.from_document(example["calendar"])
    for case in example["cases"]:
        deadlines = calendar.deadlines(case["start"], steps)
        assert {step: deadline.due for step, deadline in deadlines.items()} == case["steps"]


def test_example_receipt_log() -> None:
    example, expected = EXAMPLES["receipt_log"], EXAMPLES["receipt_log"]["expected"]
    leaves = [merkle.leaf_hash(leaf.encode()) for leaf in example["leaves"]]
    assert merkle.root(leaves[:3]).hex() == expected["root_of_first_3"]
    assert merkle.root(leaves).hex() == expected["root_of_5"]
    assert leaves[2].hex() == expected["leaf_hash_3"]
    path = merkle.inclusion_path(leaves, 2)
    assert [node.hex() for node in path] == expected["inclusion_path_of_leaf_3"]


def test_example_small_cells(plan: ScoringPlan) -> None:
    example, expected = EXAMPLES["small_cells"], EXAMPLES["small_cells"]["expected"]
    cells = [
        Cell(
            at={"district": row["row"], "age": TOTAL if age == "total" else age},
            n=cell["n"],
            value=cell["index"],
        )
        for row in example["table"]
        for age, cell in row.items()
        if age != "row"
    ]
    table = Table(
        id="district-age",
        measure="index",
        kind=TableKind.MEAN,
        dimensions=("district", "age"),
        cells=tuple(cells),
    )
    rules = DisclosureRules.from_document(load("scoring.yaml"))
    assert rules.estimate_minimum == example["rule"]["estimate_min_unweighted"]
    hidden = protect(table, rules).hidden
    primary = [cell_key("index", {"district": d, "age": a}) for d, a in expected["primary_suppressed"]]
    assert [key for key, reason in hidden.items() if reason == "base_below_minimum"] == primary
    others = {key for key in hidden if key not in primary}
    more = expected["at_least_one_more_suppressed_in"]
    assert any(("district", more["row"]) in place for _, place in others)
    assert any(("age", more["and_in_column"]) in place for _, place in others)
    # With the primary cell alone hidden it is known exactly; as protected it is not.
    attacker = Attacker(release=release_of([table]))
    alone = attacker.bounds(set(primary))[primary[0]]
    assert alone.width < 1e-6
    assert alone.low == pytest.approx(81.0)
    assert expected["must_not_be_derivable"]
    assert attacker.bounds(hidden)[primary[0]].width >= rules.protection_width
    assert audit([protect(table, rules)]).is_passed
