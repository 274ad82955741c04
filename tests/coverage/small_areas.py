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
    """One row per case: the share of (draw, area) pairs whose interval holds the truth, the worst area's, and the mean
    MSE over the mean squared error that occurred.
    """
    rng = np.random.default_rng(seed)
    drawn: dict[str, list[FloatArray]] = {}
    for _ in range(draws):
        for name, one in {**_area_level(rng), **_unit_level(rng)}.items():
            drawn.setdefault(name, []).append(one)
    return [
        {
            "topic": "small areas",
            "case": name,
            "level": 0.95,
            "draws": draws,
            "coverage": float(found[:, 0].mean()),
            "worst_area": float(found[:, 0].mean(axis=0).min()),
            "mse_ratio": float(found[:, 1].mean() / found[:, 2].mean()),
        }
        for name, found in ((name, np.array(found)) for name, found in drawn.items())
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
            found[f"Fay-Herriot {method}, {word}"] = _judged(fit, truth)
    truth = 60 + 5 * x + effects["normal effects"]
    noisy = psi * rng.chisquare(12, size=AREAS) / 12
    smooth = smallarea.smooth_variances(noisy, n).variance
    fit = smallarea.fay_herriot(truth + noise, smooth, covariates=x)
    found["Fay-Herriot reml, smoothed variances"] = _judged(fit, truth)
    unseen = np.where(np.arange(AREAS) % 8 == 3, np.nan, truth + noise)
    fit = smallarea.fay_herriot(unseen, psi, covariates=x)
    found["Fay-Herriot reml, areas without a sample"] = _judged(fit, truth)[:, np.isnan(unseen)]
    shares = n / n.sum()
    bench = smallarea.benchmark(
        fit.estimate, fit.mse, shares=shares, target=float(shares @ (truth + noise)), method="optimal"
    )
    found["Fay-Herriot reml, benchmarked"] = _errors(
        _around(bench.estimate, bench.mse, df=fit.df), bench.estimate, truth, mse=bench.mse
    )
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
        found[f"nested error {method}"] = _judged(fit, truth)
    return found


def _around(estimate: FloatArray, mse: FloatArray, *, df: int) -> tuple[FloatArray, FloatArray]:
    from scipy import stats

    half = stats.t.isf(0.025, df) * np.sqrt(mse)
    return estimate - half, estimate + half


def _judged(fit: smallarea.AreaFit | smallarea.UnitFit, truth: FloatArray) -> FloatArray:
    return _errors(fit.ci(), fit.estimate, truth, mse=fit.mse)


def _errors(
    limits: tuple[FloatArray, FloatArray], estimate: FloatArray, truth: FloatArray, *, mse: FloatArray
) -> FloatArray:
    """(3, areas): whether the interval holds the truth, the estimated MSE, the squared error."""
    holds = (limits[0] <= truth) & (truth <= limits[1])
    return np.array([holds, mse, (estimate - truth) ** 2])


if __name__ == "__main__":
    for row in run(int(sys.argv[1]), seed=1):
        print(row)  # noqa: T201 - a command
