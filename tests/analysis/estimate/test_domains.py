"""All means at once equal the means one by one, whatever the design."""

import numpy as np
import pytest

from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.errors import InvalidInput
from analysis.estimate import _linear_sums, _moments
from analysis.estimate.domains import means
from analysis.estimate.means import mean
from analysis.weighting.calibrate import calibrate
from analysis.weighting.rake import poststratify, rake
from tests.analysis.reference_cases import citizens_margins, labels, numbers

ITEMS = np.column_stack([numbers("q1"), numbers("q7"), numbers("wait"), numbers("overall")])
AGE = np.unique(labels("age"), return_inverse=True)[1].astype(np.int64)
AGE[::17] = -1
FIELDS = ("value", "se", "n", "n_effective", "deff", "weight_sum", "df", "status")

LONE = labels("region").copy()
LONE[3] = "lone"
DESIGNS = {
    "elements": {"strata": labels("region")},
    "clusters": {"strata": labels("region"), "psu": labels("township")},
    "fpc": {"strata": labels("region"), "psu": labels("township"), "fpc": numbers("n_townships")},
    "one stratum": {},
    "adjust": {"strata": LONE, "lonely": "adjust"},
    "average": {"strata": LONE, "lonely": "average"},
    "remove": {"strata": LONE, "psu": labels("township"), "lonely": "remove"},
    "adjust, clusters": {"strata": LONE, "psu": labels("township"), "lonely": "adjust"},
}


def weighted(kind: str, design: BoundDesign) -> BoundDesign:
    margins = citizens_margins()
    if kind == "raked":
        return rake(design, margins)
    if kind == "twice":
        return rake(poststratify(design, margins[0]), margins)
    if kind == "regression":
        x = np.column_stack([np.ones(design.n), numbers("edu")])
        return calibrate(design, x, totals=[101000, 303000], names=["n", "edu"])
    return design


def compare(design: BoundDesign, items: FloatArray) -> None:
    found = means(items, design, by=AGE)
    for domain, item, estimate in found:
        single = mean(items[:, item], design, domain=domain == AGE)
        for name in FIELDS:
            if name == "status":
                assert estimate.status == single.status
            else:
                assert getattr(estimate, name) == pytest.approx(getattr(single, name), rel=1e-10), name
    assert found.value.shape == (4, items.shape[1])


@pytest.mark.parametrize("kind", ["plain", "raked", "twice", "regression"])
@pytest.mark.parametrize("name", DESIGNS)
def test_every_design_and_weighting(name: str, kind: str) -> None:
    compare(weighted(kind, BoundDesign(weights=numbers("pw"), **DESIGNS[name])), ITEMS)


def test_tables_too_large_fall_back_on_rows_and_sorted_sums_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    design = weighted("raked", BoundDesign(weights=numbers("pw"), **DESIGNS["clusters"]))
    monkeypatch.setattr(_moments, "_CACHED", 0)
    compare(design, ITEMS)
    monkeypatch.setattr(_linear_sums, "_DENSE", 0)
    monkeypatch.setattr(_linear_sums, "_BLOCK", 2 * design.n)
    compare(design, ITEMS)


def test_small_whole_numbers_with_a_missing_code_are_the_same_answers() -> None:
    design = BoundDesign(weights=numbers("pw"), strata=labels("region"))
    q = ITEMS[:, :2]
    coded = np.where(np.isnan(q), 99, q).astype(np.int8)
    plain, packed = means(q, design, by=AGE), means(coded, design, by=AGE, missing=99)
    np.testing.assert_allclose(packed.value, plain.value, rtol=1e-14)
    np.testing.assert_allclose(packed.se, plain.se, rtol=1e-14)
    assert packed.n.tolist() == plain.n.tolist()


def test_a_domain_without_answers_has_no_number() -> None:
    design = BoundDesign(weights=np.ones(6))
    items = np.array([[1.0], [2.0], [3.0], [np.nan], [np.nan], [np.nan]])
    found = means(items, design, by=[0, 0, 0, 1, 1, -1], n_domains=3)
    assert found.n[:, 0].tolist() == [3, 0, 0]
    assert np.isnan(found.value[1:, 0]).all()
    assert np.isnan(found.se[1:, 0]).all()
    assert found.value[0, 0] == 2.0


def test_wrong_shapes_and_codes_are_refused() -> None:
    design = BoundDesign(weights=np.ones(3))
    with pytest.raises(InvalidInput, match="expected shape"):
        means(np.ones((4, 2)), design)
    with pytest.raises(InvalidInput, match="outside -1 to 0"):
        means(np.ones((3, 1)), design, by=[0, 1, 0], n_domains=1)
