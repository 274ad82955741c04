"""The latent index: an independent algorithm on scores in R, errors against the jackknife, laws, refusals."""

import csv
import json
from typing import Any

import numpy as np
import pytest

from analysis import index, replicates
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.errors import AnalysisError
from tests.analysis.reference_cases import REFERENCE

FOLDER = REFERENCE / "own" / "index"
OWN = json.loads((FOLDER / "path_model.json").read_text(encoding="utf-8"))
BLOCKS = {block: [items] if isinstance(items, str) else items for block, items in OWN["blocks"].items()}
ITEMS = [item for items in BLOCKS.values() for item in items]
with (FOLDER / "path_model.csv").open(encoding="utf-8", newline="") as stream:
    ROWS = list(csv.DictReader(stream))
DATA = np.array([[float(row[item]) for item in ITEMS] for row in ROWS])
DESIGN = BoundDesign(weights=np.array([float(row["pw"]) for row in ROWS]), psu=[row["town"] for row in ROWS])


def model(modes: dict[str, str] | None = None) -> index.PathModel:
    plain = index.acsi_model(BLOCKS)
    return index.PathModel(blocks=plain.blocks, paths=plain.paths, modes=modes or {})


def fit(scheme: str = "path", modes: dict[str, str] | None = None, **options: Any) -> index.LatentIndex:
    given: dict[str, Any] = {"items": DATA, "design": DESIGN} | options
    return index.latent_index(
        given.pop("items"), given.pop("design"), model=model(modes), scheme=scheme, **given
    )


@pytest.mark.parametrize(
    ("scheme", "mode"),
    [("path", "A"), ("factorial", "A"), ("centroid", "A"), ("path", "B"), ("centroid", "B")],
)
def test_the_algorithm_on_scores_agrees(scheme: str, mode: str) -> None:
    expected = OWN[f"{scheme}_{mode}"]
    found = fit(scheme, {"expectations": "B", "value": "B"} if mode == "B" else None)
    assert found.converged
    own = found.weights != 0
    np.testing.assert_allclose(found.weights[own], expected["weights"], rtol=1e-7)
    np.testing.assert_allclose(found.loadings, expected["loadings"], rtol=1e-8)
    np.testing.assert_allclose(found.paths, expected["paths"], rtol=1e-7, atol=1e-9)
    wanted = np.array([np.nan if r is None else r for r in expected["r_squared"]], dtype=float)
    np.testing.assert_allclose(found.r_squared, wanted, rtol=1e-7)
    np.testing.assert_allclose(found.index, expected["index"], rtol=1e-9)


def test_linearised_and_jackknife_errors_agree() -> None:
    plain = fit()
    jackknifed = fit(design=replicates.jkn(DESIGN))
    np.testing.assert_allclose(jackknifed.index_se, plain.index_se, rtol=0.03)
    paths = [i for i, one in enumerate(plain.estimates.named) if one.part.startswith("path.")]
    np.testing.assert_allclose(jackknifed.estimates.se[paths], plain.estimates.se[paths], rtol=0.15)
    drawn = fit(design=replicates.bootstrap(DESIGN, replicates=60, seed=1))
    assert drawn.seed == 1
    np.testing.assert_allclose(drawn.index_se, plain.index_se, rtol=0.35)


def test_scores_average_to_the_index() -> None:
    found = fit()
    scores = found.scores(DATA)
    np.testing.assert_allclose(DESIGN.weights @ scores / DESIGN.weights.sum(), found.index)
    assert (scores > -1e-9).all()
    assert (scores < 100 + 1e-9).all()
    satisfaction = found.estimates["satisfaction.index"]
    assert satisfaction.ci()[0] < satisfaction.value < satisfaction.ci()[1]
    assert found.to_rows()[0]["part"] == "index"
    both = found.estimates.contrast("satisfaction.index", "expectations.index")
    assert both.se > 0


def test_total_effects_add_the_ways() -> None:
    found = fit()
    p = found.paths
    through = p[0, 1] * p[1, 3] + p[0, 2] * p[2, 3] + p[0, 1] * p[1, 2] * p[2, 3] + p[0, 3]
    assert found.total_effects[0, 3] == pytest.approx(through)
    assert found.estimates["expectations.total.satisfaction"].value == pytest.approx(through)


