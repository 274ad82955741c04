"""Design-based estimators: columns of a bound design in, estimates with their design-based errors out."""

from analysis.estimate.by_name import mean, proportion, quantile, ratio, total, variance
from analysis.estimate.estimates import Estimates, Named

__all__ = ["Estimates", "Named", "mean", "proportion", "quantile", "ratio", "total", "variance"]
