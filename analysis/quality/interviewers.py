"""Home of the interviewer effect: a mixed model with a random intercept for every interviewer."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import erfc, sqrt

import numpy as np
from numpy.typing import ArrayLike

from analysis._check import labels, numbers
from analysis._types import FloatArray, IntArray
from analysis.quality.errors import QualityError
from analysis.quality.rules import RULES
from analysis.quality.scores import dummies
from analysis.results import Result, Row

_LIMITS = RULES["interviewer_effect"].thresholds


@dataclass(frozen=True, slots=True, kw_only=True)
class InterviewerEffect:
    """One interviewer: cases, how far they lie off (points) with its standard error, and the verdict.

    `predicted` is the shrunken effect (BLUP), `p` is corrected for the number of interviewers (Bonferroni).
    """

    interviewer: str
    n: int
    deviation: float
    se: float
    predicted: float
    p: float
    is_flagged: bool


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InterviewerEffects(Result):
    """All interviewers, the largest deviation first, with the variance components (points squared)."""

    method: str = "random intercept per interviewer, REML"
    definition: str = "quality.interviewer_effect"

    effects: tuple[InterviewerEffect, ...]
    variance_between: float
    variance_within: float
    n: int

    @property
    def icc(self) -> float:
        """Share of the variance that lies between interviewers."""
        total = self.variance_between + self.variance_within
        return self.variance_between / total if total > 0 else 0.0

    @property
    def design_effect(self) -> float:
        """What the interviewers multiply the variance of a mean by: 1 + (m - 1) ICC, m = Σn² / Σn cases each.

        Kish (1962), Journal of the American Statistical Association 57, 92-115.
        """
        sizes = np.array([effect.n for effect in self.effects], dtype=np.float64)
        return 1.0 + (float(sizes @ sizes / sizes.sum()) - 1.0) * self.icc

    def to_rows(self) -> list[Row]:
        """One row per interviewer."""
        return [
            {
                "interviewer": effect.interviewer,
                "n": effect.n,
                "deviation": effect.deviation,
                "se": effect.se,
                "predicted": effect.predicted,
                "p": effect.p,
                "flagged": int(effect.is_flagged),
            }
            for effect in self.effects
        ]


def interviewer_effects(
    level: ArrayLike,
    interviewer: ArrayLike,
    *,
    factors: Mapping[str, ArrayLike],
    points: float = _LIMITS["points"],
    p: float = _LIMITS["p"],
    least: int = int(_LIMITS["least"]),
) -> InterviewerEffects:
    """Fit level ~ factors + (1 | interviewer) by REML and judge every interviewer.

    The deviation is the mean residual of an interviewer's cases from the fixed part, its standard error the
    sampling error of that mean. An interviewer is flagged if the deviation is both large and beyond chance.

    Parameters
    ----------
    level : (n,) level of each response in points (`scores.person_levels`), nan leaves the fit
    interviewer : (n,) names; rows without interviewer must be left out by the caller
    factors : name -> (n,) categories that explain differences between cases: area, age, mode

    Raises
    ------
    QualityError
        ``nobody_measured`` if every level is missing.

    References
    ----------
    Searle, Casella and McCulloch (1992), Variance Components, ch. 6 (REML, one-way random intercept);
    West and Blom (2017), Journal of Survey Statistics and Methodology 5, 175-211.
    """
    y = numbers("level", level)
    known = np.isfinite(y)
    if not known.any():
        raise QualityError("nobody_measured", name="level")
    codes, names = labels("interviewer", np.asarray(interviewer), n=len(y))
    design = dummies({name: np.asarray(values) for name, values in factors.items()}, n=len(y))[known]
    sums = _Sums.of(y[known], design, codes[known], len(names))
    ratio = _reml_ratio(sums)
    fit = _profile(sums, ratio)
    effects = []
    for place, name in enumerate(names):
        n = int(sums.sizes[place])
        if n == 0:
            continue
        deviation = float((sums.y[place] - sums.x[place] @ fit.beta) / n)
        se = sqrt(fit.sigma2 / n)
        corrected = min(1.0, erfc(abs(deviation) / se / sqrt(2.0)) * len(names)) if se > 0 else 1.0
        effects.append(
            InterviewerEffect(
                interviewer=name,
                n=n,
                deviation=deviation,
                se=se,
                predicted=float(ratio * n / (1.0 + ratio * n) * deviation),
                p=corrected,
                is_flagged=n >= least and abs(deviation) >= points and corrected < p,
            )
        )
    return InterviewerEffects(
        effects=tuple(sorted(effects, key=lambda effect: (-abs(effect.predicted), effect.interviewer))),
        variance_between=ratio * fit.sigma2,
        variance_within=fit.sigma2,
        n=int(known.sum()),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sums:
    """All the model needs of the data: cross-products, and sums per interviewer."""

    n: int
    xx: FloatArray
    xy: FloatArray
    yy: float
    x: FloatArray  # (interviewers, p)
    y: FloatArray  # (interviewers,)
    sizes: IntArray

    @classmethod
    def of(cls, y: FloatArray, design: FloatArray, codes: IntArray, groups: int) -> "_Sums":
        x = np.zeros((groups, design.shape[1]))
        np.add.at(x, codes, design)
        return cls(
            n=len(y),
            xx=design.T @ design,
            xy=design.T @ y,
            yy=float(y @ y),
            x=x,
            y=np.bincount(codes, weights=y, minlength=groups).astype(np.float64),
            sizes=np.bincount(codes, minlength=groups).astype(np.int64),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Fit:
    beta: FloatArray
    sigma2: float
    criterion: float


def _profile(sums: _Sums, ratio: float) -> _Fit:
    """Fixed effects, residual variance and −2 restricted log likelihood for a given variance ratio.

    With V = I + λZZ', V⁻¹ takes λ/(1 + λnⱼ) times the product of an interviewer's sums off each cross-product.
    """
    shrink = ratio / (1.0 + ratio * sums.sizes)
    xvx = sums.xx - (sums.x * shrink[:, None]).T @ sums.x
    xvy = sums.xy - sums.x.T @ (shrink * sums.y)
    yvy = sums.yy - float(shrink @ sums.y**2)
    values, vectors = np.linalg.eigh(xvx)
    real = values > values.max() * 1e-10
    beta = vectors[:, real] @ ((vectors[:, real].T @ xvy) / values[real])
    df = sums.n - int(real.sum())
    sigma2 = max(float(yvy - beta @ xvy), 0.0) / max(df, 1)
    criterion = (
        df * np.log(max(sigma2, 1e-300)) + np.log1p(ratio * sums.sizes).sum() + np.log(values[real]).sum()
    )
    return _Fit(beta=beta, sigma2=sigma2, criterion=float(criterion))


def _reml_ratio(sums: _Sums) -> float:
    """Variance between over variance within interviewers, 0 where that fits best."""
    from scipy.optimize import minimize_scalar

    best = minimize_scalar(
        lambda log_ratio: _profile(sums, float(np.exp(log_ratio))).criterion,
        bounds=(np.log(1e-6), np.log(10.0)),
        method="bounded",
        options={"xatol": 1e-8},
    )
    ratio = float(np.exp(best.x))
    return ratio if _profile(sums, ratio).criterion < _profile(sums, 0.0).criterion - 1e-9 else 0.0
