"""Planning and drawing samples: size, power, allocation, draws from a committed seed, quotas, replicates."""

from analysis.sampling.allocation import Allocation, neyman, optimal, power_allocation, proportional
from analysis.sampling.comparison import Comparison
from analysis.sampling.difference_size import size_for_difference
from analysis.sampling.drawn import Draw, Method, verify
from analysis.sampling.draws import draw
from analysis.sampling.errors import SamplingError
from analysis.sampling.power import Power, power_means, power_shares
from analysis.sampling.quotas import Quotas, quotas
from analysis.sampling.replicates import SampleReplicates, sample_replicates
from analysis.sampling.seed import Commitment, Seed, commit, frame_digest
from analysis.sampling.selection import inclusion_probabilities
from analysis.sampling.sizes import (
    SampleSize,
    planned_deff,
    precision_of_mean,
    precision_of_share,
    size_for_mean,
    size_for_share,
)
from analysis.sampling.two_stages import draw_two_stage

__all__ = [
    "Allocation",
    "Commitment",
    "Comparison",
    "Draw",
    "Method",
    "Power",
    "Quotas",
    "SampleReplicates",
    "SampleSize",
    "SamplingError",
    "Seed",
    "commit",
    "draw",
    "draw_two_stage",
    "frame_digest",
    "inclusion_probabilities",
    "neyman",
    "optimal",
    "planned_deff",
    "power_allocation",
    "power_means",
    "power_shares",
    "precision_of_mean",
    "precision_of_share",
    "proportional",
    "quotas",
    "sample_replicates",
    "size_for_difference",
    "size_for_mean",
    "size_for_share",
    "verify",
]
