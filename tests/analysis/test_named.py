"""Calls by column name say what the rooms below say of the arrays, on a replicate design too."""

from collections.abc import Callable

import numpy as np
import pytest

from analysis import SurveyDesign, estimate, named, replicates
from analysis.design import BoundDesign
from analysis.errors import AnalysisError, InvalidInput
from analysis.results import HypothesisTest
from tests.analysis.estimate.test_by_name import CITIZENS, DECLARED
from tests.analysis.reference_cases import case, citizens

ITEMS = ("q1", "q2", "q3")
CALLS: dict[str, Callable[[BoundDesign], object]] = {
    "crosstab": lambda design: named.crosstab(design, "q1", "urban"),
    "independence": lambda design: named.independence(design, "q1", "urban"),
    "t_test": lambda design: named.t_test(design, "overall", by="sex"),
    "paired": lambda design: named.t_test(design, "q1", paired_with="q2"),
    "rank_test": lambda design: named.rank_test(design, "overall", "sex"),
    "pairwise_means": lambda design: named.pairwise_means(design, "overall", "age"),
    "glm": lambda design: named.glm(design, "overall ~ age + sex"),
    "ordered_logit": lambda design: named.ordered_logit(design, "q1 ~ edu"),
    "alpha": lambda design: named.alpha(design, ITEMS),
    "omega": lambda design: named.omega(design, ITEMS),
    "quantile": lambda design: estimate.quantile(design, "wait", [0.5]),
    "proportion": lambda design: estimate.proportion(design, "q7", top=2, by="sex"),
}


@pytest.fixture(scope="module")
def design() -> BoundDesign:
    return DECLARED.bind(CITIZENS)


@pytest.mark.parametrize("name", list(CALLS))
@pytest.mark.parametrize("kind", ["linearised", "jackknife", "bootstrap"])
def test_every_call_runs_on_every_design(design: BoundDesign, name: str, kind: str) -> None:
    made = {
        "linearised": lambda: design,
        "jackknife": lambda: replicates.jackknife(design),
        "bootstrap": lambda: replicates.bootstrap(design, 40, seed=3),
    }[kind]()
    assert CALLS[name](made) is not None


def test_the_reference_of_regressions_by_name() -> None:
    reference = case("ref07")
    rows = named.glm(DECLARED.bind(CITIZENS), "overall ~ age + sex + edu").to_rows()
    names = [str(row["term"]) for row in rows]
    assert names == list(reference.expected["linear_coef"])
    for row, name in zip(rows, names, strict=True):
        reference.agree(row["estimate"], "linear_coef", name)
        reference.agree(row["se"], "linear_se", name)
    ordered = named.ordered_logit(DECLARED.bind(CITIZENS), "q1 ~ edu").to_rows()
    assert len(ordered) == 5


def test_missing_labels_leave_the_call_and_not_the_design(design: BoundDesign) -> None:
    holes = CITIZENS | {"sex": ["" if row % 7 == 0 else sex for row, sex in enumerate(CITIZENS["sex"])]}
    found = named.t_test(DECLARED.bind(holes), "overall", by="sex")
    kept = np.array([bool(sex) for sex in holes["sex"]])
    plain = named.t_test(design, "overall", by="sex", where=kept)
    assert found.to_rows() == plain.to_rows()
    whole = named.independence(DECLARED.bind(holes), "q1", "sex")
    assert isinstance(whole, HypothesisTest)


def test_names_that_are_not_there() -> None:
    with pytest.raises(InvalidInput) as refused:
        named.rank_test(DECLARED.bind(CITIZENS), "overall", "sexx")
    assert refused.value.context["nearest"] == "sex"
    with pytest.raises(InvalidInput) as refused:
        named.alpha(citizens(), ITEMS)
    assert refused.value.code == "no_table"
    with pytest.raises(AnalysisError):
        named.glm(SurveyDesign(weights="pw").bind(CITIZENS), "overall ~ nothing")
