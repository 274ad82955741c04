"""Reliability of sets of items, of repeated measurements and of raters; exploratory factors; differential functioning."""

from analysis.reliability._results import Reliability
from analysis.reliability.adequacy import Bartlett, Kmo, bartlett, kmo
from analysis.reliability.alphas import Alpha, alpha
from analysis.reliability.alphas_by_design import bootstrap_alpha, design_alpha
from analysis.reliability.dif_logistic import Flag, LogisticDif, PseudoR2, logistic_dif
from analysis.reliability.dif_mantel import MantelDif, mantel
from analysis.reliability.dif_mantel_haenszel import MantelHaenszelDif, mantel_haenszel
from analysis.reliability.errors import ReliabilityError
from analysis.reliability.exploratory import FactorSolution, efa
from analysis.reliability.extraction import Extract
from analysis.reliability.factor_comparison import Congruence, congruence
from analysis.reliability.fleiss import FleissKappa, fleiss_kappa, rating_counts
from analysis.reliability.halves import (
    GuttmanLambdas,
    SplitHalf,
    guttman_lambdas,
    half_correlation,
    spearman_brown,
    split_half,
)
from analysis.reliability.interviewer_effect import InterviewerVariance, interviewer_variance
from analysis.reliability.intraclass import FORMS, Intraclass, icc, icc_of_moments
from analysis.reliability.items import (
    ItemDiagnostics,
    ResponseShares,
    item_diagnostics,
    response_shares,
)
from analysis.reliability.kappas import Kappa, KappaWeights, kappa
from analysis.reliability.omegas import Omega, omega
from analysis.reliability.omegas_by_design import design_omega_groups
from analysis.reliability.one_factor import OneFactor, design_omega, omega_one_factor
from analysis.reliability.ordinal import design_ordinal_alpha, ordinal_alpha, ordinal_omega
from analysis.reliability.pairwise import PairwiseMoments, pairwise_moments
from analysis.reliability.retention import (
    MinimumAveragePartial,
    ParallelAnalysis,
    minimum_average_partial,
    ordinal_parallel_analysis,
    parallel_analysis,
)
from analysis.reliability.rotation import Rotate
from analysis.reliability.schmid_leiman import Constraint
from analysis.reliability.stability import Retest, retest
from analysis.reliability.states import Moments, moments, moments_of

__all__ = [
    "FORMS",
    "Alpha",
    "Bartlett",
    "Congruence",
    "Constraint",
    "Extract",
    "FactorSolution",
    "Flag",
    "FleissKappa",
    "GuttmanLambdas",
    "InterviewerVariance",
    "Intraclass",
    "ItemDiagnostics",
    "Kappa",
    "KappaWeights",
    "Kmo",
    "LogisticDif",
    "MantelDif",
    "MantelHaenszelDif",
    "MinimumAveragePartial",
    "Moments",
    "Omega",
    "OneFactor",
    "PairwiseMoments",
    "ParallelAnalysis",
    "PseudoR2",
    "Reliability",
    "ReliabilityError",
    "ResponseShares",
    "Retest",
    "Rotate",
    "SplitHalf",
    "alpha",
    "bartlett",
    "bootstrap_alpha",
    "congruence",
    "design_alpha",
    "design_omega",
    "design_omega_groups",
    "design_ordinal_alpha",
    "efa",
    "fleiss_kappa",
    "guttman_lambdas",
    "half_correlation",
    "icc",
    "icc_of_moments",
    "interviewer_variance",
    "item_diagnostics",
    "kappa",
    "kmo",
    "logistic_dif",
    "mantel",
    "mantel_haenszel",
    "minimum_average_partial",
    "moments",
    "moments_of",
    "omega",
    "omega_one_factor",
    "ordinal_alpha",
    "ordinal_omega",
    "ordinal_parallel_analysis",
    "pairwise_moments",
    "parallel_analysis",
    "rating_counts",
    "response_shares",
    "retest",
    "spearman_brown",
    "split_half",
]
