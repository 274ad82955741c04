"""Home of the refusals of estimates that do not exist."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors.base import AnalysisError, Text


class EstimationError(AnalysisError):
    """An estimate that does not exist."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "empty_domain": Text(
            zh="{name}：域内没有任何有效回答。请合并域，或不报告该域。",
            en="{name}: no valid answer in this domain. Merge domains or leave it unreported.",
        ),
        "zero_denominator": Text(
            zh="{name}：分母的加权合计为 0，比率不存在。",
            en="{name}: the weighted denominator is 0, so the ratio does not exist.",
        ),
        "no_replicates": Text(
            zh="该估计没有保留各重复的估计值。请在同一个带重复权数的设计上重新计算它。",
            en="This estimate kept no replicate estimates. Compute it again on the same design with replicates.",
        ),
        "no_covariance": Text(
            zh="这些估计没有一起计算协方差，不能比较。请以 cov=True 重新计算。",
            en="These estimates were made without their covariance, so they cannot be compared. Use cov=True.",
        ),
        "unknown_row": Text(
            zh="没有名为“{name}”的估计；现有：{choices}。",
            en='There is no estimate named "{name}"; there are: {choices}.',
        ),
        "no_influence": Text(
            zh="该估计值没有保留影响值，无法与其他估计值组合。",
            en="This estimate kept no influence values, so it cannot be combined with others.",
        ),
        "too_many_cells": Text(
            zh="{name}：表有 {cells} 个单元格，超过 {most}，其协方差矩阵过大。请合并类别，或按域估计均值与占比。",
            en="{name}: the table has {cells} cells, more than {most}, so their covariance is too large. Merge levels, or "
            "estimate means and shares by domain.",
        ),
        "one_category": Text(
            zh="{name}：只出现一个类别，无法检验。",
            en="{name}: only one category occurs, so there is nothing to test.",
        ),
    }
