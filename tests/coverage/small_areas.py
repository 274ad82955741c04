"""How often 95 % intervals of small areas hold the true area means, over data drawn from the models and off them.

`python -m tests.coverage.small_areas 1000` prints the rows.
"""

import sys

import numpy as np
from numpy.random import Generator

from analysis import smallarea
from analysis._types import FloatArray

Row = dict[str, str | int | float]
AREAS = 40
BETWEEN = 6.0


def run(draws: int, seed: int) -> list[Row]:
    """One row per case: the share of (draw, area) pairs whose interval holds the truth, and the worst area's."""
    rng = np.random.default_rng(seed)
    hits: dict[str, list[FloatArray]] = {}
    for _ in range(draws):
        for name, hit in {**_area_level(rng), **_unit_level(rng)}.items():
            hits.setdefault(name, []).append(hit)
    return [
        {
            "topic": "small areas",
            "case": name,
            "level": 0.95,
            "draws": draws,
            "coverage": float(np.mean(found)),
            "worst_area": float(np.mean(found, axis=0).min()),
        }
        for name, found in hits.items()
    ]


def _area_level(rng: Generator) -> dict[str, FloatArray]:
    n = np.linspace(30, 250, AREAS)
    psi, x = 500.0 / n, np.linspace(-1, 1, AREAS)
    noise = rng.normal(size=AREAS) * np.sqrt(psi)
    found: dict[str, FloatArray] = {}
    effects = {
        "normal effects": rng.normal(scale=np.sqrt(BETWEEN), size=AREAS),
        "t5 effects": rng.standard_t(5, size=AREAS) * np.sqrt(BETWEEN * 3 / 5),
    }
    for word, effect in effects.items():
        truth = 60 + 5 * x + effect
        for method in ("reml", "ml", "fh", "pr"):
            fit = smallarea.fay_herriot(truth + noise, psi, covariates=x, method=method)
            found[f"Fay-Herriot {method}, {word}"] = _holds(fit.ci(), truth)
    truth = 60 + 5 * x + effects["normal effects"]
    noisy = psi * rng.chisquare(12, size=AREAS) / 12
    smooth = smallarea.smooth_variances(noisy, n).variance
    fit = smallarea.fay_herriot(truth + noise, smooth, covariates=x)
    found["Fay-Herriot reml, smoothed variances"] = _holds(fit.ci(), truth)
    unseen = np.where(np.arange(AREAS) % 8 == 3, np.nan, truth + noise)
    fit = smallarea.fay_herriot(unseen, psi, covariates=x)
    found["Fay-Herriot reml, areas without a sample"] = _holds(fit.ci(), truth)[np.isnan(unseen)]
    shares = n / n.sum()
    bench = smallarea.benchmark(
        fit.estimate, fit.mse, shares=shares, target=float(shares @ (truth + noise)), method="optimal"
    )
    found["Fay-Herriot reml, benchmarked"] = _holds(_around(bench.estimate, bench.mse, df=fit.df), truth)
    return found


def _unit_level(rng: Generator) -> dict[str, FloatArray]:
    n = np.tile([3, 5, 8, 12, 20], 6)
    place = np.repeat(np.arange(len(n)), n)
    means = rng.normal(size=len(n))
    x = means[place] + rng.normal(size=len(place))
    effect = rng.normal(scale=4.0, size=len(n))
    truth = 60 + 3 * means + effect
    y = 60 + 3 * x + effect[place] + rng.normal(scale=12.0, size=len(place))
    found = {}
    for method in ("reml", "ml"):
        fit = smallarea.battese_harter_fuller(
            y, place, areas=range(len(n)), covariates=x, population_means=means, method=method
        )
        found[f"nested error {method}"] = _holds(fit.ci(), truth)
    return found


def _around(estimate: FloatArray, mse: FloatArray, *, df: int) -> tuple[FloatArray, FloatArray]:
    from scipy import stats

    half = stats.t.isf(0.025, df) * np.sqrt(mse)
    return estimate - half, estimate + half


def _holds(limits: tuple[FloatArray, FloatArray], truth: FloatArray) -> FloatArray:
    return ((limits[0] <= truth) & (truth <= limits[1])).astype(np.float64)


if __name__ == "__main__":
    for row in run(int(sys.argv[1]), seed=1):
        print(row)  # noqa: T201 - a command
