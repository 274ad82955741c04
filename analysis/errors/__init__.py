"""Home of what `analysis` says when it must refuse: stable codes, and messages in Chinese and English.

    AnalysisError
    ├── InvalidInput       an array, level or option that no method could use
    ├── DesignError        strata, clusters, population sizes, lonely clusters
    ├── WeightingError     margins, targets, calibration
    ├── EstimationError    an estimate that does not exist
    ├── DataError          a data file: names file, row and column
    └── PlanError          a plan file: names file, path and reason

Every class carries its own catalogue, code -> Text. A package that needs further codes makes a child with
a `catalogue` of its own; nothing is registered at import time. A message says where, what and how to mend.
`AnalysisWarning` is no exception but a value: results carry it as a status, nothing is ever printed.
"""

from analysis.errors.base import AnalysisError, Language, Text
from analysis.errors.designs import DesignError
from analysis.errors.estimates import EstimationError
from analysis.errors.files import DataError, PlanError
from analysis.errors.inputs import InvalidInput
from analysis.errors.statuses import STATUSES, AnalysisWarning
from analysis.errors.weights import WeightingError

__all__ = [
    "STATUSES",
    "AnalysisError",
    "AnalysisWarning",
    "DataError",
    "DesignError",
    "EstimationError",
    "InvalidInput",
    "Language",
    "PlanError",
    "Text",
    "WeightingError",
]
