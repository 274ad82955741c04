"""The same numbers from partitions as from memory, and to the last bit whoever does the work."""

from pathlib import Path

import numpy as np
import pytest

from analysis.design import BoundDesign
from analysis.errors import AnalysisError, DataError, DesignError, InvalidInput
from analysis.estimate.domains import DomainMeans, means
from analysis.reliability import alphas
from analysis.reliability.states import moments
from analysis.scale import Declared, ScaledEstimates, run
from analysis.weighting.margins import margin_from_labels
from analysis.weighting.rake import rake
from tests.analysis.scale.people import ITEMS, MARGINS, declared, people, written

FIELDS = ("value", "se", "n", "n_effective", "deff", "weight_sum")


def in_memory(
    table: dict[str, np.ndarray], *, clustered: bool, raked: bool
) -> tuple[DomainMeans, BoundDesign]:
    """The library's ordinary way."""
    design = BoundDesign(
        weights=table["w"],
        strata=table["stratum"],
        psu=table["psu"] if clustered else None,
        fpc=table["N"] if clustered else None,
    )
    if raked:
        design = rake(
            design,
            [
                margin_from_labels(
                    name,
                    [table[name].astype(str)],
                    targets={(label,): people for label, people in targets.items()},
                )
                for name, targets in MARGINS.items()
            ],
        )
    names = ["east", "north", "west"]
    by = np.array([names.index(label) if label else -1 for label in table["county"]])
    items = np.array([table[name] for name in ITEMS]).T
    return means(items, design, by=by, n_domains=3, missing=-1), design


def same_bits(first: ScaledEstimates, second: ScaledEstimates) -> None:
    for field in FIELDS:
        np.testing.assert_array_equal(getattr(first.means, field), getattr(second.means, field))
    np.testing.assert_array_equal(first.scales["service"].scatter, second.scales["service"].scatter)


@pytest.mark.parametrize("clustered", [False, True])
@pytest.mark.parametrize("raked", [False, True])
def test_partitions_say_what_memory_says(tmp_path: Path, *, clustered: bool, raked: bool) -> None:
    table = people()
    expected, design = in_memory(table, clustered=clustered, raked=raked)
    found = run(declared(clustered=clustered, raked=raked), written(tmp_path, table, parts=5))
    assert found.domains == (("east",), ("north",), ("west",))
    assert found.n == 3000
    assert found.means.df == expected.df
    for field in FIELDS:
        np.testing.assert_allclose(getattr(found.means, field), getattr(expected, field), rtol=1e-9)
    items = np.array([table[name] for name in ITEMS]).T
    whole = moments(items, weights=design.weights, missing_code=-1)
    assert alphas.alpha(found.scales["service"]).value == pytest.approx(alphas.alpha(whole).value, rel=1e-12)


def test_slices_of_arrays_files_and_processes_agree_to_the_last_bit(tmp_path: Path) -> None:
    table = people(1200)
    plan = declared(clustered=True, raked=True)
    files = written(tmp_path, table, parts=4)
    serial = run(plan, files)
    same_bits(serial, run(plan, table, rows=300))
    same_bits(serial, run(plan, files, workers=2))


def test_a_part_may_lack_strata_domains_and_complete_answers(tmp_path: Path) -> None:
    table = people(1200)
    order = np.lexsort((table["county"], table["stratum"]))
    table = {name: values[order] for name, values in table.items()}
    for item in ITEMS:
        table[item][:200] = -1
    expected, _ = in_memory(table, clustered=True, raked=True)
    found = run(declared(clustered=True, raked=True), written(tmp_path, table, parts=6))
    np.testing.assert_allclose(found.means.se, expected.se, rtol=1e-9)
    np.testing.assert_array_equal(found.means.n, expected.n)


def test_rows_are_tidy() -> None:
    rows = run(declared(clustered=False, raked=False), people(600)).to_rows()
    assert [(row["item"], row["county"]) for row in rows[:2]] == [("q1", "east"), ("q2", "east")]
    assert len(rows) == 12


@pytest.mark.parametrize(
    ("change", "kind", "code"),
    [
        ({"items": ("q9",)}, InvalidInput, "unknown_column"),
        ({"margins": {"sex": {"f": 1.0}}}, AnalysisError, "missing_target"),
        ({"strata": None, "psu": "one"}, DesignError, "lonely_psu"),
        ({"weights": "q1"}, InvalidInput, "negative"),
        ({"fpc": "w", "psu": "psu"}, DesignError, "fpc_varies"),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    change: dict[str, object], kind: type[Exception], code: str
) -> None:
    table = people(400) | {"one": np.zeros(400, dtype=np.int8)}
    values = {"items": ITEMS, "weights": "w", "strata": "stratum", "missing": -1} | change
    with pytest.raises(kind) as refused:
        run(Declared(**values), table)  # type: ignore[arg-type]  # the cases mix kinds
    assert refused.value.code == code  # type: ignore[attr-defined]  # all of ours have one


def test_files_and_workers_that_are_not_there(tmp_path: Path) -> None:
    plan = declared(clustered=False, raked=False)
    with pytest.raises(DataError):
        run(plan, tmp_path / "nothing.parquet")
    with pytest.raises(InvalidInput) as refused:
        run(plan, people(100), workers=0)
    assert refused.value.code == "bad_workers"
