"""Home of the weighting chain: base weights, response, calibration, trimming, volunteers, and a report of every step."""

from analysis.weighting._distance import Distance
from analysis.weighting.base import base_weights
from analysis.weighting.calibrate import calibrate
from analysis.weighting.chain import BoundChain, Chain
from analysis.weighting.diagnose import kish_design_effect
from analysis.weighting.dispositions import Disposition
from analysis.weighting.errors import StepError
from analysis.weighting.margins import Margin, margin_from_labels
from analysis.weighting.model_variables import model_variables
from analysis.weighting.nonprobability import PseudoMethod, pseudo_weights
from analysis.weighting.propensity import PropensityUse, response_propensity
from analysis.weighting.rake import poststratify, rake
from analysis.weighting.reference import Reference
from analysis.weighting.reference_totals import calibrate_to_reference
from analysis.weighting.response import nonresponse, unknown_eligibility
from analysis.weighting.steps import (
    Calibrate,
    CalibrateToReference,
    Nonresponse,
    PostStratify,
    PseudoWeights,
    Rake,
    ResponsePropensity,
    Trim,
    Trimmed,
    UnknownEligibility,
)
from analysis.weighting.trim import rake_trimmed, trim
from analysis.weighting.variables import Variables, variables

__all__ = [
    "BoundChain",
    "Calibrate",
    "CalibrateToReference",
    "Chain",
    "Disposition",
    "Distance",
    "Margin",
    "Nonresponse",
    "PostStratify",
    "PropensityUse",
    "PseudoMethod",
    "PseudoWeights",
    "Rake",
    "Reference",
    "ResponsePropensity",
    "StepError",
    "Trim",
    "Trimmed",
    "UnknownEligibility",
    "Variables",
    "base_weights",
    "calibrate",
    "calibrate_to_reference",
    "kish_design_effect",
    "margin_from_labels",
    "model_variables",
    "nonresponse",
    "poststratify",
    "pseudo_weights",
    "rake",
    "rake_trimmed",
    "response_propensity",
    "trim",
    "unknown_eligibility",
    "variables",
]
