"""Validity: confirmatory factor models, invariance over groups, and whether constructs converge and differ."""

from analysis.validity.confirmatory import ConfirmatoryFit, cfa
from analysis.validity.errors import ValidityError
from analysis.validity.moments import GroupedMoments, design_moments, moments

__all__ = ["ConfirmatoryFit", "GroupedMoments", "ValidityError", "cfa", "design_moments", "moments"]
