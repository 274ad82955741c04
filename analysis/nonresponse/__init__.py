"""Nonresponse: outcome rates, R-indicators, bias on frame variables, balance of the response."""

from analysis.nonresponse.balance import Balance, balance
from analysis.nonresponse.errors import NonresponseError
from analysis.nonresponse.frame_bias import FrameBias, frame_bias
from analysis.nonresponse.outcome_rates import (
    Dispositions,
    Eligibility,
    EligibilityOrigin,
    OutcomeRates,
    outcome_rates,
    participation_rate,
    proportional_eligibility,
)
from analysis.nonresponse.partial_r import PartialCategory, PartialR, PartialVariable, partial_r_indicators
from analysis.nonresponse.r_indicator import RIndicator, r_indicator

__all__ = [
    "Balance",
    "Dispositions",
    "Eligibility",
    "EligibilityOrigin",
    "FrameBias",
    "NonresponseError",
    "OutcomeRates",
    "PartialCategory",
    "PartialR",
    "PartialVariable",
    "RIndicator",
    "balance",
    "frame_bias",
    "outcome_rates",
    "partial_r_indicators",
    "participation_rate",
    "proportional_eligibility",
    "r_indicator",
]
