"""Correlations of ordinal items: contingency tables of all pairs, polychoric matrices and their sampling covariance."""

from analysis.correlation._zero_cells import ZeroCells
from analysis.correlation.asymptotics import OrdinalMoments, design_polychoric, ordinal_moments
from analysis.correlation.errors import CorrelationError
from analysis.correlation.polychorics import Method, Polychoric, polychoric, thresholds
from analysis.correlation.polyserials import Polyserial, polyserial
from analysis.correlation.smoothing import Smoothing, smoothed
from analysis.correlation.tables import Contingency, Missing, contingency

__all__ = [
    "Contingency",
    "CorrelationError",
    "Method",
    "Missing",
    "OrdinalMoments",
    "Polychoric",
    "Polyserial",
    "Smoothing",
    "ZeroCells",
    "contingency",
    "design_polychoric",
    "ordinal_moments",
    "polychoric",
    "polyserial",
    "smoothed",
    "thresholds",
]
