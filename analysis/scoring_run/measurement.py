"""Home of the checks on measurement: reliability of reflective sets, criterion correlation, mode effects."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import atanh, sqrt, tanh
from typing import Any

import numpy as np

from analysis._types import FloatArray, Lonely
from analysis.design import BoundDesign
from analysis.gates.inputs import CriterionRecord, ModeEffect, ReliabilityRecord
from analysis.index.cells import MICRO
from analysis.rank.intervals import normal_quantile
from analysis.reliability import design_alpha, design_omega, item_diagnostics, moments
from analysis.score.conversion import Conversion
from analysis.scoring_run.groups import GroupRun
from analysis.scoring_run.reading import UnitRatings
from analysis.scoring_run.sample import Sample, item_scores, kish

UNIT_MODULE, REPRESENTATIVES = "unit_module", "representatives"
#: A mode with fewer respondents says nothing about its effect.
LEAST_PER_MODE = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReliability:
    """Reliability of one set of items, as the gate and the report need it."""

    record: ReliabilityRecord
    alpha_se: float
    omega_status: str
    item_rest: Mapping[str, float]
    alpha_if_dropped: Mapping[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """Correlation of the persons' index with the criterion item, with its interval."""

    record: CriterionRecord
    ci_low: float
    ci_high: float


def set_reliability(
    entry: Mapping[str, Any], run: GroupRun, ratings: UnitRatings | None, conversion: Conversion
) -> SetReliability | None:
    """Alpha and omega of one declared set on the group's respondents, or on their ratings of units.

    Ratings of one respondent are one cluster. None where the set was asked of nobody.
    """
    items: tuple[str, ...] = tuple(entry["items"])
    if entry["target"] in (UNIT_MODULE, REPRESENTATIVES):
        if ratings is None:
            return None
        scores, design = _rating_rows(run.sample, ratings, items, conversion)
    else:
        places = [run.sample.rows.items.index(item) for item in items]
        scores = item_scores(run.sample.rows.answers[:, places], conversion)
        design = run.sample.design
    if not np.isfinite(scores).all(axis=1).any():
        return None
    alpha, omega = design_alpha(scores, design), design_omega(scores, design)
    diagnostics = item_diagnostics(moments(scores, weights=design.weights))
    has_omega = omega.is_proper
    record = ReliabilityRecord(
        group=run.group,
        target=str(entry["target"]),
        items=items,
        n=alpha.n,
        alpha=alpha.value,
        alpha_interval=(alpha.ci_low, alpha.ci_high),
        omega=omega.value if has_omega else None,
        omega_interval=(omega.ci_low, omega.ci_high) if has_omega else None,
    )
    return SetReliability(
        record=record,
        alpha_se=alpha.se,
        omega_status="ok" if omega.is_proper else omega.status[0].code,
        item_rest=dict(zip(items, diagnostics.item_rest.tolist(), strict=True)),
        alpha_if_dropped=dict(zip(items, diagnostics.alpha_if_dropped.tolist(), strict=True)),
    )


def person_index(sample: Sample) -> FloatArray:
    """Mean of a respondent's valid item scores by their nominal weights, (n,); nan without a valid answer.

    A help for correlations and mode effects only; it enters no index.
    """
    weights = np.array(sample.tree.nominal_weights())
    valid = np.isfinite(sample.scores)
    base = valid @ weights
    total = np.nan_to_num(sample.scores) @ weights
    return np.where(base > 0, total / np.where(base > 0, base, 1.0), np.nan)


def criterion_correlation(run: GroupRun, item: str, conversion: Conversion) -> Criterion | None:
    """Weighted correlation of the persons' index with the criterion item; Fisher's interval on the Kish n."""
    sample = run.sample
    x, y = person_index(sample), item_scores(sample.rows.item(item), conversion)
    both = np.isfinite(x) & np.isfinite(y)
    if both.sum() < 4:
        return None
    everywhere = np.zeros(sample.n, dtype=np.int64)
    n, n_effective = kish(sample.weights, code=everywhere, size=1, valid=both)
    w = sample.weights[both] / sample.weights[both].sum()
    dx, dy = x[both] - w @ x[both], y[both] - w @ y[both]
    spread = sqrt(float(w @ dx**2) * float(w @ dy**2))
    r = float(w @ (dx * dy)) / spread if spread > 0 else 0.0
    half = normal_quantile(0.95) / sqrt(max(float(n_effective[0]) - 3.0, 1.0))
    centre = atanh(min(max(r, -0.999999), 0.999999))
    return Criterion(
        record=CriterionRecord(group=run.group, item=item, correlation=r, n=int(n[0])),
        ci_low=tanh(centre - half),
        ci_high=tanh(centre + half),
    )


def mode_effects(run: GroupRun, documented: frozenset[tuple[str, str]]) -> tuple[ModeEffect, ...]:
    """Difference of every mode from the most frequent one, after weighting and with the margins held fixed.

    Weighted regression of the persons' index on the modes, the city and the weighting factors; standard
    errors carry the design.
    """
    sample = run.sample
    y = person_index(sample)
    mode = sample.rows.texts["mode"].astype(str)
    names, counts = np.unique(mode[np.isfinite(y)], return_counts=True)
    order = sorted(zip((-counts).tolist(), names.tolist(), strict=True))
    usable = [name for count, name in order if -count >= LEAST_PER_MODE]
    if len(usable) < 2:
        return ()
    reference, others = usable[0], usable[1:]
    used = np.isfinite(y) & np.isin(mode, usable)
    columns = [np.ones(sample.n)] + [(mode == name).astype(np.float64) for name in others]
    for codes in (sample.city, *sample.factors.values()):
        columns += [(codes == code).astype(np.float64) for code in range(1, int(codes.max(initial=0)) + 1)]
    x = np.column_stack(columns)
    w = np.where(used, sample.weights, 0.0)
    inverse = np.linalg.pinv((x * w[:, None]).T @ x, hermitian=True)
    beta = inverse @ (x.T @ (w * np.nan_to_num(y)))
    residual = np.where(used, np.nan_to_num(y) - x @ beta, 0.0)
    influence = (x * (w * residual)[:, None]) @ inverse[:, 1 : 1 + len(others)]
    se = np.sqrt(np.maximum(np.diag(sample.design.covariance(influence)), 0.0))
    return tuple(
        ModeEffect(
            group=run.group,
            mode=name,
            reference=reference,
            effect=float(beta[1 + place]),
            se=float(se[place]),
            is_adjusted_and_documented=(run.group, name) in documented,
        )
        for place, name in enumerate(others)
    )


def _rating_rows(
    sample: Sample, ratings: UnitRatings, items: tuple[str, ...], conversion: Conversion
) -> tuple[FloatArray, BoundDesign]:
    """Scores of the ratings given by scored respondents, in a design whose clusters are the respondents."""
    ids = sample.rows.texts["response_id"].astype(str)
    asked = ratings.response_id.astype(str)
    place = np.minimum(np.searchsorted(ids, asked), max(len(ids) - 1, 0))
    kept = np.flatnonzero(ids[place] == asked)
    columns = [ratings.items.index(item) for item in items]
    design = BoundDesign(
        weights=sample.micro[place[kept]] * ratings.factor[kept] / MICRO,
        strata=sample.rows.texts["stratum"][place[kept]].astype(str),
        psu=asked[kept],
        lonely=Lonely.ADJUST,
    )
    return item_scores(ratings.answers[kept][:, columns], conversion), design
