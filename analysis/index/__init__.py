"""Indices: items, frameworks, gaps, SDG 16.6.2, latent and composite indices, and how sensitive they are."""

from analysis.index.aggregation import Aggregation, Mean
from analysis.index.alternatives import Alternatives, drop_one, vary_conversion
from analysis.index.composite import CompositeIndex, composite
from analysis.index.framework import framework_index
from analysis.index.gap import expectation_gap
from analysis.index.latent import LatentIndex, latent_index
from analysis.index.normalisation import Normalisation, Scale, normalise
from analysis.index.path_model import Mode, PathModel, Scheme, acsi_model
from analysis.index.rank_variance import RankVariance, rank_variance
from analysis.index.scales import bottom_box, item_score, mean_score, net_score, satisfaction, top_box
from analysis.index.sdg import SdgScale, SdgService, sdg_16_6_2, sdg_16_6_2_by
from analysis.index.sensitivity import WeightSensitivity, vary_weights
from analysis.index.tree import Node, Tree, flat_tree, tree_of_group

__all__ = [
    "Aggregation",
    "Alternatives",
    "CompositeIndex",
    "LatentIndex",
    "Mean",
    "Mode",
    "Node",
    "Normalisation",
    "PathModel",
    "RankVariance",
    "Scale",
    "Scheme",
    "SdgScale",
    "SdgService",
    "Tree",
    "WeightSensitivity",
    "acsi_model",
    "bottom_box",
    "composite",
    "drop_one",
    "expectation_gap",
    "flat_tree",
    "framework_index",
    "item_score",
    "latent_index",
    "mean_score",
    "net_score",
    "normalise",
    "rank_variance",
    "satisfaction",
    "sdg_16_6_2",
    "sdg_16_6_2_by",
    "top_box",
    "tree_of_group",
    "vary_conversion",
    "vary_weights",
]
