"""Intervals, rank sets and bands: comparing units without pretending to know their order."""

from analysis.rank._noise import RankMethod, Side
from analysis.rank.banding import Band, Bands, BandSet, band, band_units, bands
from analysis.rank.errors import RankError
from analysis.rank.klein import KleinSets, average_ranks, klein_sets
from analysis.rank.marginal import MarginalSets, bootstrap_marginal_sets, marginal_sets
from analysis.rank.simultaneous import RankSets, bootstrap_rank_sets, competition_ranks
from analysis.rank.simultaneous import rank_sets as sets
from analysis.rank.top import RankProbabilities, bootstrap_top_probabilities, top_probabilities

__all__ = [
    "Band",
    "BandSet",
    "Bands",
    "KleinSets",
    "MarginalSets",
    "RankError",
    "RankMethod",
    "RankProbabilities",
    "RankSets",
    "Side",
    "average_ranks",
    "band",
    "band_units",
    "bands",
    "bootstrap_marginal_sets",
    "bootstrap_rank_sets",
    "bootstrap_top_probabilities",
    "competition_ranks",
    "klein_sets",
    "marginal_sets",
    "sets",
    "top_probabilities",
]
