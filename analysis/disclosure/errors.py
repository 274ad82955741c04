"""Home of what disclosure control refuses: tables it cannot read as tables."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class DisclosureError(AnalysisError):
    """A table that cannot be checked, and so must not be published."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "cell_twice": Text(
            zh="表“{table}”的单元格“{cell}”出现两次。", en='Table "{table}" holds cell "{cell}" twice.'
        ),
        "cell_dimensions": Text(
            zh="表“{table}”的单元格“{cell}”的维度与表不符：应为 {expected}。",
            en='Cell "{cell}" of table "{table}" does not have the table\'s dimensions: {expected}.',
        ),
        "cell_value": Text(
            zh="表“{table}”的单元格“{cell}”的人数、权重或数值无效。",
            en='Cell "{cell}" of table "{table}" has an invalid number of respondents, weight or value.',
        ),
        "cells_disagree": Text(
            zh="单元格“{cell}”在两张表中的数值不同。请从同一次运行生成各表。",
            en='Cell "{cell}" differs between two tables. Make all tables from one run.',
        ),
        "no_share": Text(
            zh="值 {value}（标准误 {se}，自由度 {df}）不是可判断的比例：须在 0 与 1 之间，且有标准误。",
            en="The value {value} (standard error {se}, {df} degrees of freedom) is no share that could be judged: it "
            "must lie between 0 and 1 and have a standard error.",
        ),
        "bad_dominance_rules": Text(
            zh="优势规则无效（n, k：{n_k}；p {p}；q {q}）：n 不小于 1，k 在 0 与 1 之间，0 ≤ p < q ≤ 100。",
            en="The dominance rules are invalid (n, k: {n_k}; p {p}; q {q}): n is at least 1, k lies between 0 and 1, "
            "0 <= p < q <= 100.",
        ),
        "bad_quantile": Text(
            zh="分位数 {value} 须在 0 与 1 之间。", en="The quantile {value} must lie between 0 and 1."
        ),
        "no_partner": Text(
            zh="人数不足 {least} 的群体没有可合并的其他群体，不能公布。",
            en="There is no further group to merge those under {least} respondents with; nothing can be shown.",
        ),
    }
