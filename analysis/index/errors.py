"""Home of what the index package refuses."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class IndexRefused(AnalysisError):
    """A framework or weights from which no index can be made."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "weights_not_one": Text(
            zh="群体“{group}”中“{parent}”下的权重合计为 {total}，应为 1。请更正指标框架。",
            en='Group "{group}": the weights under "{parent}" sum to {total}, not 1. Correct the framework.',
        ),
        "group_unknown": Text(
            zh="指标框架中没有群体“{group}”。请补上或从计划中删去。",
            en='The framework has no group "{group}". Add it, or take it out of the plan.',
        ),
        "weights_too_large": Text(
            zh="权重合计 {total} 过大，无法精确求和。请检查总体目标数。",
            en="The weights sum to {total}, too much for exact sums. Check the population targets.",
        ),
    }
