"""Strata, clusters, population sizes and lonely clusters."""

from typing import Any

import numpy as np
import pytest

from analysis.design import BoundDesign
from analysis.errors import DesignError, InvalidInput
from analysis.estimate.means import mean, total
from tests.analysis.reference_cases import labels, numbers

LONE = np.where(labels("township") == "a01", "lone", labels("region"))


def lonely(policy: str, **further: Any) -> BoundDesign:
    return BoundDesign(weights=numbers("pw"), strata=LONE, psu=labels("township"), lonely=policy, **further)


# survey 4.1.1 (R 4.2): options(survey.lonely.psu = ...); SE(svymean(~overall, x))
R_MEANS = {
    "adjust": 0.094347483275291,
    "average": 0.101415773297961,
    "certainty": 0.0938927613532291,
    "remove": 0.0938927613532291,
}


@pytest.mark.parametrize("policy", R_MEANS)
def test_lonely_policies(policy: str) -> None:
    design = lonely(policy)
    assert mean(numbers("overall"), design).se == pytest.approx(R_MEANS[policy], rel=1e-9)
    assert design.df == 29


def test_adjust_centres_at_the_mean_of_all_psu_totals() -> None:
    """For a total R 4.1.1 centres elsewhere; the rule here is written out by hand."""
    used, weights = numbers("used"), numbers("pw")
    towns, code = np.unique(labels("township"), return_inverse=True)
    totals = np.bincount(code, weights=weights * used)
    without = total(used, lonely("certainty")).se ** 2
    alone = (totals[towns == "a01"][0] - totals.mean()) ** 2
    assert total(used, lonely("adjust")).se == pytest.approx(np.sqrt(without + alone))


def test_a_lonely_cluster_is_refused_by_the_name_of_its_stratum() -> None:
    with pytest.raises(DesignError) as refusal:
        lonely("refuse")
    assert refusal.value.code == "lonely_psu"
    assert '"lone"' in str(refusal.value)
    assert "certainty" in refusal.value.message("zh")
    with pytest.raises(DesignError):
        BoundDesign(weights=np.ones(2), strata=["a", "b"], lonely="average")


def test_a_stratum_taken_in_full_is_not_lonely() -> None:
    design = BoundDesign(weights=np.ones(5), strata=list("aabbc"), fpc=[4, 4, 4, 4, 1])
    assert design.df == 2
    assert design.variance([0, 0, 0, 0, 7.0]) == 0.0


def test_ids_are_nested_in_strata_unless_told_otherwise() -> None:
    ids, strata = list("xyxy"), list("aabb")
    assert BoundDesign(weights=np.ones(4), strata=strata, psu=ids).layout.n_psu == 4
    with pytest.raises(DesignError) as refusal:
        BoundDesign(weights=np.ones(4), strata=strata, psu=ids, nested=False)
    assert refusal.value.context == {"psu": "x", "first": "a", "second": "b"}


def test_population_sizes_and_fractions_say_the_same() -> None:
    y = np.array([1.0, 3.0, 2.0, 6.0])
    sizes = BoundDesign(weights=np.ones(4), strata=list("aabb"), fpc=[4, 4, 8, 8])
    shares = BoundDesign(weights=np.ones(4), strata=list("aabb"), fpc=[0.5, 0.5, 0.25, 0.25])
    none = BoundDesign(weights=np.ones(4), strata=list("aabb"))
    assert total(y, sizes).se == pytest.approx(total(y, shares).se)
    # by hand: (1 - f) n / (n - 1) sum of squares, 2 * 2 and 2 * 8
    assert total(y, none).se ** 2 == pytest.approx(4 + 16)
    assert total(y, sizes).se ** 2 == pytest.approx(0.5 * 4 + 0.75 * 16)


@pytest.mark.parametrize(("fpc", "code"), [([4, 5, 8, 8], "fpc_varies"), ([1, 1, 8, 8], "fpc_too_small")])
def test_impossible_population_sizes(fpc: list[float], code: str) -> None:
    with pytest.raises(DesignError) as refusal:
        BoundDesign(weights=np.ones(4), strata=list("aabb"), fpc=fpc)
    assert refusal.value.code == code


def test_broken_designs_name_the_row() -> None:
    for weights, code, row in (([1, np.nan], "not_finite", 2), ([-1.0, 1], "negative", 1)):
        with pytest.raises(InvalidInput) as refusal:
            BoundDesign(weights=weights)
        assert (refusal.value.code, refusal.value.context["row"]) == (code, row)
    with pytest.raises(DesignError, match="weights are zero"):
        BoundDesign(weights=[0.0, 0.0])
    with pytest.raises(InvalidInput) as refusal:
        BoundDesign(weights=np.ones(2), strata=np.array(["a", None], dtype=object))
    assert refusal.value.context["row"] == 2
    with pytest.raises(InvalidInput) as refusal:
        BoundDesign(weights=np.ones(2), lonely="ignore")
    assert "certainty" in str(refusal.value)
    with pytest.raises(InvalidInput):
        BoundDesign(weights=np.ones(3)).covariance(np.ones((2, 1)))


def test_a_design_cannot_be_changed() -> None:
    weights = np.ones(3)
    design = BoundDesign(weights=weights)
    weights[0] = 99
    assert design.weights[0] == 1
    with pytest.raises(ValueError, match="read-only"):
        design.weights[0] = 5
    with pytest.raises(AttributeError):
        design.weights = weights  # type: ignore[misc]  # that it fails is the point
