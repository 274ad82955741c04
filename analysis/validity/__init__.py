"""Validity: confirmatory factor models, invariance over groups, and whether constructs converge and differ."""

from analysis.validity.comparison import LatentMean, MeanComparison, latent_means, mean_comparison
from analysis.validity.confirmatory import cfa
from analysis.validity.convergence import Convergence, FactorQuality, convergence, factor_correlation
from analysis.validity.difference import Difference, DifferenceMethod, difference
from analysis.validity.errors import ValidityError
from analysis.validity.fitting import ConfirmatoryFit
from analysis.validity.given import from_covariance, from_sums
from analysis.validity.htmt import Htmt, RatioForm, htmt
from analysis.validity.invariance import Invariance, ladder
from analysis.validity.levels import Criteria, Level
from analysis.validity.measures import FitMeasures, ModelTest
from analysis.validity.moments import GroupedMoments, design_moments, moments
from analysis.validity.ordered import OrderedMoments, ordered_moments
from analysis.validity.pattern import Equal, Identify, Kind
from analysis.validity.robust import Robust
from analysis.validity.scores import Modifications, ReleaseTest, modification_indices, release_tests

__all__ = [
    "ConfirmatoryFit",
    "Convergence",
    "Criteria",
    "Difference",
    "DifferenceMethod",
    "Equal",
    "FactorQuality",
    "FitMeasures",
    "GroupedMoments",
    "Htmt",
    "Identify",
    "Invariance",
    "Kind",
    "LatentMean",
    "Level",
    "MeanComparison",
    "ModelTest",
    "Modifications",
    "OrderedMoments",
    "RatioForm",
    "ReleaseTest",
    "Robust",
    "ValidityError",
    "cfa",
    "convergence",
    "design_moments",
    "difference",
    "factor_correlation",
    "from_covariance",
    "from_sums",
    "htmt",
    "ladder",
    "latent_means",
    "mean_comparison",
    "modification_indices",
    "moments",
    "ordered_moments",
    "release_tests",
]
