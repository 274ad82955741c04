"""Drivers of satisfaction: importance with intervals, importance against performance, marginal effects."""

from analysis.drivers.effects import MarginalEffects, marginal_effects
from analysis.drivers.errors import DriverError
from analysis.drivers.importance import Importance, KeyDrivers, key_drivers
from analysis.drivers.performance import QUADRANTS, ImportancePerformance, importance_performance

__all__ = [
    "QUADRANTS",
    "DriverError",
    "Importance",
    "ImportancePerformance",
    "KeyDrivers",
    "MarginalEffects",
    "importance_performance",
    "key_drivers",
    "marginal_effects",
]
