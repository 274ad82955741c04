"""Small-area estimation: area-level and unit-level models with MSE, smoothing, benchmarking and diagnostics."""

from analysis.smallarea._unit_fit import UnitFit
from analysis.smallarea.benchmarking import Adjustment, Benchmarked, benchmark
from analysis.smallarea.diagnostics import AreaDiagnostics, diagnose
from analysis.smallarea.errors import SmallAreaError, SmallAreaStatus
from analysis.smallarea.fay_herriot import AreaFit, fay_herriot
from analysis.smallarea.smoothing import Correction, SmoothedVariances, smooth_variances
from analysis.smallarea.unit_level import battese_harter_fuller

__all__ = [
    "Adjustment",
    "AreaDiagnostics",
    "AreaFit",
    "Benchmarked",
    "Correction",
    "SmallAreaError",
    "SmallAreaStatus",
    "SmoothedVariances",
    "UnitFit",
    "battese_harter_fuller",
    "benchmark",
    "diagnose",
    "fay_herriot",
    "smooth_variances",
]
