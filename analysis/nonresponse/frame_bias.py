"""Home of the comparison of respondents with the whole sample on what the frame knows of both."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.design import BoundDesign
from analysis.nonresponse.errors import NonresponseError
from analysis.nonresponse.sample import Sample, sample_of
from analysis.nonresponse.variables import FrameVariable, frame_variables
from analysis.results import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrameBias(Result):
    """Respondents against the whole sample, one entry per category (a share) or continuous variable (a mean).

    Attributes
    ----------
    labels : (variable, category) of each entry, category empty for a mean
    sample, respondents : (k,) weighted means of the sample and of the respondents
    difference, se : (k,) respondents minus sample, and its standard error; both share the respondents
    standardised : (k,) difference over the standard deviation in the sample; its size is the ASMD
    df : degrees of freedom of the design
    """

    labels: tuple[tuple[str, str], ...]
    sample: FloatArray
    respondents: FloatArray
    difference: FloatArray
    se: FloatArray
    standardised: FloatArray
    df: float

    @property
    def p_value(self) -> FloatArray:
        """(k,) two-sided p of no difference, by t; nan where the standard error is 0."""
        from scipy import stats

        with np.errstate(divide="ignore", invalid="ignore"):
            t = np.where(self.se > 0, np.abs(self.difference) / self.se, np.nan)
        df = self.df if self.df > 0 else np.inf
        return np.asarray(2.0 * stats.t.sf(t, df))

    @property
    def average_asmd(self) -> float:
        """Mean over variables of the mean absolute standardised difference of their entries."""
        names = list(dict.fromkeys(variable for variable, _ in self.labels))
        sizes = np.abs(self.standardised)
        rows = np.array([names.index(variable) for variable, _ in self.labels])
        return float(np.mean([sizes[rows == number].mean() for number in range(len(names))]))

    def to_rows(self) -> list[Row]:
        """One row per entry."""
        p = self.p_value
        return [
            {
                "variable": variable,
                "category": category or None,
                "sample": float(self.sample[k]),
                "respondents": float(self.respondents[k]),
                "difference": float(self.difference[k]),
                "se": float(self.se[k]),
                "standardised": float(self.standardised[k]),
                "p": float(p[k]) if np.isfinite(p[k]) else None,
            }
            for k, (variable, category) in enumerate(self.labels)
        ]


def frame_bias(
    variables: Mapping[str, ArrayLike],
    responded: ArrayLike,
    *,
    design: BoundDesign | None = None,
    adjusted: ArrayLike | None = None,
    domain: ArrayLike | None = None,
) -> FrameBias:
    """How far respondents differ from the sample they were drawn in, variable by variable.

    Parameters
    ----------
    variables : name -> (n,) frame variable of every sampled case, read as in `r_indicator`.
    responded : (n,) bool.
    design : the sampled cases with their design weights; None where they are the whole population. Who responds
        then is the only thing random, and the standard error is that of responding at one common rate.
    adjusted : (n,) weights of the respondents after adjustment, to see what is left; their ratio to the design
        weights is taken as fixed. None: the design weights.
    domain : (n,) bool, None for everybody.

    Raises
    ------
    NonresponseError
        As for `r_indicator`, and ``respondents_only_zero``.

    References
    ----------
    Groves (2006), Public Opinion Quarterly 70, 646-675; Office of Management and Budget (2006), Standards and
    Guidelines for Statistical Surveys, guideline 3.2.9 (bias on frame variables).
    """
    sample = sample_of(responded, design=design, domain=domain)
    parts = frame_variables(variables, sample=sample)
    d = sample.d
    factor = _factors(adjusted, sample)
    if not float(d @ factor) > 0:
        raise NonresponseError("respondents_only_zero", variable=parts[0].name)
    labels = tuple(label for part in parts for label in _labels(part))
    y = np.column_stack([_values(part) for part in parts])

    def gap(weights: FloatArray) -> FloatArray:
        all_cases = sample.weights(weights)
        own = all_cases * factor
        return np.asarray(own @ y / own.sum() - all_cases @ y / all_cases.sum())

    full, part_mean = d @ y / d.sum(), (d * factor) @ y / float(d @ factor)
    own = (d * factor)[:, None] * (y - part_mean) / float(d @ factor)
    influence = own - d[:, None] * (y - full) / d.sum()
    # In a census only responding is random: every case then counts as drawn with replacement.
    spread = BoundDesign(weights=sample.design.weights) if sample.is_census else sample.design
    variance = np.diag(spread.covariance_of(gap, influence=influence))
    sd = np.sqrt(np.maximum(d @ (y - full) ** 2 / d.sum(), 0.0))
    return FrameBias(
        method="respondents minus sample, linearised" + ("" if adjusted is None else ", adjusted weights"),
        definition="nonresponse.frame_bias",
        labels=labels,
        sample=full,
        respondents=part_mean,
        difference=part_mean - full,
        se=np.sqrt(np.maximum(variance, 0.0)),
        standardised=(part_mean - full) / np.where(sd > 0, sd, np.nan),
        df=float(spread.df),
    )


def _factors(adjusted: ArrayLike | None, sample: Sample) -> FloatArray:
    """(n,) respondents' adjusted weight over the design weight, 0 for the others."""
    answered, d = sample.answered, sample.d
    if adjusted is None:
        return answered.astype(np.float64)
    given = _check.numbers("adjusted", adjusted, n=len(d))
    checked = _check.complete("adjusted", np.where(answered, given, 0.0))
    return np.divide(checked, d, out=np.zeros_like(d), where=d > 0)


def _labels(part: FrameVariable) -> list[tuple[str, str]]:
    return [(part.name, category) for category in part.categories] or [(part.name, "")]


def _values(part: FrameVariable) -> FloatArray:
    """(n, c) 0/1 columns of all categories, or the numbers."""
    if part.numbers is not None:
        return np.asarray(part.mean + part.unit * part.numbers[:, None])
    return np.asarray(part.codes[:, None] == np.arange(len(part.categories)), dtype=np.float64)