def test_two_blocks_of_one_item_are_a_correlation() -> None:
    two = index.PathModel(blocks={"a": ["e1"], "b": ["s1"]}, paths=[("a", "b")])
    found = index.latent_index(DATA[:, [0, 8]], DESIGN, model=two)
    w = DESIGN.weights / DESIGN.weights.sum()
    z = DATA[:, [0, 8]] - w @ DATA[:, [0, 8]]
    r = (w * z[:, 0]) @ z[:, 1] / np.sqrt((w @ z[:, 0] ** 2) * (w @ z[:, 1] ** 2))
    assert found.paths[0, 1] == pytest.approx(r)
    assert found.r_squared[1] == pytest.approx(r**2)
    assert found.index[0] == pytest.approx(100 * (w @ DATA[:, 0] - 1) / 9)


def test_a_reversed_item_is_a_status_not_a_silent_flip() -> None:
    turned = DATA.copy()
    turned[:, ITEMS.index("s2")] = 11 - turned[:, ITEMS.index("s2")]
    found = fit(items=turned)
    assert [item.code for item in found.status if item.code == "negative_weight"] == ["negative_weight"]
    assert "satisfaction" in found.status[-1].message("en")


def test_missing_rows_leave_the_domain() -> None:
    holes = DATA.copy()
    holes[:5, 0] = np.nan
    found = fit(items=holes)
    assert found.estimates.named[0].estimate.n == 255
    assert found.estimates.named[0].estimate.df == DESIGN.df


def test_a_block_of_opposites_has_no_index() -> None:
    pair = index.PathModel(blocks={"a": ["x", "y"], "b": ["z"]}, paths=[("a", "b")])
    data = np.column_stack([DATA[:, 0], 11 - DATA[:, 0], DATA[:, 8]])
    with pytest.raises(AnalysisError, match='"a" point in opposite directions'):
        index.latent_index(data, DESIGN, model=pair)


def test_latent_variables_that_are_one_another_are_refused() -> None:
    three = index.PathModel(blocks={"a": ["x"], "b": ["y"], "c": ["z"]}, paths=[("a", "c"), ("b", "c")])
    with pytest.raises(AnalysisError, match='"c"'):
        index.latent_index(DATA[:, [0, 0, 8]], DESIGN, model=three)


def changed(column: str, values: Any) -> FloatArray:
    data = DATA.copy()
    data[:, ITEMS.index(column)] = values
    return data


@pytest.mark.parametrize(
    ("options", "code", "named"),
    [
        ({"items": changed("q2", 5.0)}, "constant_column", "q2"),
        ({"items": changed("q2", 11.0)}, "answer_off_scale", "q2"),
        ({"names": [*ITEMS[:-1], "zz"]}, "item_unknown", "l2"),
        (
            {"items": changed("e2", DATA[:, 0]), "modes": {"expectations": "B"}},
            "block_singular",
            "expectations",
        ),
        ({"scheme": "mean"}, "bad_option", "mean"),
        ({"scale": (10, 1)}, "bad_goalposts", "scale"),
    ],
)
def test_refusals(options: dict[str, Any], code: str, named: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        fit(**options)
    assert caught.value.code == code
    assert named in caught.value.message("en")


@pytest.mark.parametrize(
    ("blocks", "paths", "modes", "code"),
    [
        ({"a": ["x"], "b": []}, [("a", "b")], {}, "block_empty"),
        ({"a": ["x"], "b": ["y"]}, [("a", "c")], {}, "block_unknown"),
        ({"a": ["x"], "b": ["y"]}, [("a", "b"), ("b", "a")], {}, "path_cycle"),
        ({"a": ["x"], "b": ["y"], "c": ["z"]}, [("a", "b")], {}, "block_alone"),
        ({"a": ["x"], "b": ["y"]}, [("a", "b")], {"a": "C"}, "bad_option"),
    ],
)
def test_models_that_are_none(blocks: Any, paths: Any, modes: Any, code: str) -> None:
    with pytest.raises(AnalysisError) as caught:
        index.PathModel(blocks=blocks, paths=paths, modes=modes)
    assert caught.value.code == code
