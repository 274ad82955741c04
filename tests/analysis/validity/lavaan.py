"""Home of the comparison with lavaan: its output as the scripts beside the data wrote it, and a fit against it."""

from __future__ import annotations

import json
import math
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from analysis._types import FloatArray
from analysis.validity import ConfirmatoryFit, Kind
from analysis.validity.parameters import Parameter
from tests.analysis.reference_cases import labels, numbers

OWN = Path(__file__).parents[1] / "reference" / "own" / "validity"
ITEMS = [f"q{number}" for number in range(1, 10)]
BLOCKS = {"staff": ITEMS[:3], "process": ITEMS[3:6], "outcome": ITEMS[6:]}
PLAIN = {"chisq": "chi_square", "df": "df", "pvalue": "p_value"}
SCALED = {"chisq.scaled": "scaled", "pvalue.scaled": "scaled_p_value", "chisq.scaling.factor": "factor"}
MEASURES = {
    "cfi": "cfi",
    "tli": "tli",
    "rmsea": "rmsea",
    "rmsea.ci.lower": "rmsea_low",
    "rmsea.ci.upper": "rmsea_high",
    "rmsea.pvalue": "p_close",
    "srmr": "srmr",
    "srmr_bentler_nomean": "srmr_without_means",
    "logl": "log_likelihood",
    "aic": "aic",
    "bic": "bic",
    "bic2": "bic_adjusted",
}
FORMS = ("cfi", "tli", "rmsea", "rmsea_low", "rmsea_high", "p_close")


@cache
def output(name: str) -> dict[str, Any]:
    """One script's numbers."""
    found: dict[str, Any] = json.loads((OWN / f"{name}.json").read_text(encoding="utf-8"))
    return found


def answers() -> FloatArray:
    """The nine items of citizens.csv."""
    return np.column_stack([numbers(item) for item in ITEMS])


def complete(*columns: str) -> Any:
    """The rows that answer all nine items: answers and further columns, as the scripts have them."""
    y = answers()
    kept = np.isfinite(y).all(axis=1)
    return y[kept], *(labels(column)[kept] for column in columns)


def agree(fit: ConfirmatoryFit, wanted: dict[str, Any], *, rel: float = 2e-5, se_rel: float = 2e-4) -> None:
    """Measures of fit, estimates, standard errors and standardised estimates are lavaan's.

    `rel` leaves room for where lavaan's search stops.
    """
    if wanted.get("measures"):
        _agree_measures(fit, wanted["measures"], rel=rel)
    if "parameters" in wanted:
        _agree_parameters(fit, wanted, rel=rel, se_rel=se_rel)


def _agree_measures(fit: ConfirmatoryFit, wanted: dict[str, Any], *, rel: float) -> None:
    pairs = [(name, getattr(fit.test, own)) for name, own in (PLAIN | SCALED).items()]
    pairs += [(name, getattr(fit.measures, own)) for name, own in MEASURES.items()]
    lavaan_names = {own: name for name, own in MEASURES.items()}
    for form in ("scaled", "robust"):
        pairs += [(f"{lavaan_names[own]}.{form}", getattr(fit.measures, f"{own}_{form}")) for own in FORMS]
    known = {
        name: (value, wanted[name]) for name, value in pairs if isinstance(wanted.get(name), float | int)
    }
    if fit.pattern.steps:
        # lavaan turns ordered items into continuous ones for these; the library does not offer them.
        known = {name: pair for name, pair in known.items() if not name.endswith(".robust")}
    apart = {
        name: pair for name, pair in known.items() if pair[0] != pytest.approx(pair[1], rel=rel, abs=2e-5)
    }
    assert not apart, apart
    assert len(known) >= 10


def _agree_parameters(fit: ConfirmatoryFit, wanted: dict[str, Any], *, rel: float, se_rel: float) -> None:
    table = {_key(parameter, fit): parameter for parameter in fit.parameters}
    rows = wanted["parameters"]
    seen = 0
    for place, op in enumerate(rows["op"]):
        key = (rows["lhs"][place], op, rows["rhs"][place], rows["group"][place])
        found = table.get(key) or table.get((key[2], key[1], key[0], key[3]))
        if found is None:
            _agree_implied(fit, key, rows["est"][place])
            continue
        seen += 1
        assert found.estimate == pytest.approx(rows["est"][place], rel=20 * rel, abs=1e-4), key
        if found.is_free:
            assert found.se == pytest.approx(rows["se"][place], rel=se_rel, abs=1e-6), key
        if found.kind not in (Kind.SCALE, Kind.RESIDUAL) or not fit.pattern.steps:
            _agree_standardised(found, rows, place)
    assert seen == len(table)


def _agree_implied(fit: ConfirmatoryFit, key: tuple[str, str, str, int], wanted: float) -> None:
    """lavaan also lists what it fixes at 0 or 1, and what is left of an ordered item's variance."""
    left, op, right, group = key
    if op == "~~" and left == right and left in fit.items:
        place = fit.items.index(left)
        scale = fit.matrices(group - 1).scale[place]
        assert (1 - fit.r_squared(group - 1)[left]) / scale**2 == pytest.approx(wanted, rel=1e-3)
    else:
        assert wanted in (0, 1)


def _agree_standardised(found: Parameter, rows: dict[str, list[Any]], place: int) -> None:
    if not math.isnan(found.standardised):
        assert found.standardised == pytest.approx(rows["std"][place], rel=1e-3, abs=2e-4)
        if rows["std_se"][place] and not math.isnan(found.standardised_se):
            assert found.standardised_se == pytest.approx(rows["std_se"][place], rel=3e-3, abs=2e-5)


def _key(parameter: Parameter, fit: ConfirmatoryFit) -> tuple[str, str, str, int]:
    group = fit.groups.index(parameter.group) + 1
    ops = {Kind.LOADING: "=~", Kind.INTERCEPT: "~1", Kind.MEAN: "~1", Kind.THRESHOLD: "|", Kind.SCALE: "~*~"}
    op = ops.get(parameter.kind, "~~")
    right = {"|": f"t{parameter.right}", "~*~": parameter.left}.get(op, parameter.right)
    return parameter.left, op, right, group
