"""Factor models and the invariance ladder against lavaan (R): the numbers of ref10-cfa-invariance."""

from __future__ import annotations

import numpy as np
import pytest

from analysis import validity
from analysis.validity import ConfirmatoryFit, GroupedMoments
from tests.analysis.reference_cases import case, labels, numbers

ITEMS = [f"q{number}" for number in range(1, 10)]
BLOCKS = {"staff": ITEMS[:3], "process": ITEMS[3:6], "outcome": ITEMS[6:]}
LEVELS = {"configural": (), "metric": ("loadings",), "scalar": ("loadings", "intercepts")}
REF = case("ref10")


def answers() -> np.ndarray:
    return np.column_stack([numbers(item) for item in ITEMS])


@pytest.fixture(scope="module")
def towns() -> GroupedMoments:
    return validity.moments(answers(), ITEMS, groups=labels("urban"))


def measures(fit: ConfirmatoryFit) -> dict[str, float]:
    found = fit.measures
    return {
        "chisq": fit.test.chi_square,
        "df": fit.test.df,
        "pvalue": fit.test.p_value,
        "cfi": found.cfi,
        "tli": found.tli,
        "rmsea": found.rmsea,
        "srmr": found.srmr,
    }


def test_one_group() -> None:
    fit = validity.cfa(validity.moments(answers(), ITEMS), BLOCKS)
    REF.agree(sum(fit.n), "n")
    for name, value in measures(fit).items():
        REF.agree(value, "single", name)
    loadings = {p.right: p.standardised for p in fit.parameters if p.kind == "loading"}
    for item, wanted in REF.expected["std_loading"].items():
        assert loadings[item] == pytest.approx(wanted, rel=5e-4)


@pytest.mark.parametrize("identify", ["marker", "std.lv"])
@pytest.mark.parametrize("level", LEVELS)
def test_each_step_of_the_ladder(towns: GroupedMoments, level: str, identify: str) -> None:
    fit = validity.cfa(towns, BLOCKS, equal=LEVELS[level], identify=identify)
    assert dict(zip(fit.groups, fit.n, strict=True)) == REF.expected["groups"]
    row = REF.expected["ladder"]["values"][REF.expected["ladder"]["rows"].index(level)]
    wanted = dict(zip(REF.expected["ladder"]["cols"], row, strict=True))
    for name, value in measures(fit).items():
        assert value == pytest.approx(wanted[name], rel=5e-4, abs=1e-9), name
    assert fit.is_converged
    assert not fit.status


def test_the_ladder_and_its_differences(towns: GroupedMoments) -> None:
    found = validity.ladder(towns, BLOCKS, levels=list(LEVELS))
    tests = [step.difference for step in found.steps[1:]]
    REF.agree([test.chi_square for test in tests if test], "diff_chisq")
    REF.agree([test.df for test in tests if test], "diff_df")
    REF.agree([test.p_value for test in tests if test], "diff_p")
