"""Home of what reliability refuses: too few items, too few complete rows, items without variation."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class ReliabilityError(AnalysisError):
    """A set of items whose reliability does not exist."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "too_few_items": Text(
            zh="信度至少需要 {least} 题，实有 {actual} 题。",
            en="This needs at least {least} items, got {actual}.",
        ),
        "too_few_rows": Text(
            zh="{least} 行以上完整回答才能计算，实有 {actual} 行。",
            en="This needs at least {least} complete rows, got {actual}.",
        ),
        "no_variation": Text(
            zh="第 {item} 题所有回答相同，不能计算相关。请从该组题中去掉它。",
            en="Item {item} has the same answer everywhere, so it has no correlation. Leave it out of the set.",
        ),
        "items_differ": Text(
            zh="两部分数据的题数不同（{first} 与 {second}），不能合并。",
            en="The two states have different items ({first} and {second}) and cannot be merged.",
        ),
        "zero_total_variance": Text(
            zh="总分没有变异，信度不存在。",
            en="The total score does not vary, so reliability does not exist.",
        ),
        "unequal_halves": Text(
            zh="对半信度需要偶数个题，实有 {actual} 题。",
            en="Split halves need an even number of items, got {actual}.",
        ),
        "singular": Text(
            zh="相关矩阵不可逆（有题目互为线性组合）。请去掉多余的题。",
            en="The correlation matrix is singular (items are combinations of others). Drop the redundant item.",
        ),
    }
