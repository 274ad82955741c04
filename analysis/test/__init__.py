"""Design-based tests: independence, t, ranks, effect sizes, multiple comparison in a declared family."""

from analysis.test._scalars import Alternative
from analysis.test.cluster_tables import ClusterTables, cluster_tables
from analysis.test.effect_sizes import EffectSize, cohen_d, hedges_g
from analysis.test.errors import HypothesisError
from analysis.test.families import Adjust, AdjustedTests, Family, adjust, family
from analysis.test.independence import Correction, independence
from analysis.test.independence_many import ManyTests, independence_many
from analysis.test.pairwise import PairAdjust, PairwiseComparison, pairwise, pairwise_means
from analysis.test.pairwise_independence import PairwiseTests, pairwise_independence
from analysis.test.rank_tests import RankScore, Ties, rank_test
from analysis.test.t_tests import t_test
from analysis.test.table_effects import cramer_v, odds_ratio

__all__ = [
    "Adjust",
    "AdjustedTests",
    "Alternative",
    "ClusterTables",
    "Correction",
    "EffectSize",
    "Family",
    "HypothesisError",
    "ManyTests",
    "PairAdjust",
    "PairwiseComparison",
    "PairwiseTests",
    "RankScore",
    "Ties",
    "adjust",
    "cluster_tables",
    "cohen_d",
    "cramer_v",
    "family",
    "hedges_g",
    "independence",
    "independence_many",
    "odds_ratio",
    "pairwise",
    "pairwise_independence",
    "pairwise_means",
    "rank_test",
    "t_test",
]
