"""Home of what a plot refuses."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class PlotError(AnalysisError):
    """A figure that cannot be drawn."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "missing_extra": Text(
            zh="作图需要 matplotlib。请安装：pip install 'minyi[plots]'。",
            en="Plots need matplotlib. Install it: pip install 'minyi[plots]'.",
        ),
        "nothing_to_draw": Text(
            zh="没有可画的估计值。请先检查结果的 status。",
            en="There is no estimate to draw. Look at the status of the result first.",
        ),
    }
