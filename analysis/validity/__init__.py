"""Validity: confirmatory factor models, invariance over groups, and whether constructs converge and differ."""

from analysis.validity.comparison import LatentMean, MeanComparison, latent_means, mean_comparison
from analysis.validity.confirmatory import ConfirmatoryFit, cfa
from analysis.validity.difference import Difference, DifferenceMethod, difference
from analysis.validity.errors import ValidityError
from analysis.validity.invariance import Criteria, Invariance, Level, ladder
from analysis.validity.measures import FitMeasures, ModelTest
from analysis.validity.moments import GroupedMoments, design_moments, moments
from analysis.validity.pattern import Equal, Identify, Kind
from analysis.validity.robust import Robust
from analysis.validity.scores import Modifications, ReleaseTest, modification_indices, release_tests

__all__ = [
    "ConfirmatoryFit",
    "Criteria",
    "Difference",
    "DifferenceMethod",
    "Equal",
    "FitMeasures",
    "GroupedMoments",
    "Identify",
    "Invariance",
    "Kind",
    "LatentMean",
    "Level",
    "MeanComparison",
    "ModelTest",
    "Modifications",
    "ReleaseTest",
    "Robust",
    "ValidityError",
    "cfa",
    "design_moments",
    "difference",
    "ladder",
    "latent_means",
    "mean_comparison",
    "modification_indices",
    "moments",
    "release_tests",
]
