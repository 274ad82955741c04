"""Replicate weights: each function takes a design and returns the same design with replicates made or given."""

from analysis._types import Centre
from analysis.replicates.balanced import brr, fay, jk2
from analysis.replicates.bootstrap import bootstrap
from analysis.replicates.given import given
from analysis.replicates.jackknife import jackknife, jk1, jkn
from analysis.replicates.successive import sdr

__all__ = ["Centre", "bootstrap", "brr", "fay", "given", "jackknife", "jk1", "jk2", "jkn", "sdr"]
