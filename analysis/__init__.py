"""Survey statistics as a library: arrays and frames in, frozen typed results out."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from analysis._types import Centre, Interval, Lonely, Pps
    from analysis.dataset import read_table
    from analysis.design import BoundDesign
    from analysis.survey_design import SurveyDesign
    from analysis.variance.layout import Stage

__all__ = ["BoundDesign", "Centre", "Interval", "Lonely", "Pps", "Stage", "SurveyDesign", "read_table"]

_HOMES = {
    "BoundDesign": "analysis.design",
    "Centre": "analysis._types",
    "Interval": "analysis._types",
    "Lonely": "analysis._types",
    "Pps": "analysis._types",
    "Stage": "analysis.variance.layout",
    "SurveyDesign": "analysis.survey_design",
    "read_table": "analysis.dataset",
}


def __getattr__(name: str) -> object:
    """The public names, fetched when they are asked for: a floor below never loads the floors above it."""
    if name not in _HOMES:
        raise AttributeError(f"module 'analysis' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
