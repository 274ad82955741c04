"""Estimates from more rows than memory holds, on one core, on processes, or on a Dask cluster."""

from analysis.scale.declared import Declared
from analysis.scale.partitions import Partition, partitions, write_partitions
from analysis.scale.results import ScaledEstimates
from analysis.scale.running import run
from analysis.scale.state import MeansState

__all__ = ["Declared", "MeansState", "Partition", "ScaledEstimates", "partitions", "run", "write_partitions"]
