"""Change over time: comparison of waves with their overlap, pooled waves, trend lines with breaks, rank-based trends."""

from analysis.trend.errors import TrendError
from analysis.trend.nonparametric import SenSlope, cochran_armitage, mann_kendall, theil_sen
from analysis.trend.person_trend import linear_trend
from analysis.trend.pooling import PooledWaves, PoolWeights, pool
from analysis.trend.series import Break, Dispersion, TrendLine, weighted_trend
from analysis.trend.waves import WaveChange, WaveCovariance, change, wave_covariance

__all__ = [
    "Break",
    "Dispersion",
    "PoolWeights",
    "PooledWaves",
    "SenSlope",
    "TrendError",
    "TrendLine",
    "WaveChange",
    "WaveCovariance",
    "change",
    "cochran_armitage",
    "linear_trend",
    "mann_kendall",
    "pool",
    "theil_sen",
    "wave_covariance",
    "weighted_trend",
]
