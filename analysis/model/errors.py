"""Home of what regression refuses: regressors that repeat one another, responses outside the family."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class ModelError(AnalysisError):
    """A model that cannot be fitted or tested."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "singular": Text(
            zh="自变量“{column}”是前面各列的线性组合（或在所用数据中恒为零），系数无法确定。请去掉该列或合并类别。",
            en='Column "{column}" is a linear combination of the columns before it (or always zero in the rows used), so '
            "its coefficient is not determined. Leave it out or merge levels.",
        ),
        "bad_response": Text(
            zh="{name}：第 {row} 行的值 {value} 不在 {family} 分布的取值范围（{range}）内。",
            en="{name}: row {row} holds {value}, outside the range of the {family} family ({range}).",
        ),
        "no_variation": Text(
            zh="{name}：域内所有有效值相同（{value}），模型没有可解释的变异。",
            en="{name}: every valid value in the domain is {value}, so there is nothing to explain.",
        ),
        "too_few_levels": Text(
            zh="{name}：有序回归至少需要三个类别，实有 {count} 个。两个类别请用二项回归。",
            en="{name}: an ordered regression needs at least three levels, found {count}. With two use the binomial family.",
        ),
        "too_few_rows": Text(
            zh="完整的行只有 {rows} 行，不足以估计 {columns} 个系数。",
            en="Only {rows} complete rows for {columns} coefficients. Use fewer columns or a wider domain.",
        ),
        "unknown_term": Text(
            zh="模型中没有项“{term}”。可用：{terms}。",
            en='The model has no term "{term}". It has: {terms}.',
        ),
        "not_nested": Text(
            zh="较小模型的列“{column}”不在较大模型中，两个模型不嵌套，无法比较。",
            en='Column "{column}" of the smaller model is not in the larger one, so the models are not nested.',
        ),
        "different_rows": Text(
            zh="两个模型使用的行数不同（{first} 与 {second}）。请在同一个域上拟合。",
            en="The two models use different rows ({first} and {second}). Fit both on the same domain.",
        ),
        "bad_formula": Text(
            zh="公式“{formula}”无法使用：{reason}。",
            en='The formula "{formula}" cannot be used: {reason}.',
        ),
        "quasi_needs_variance": Text(
            zh="quasi 族需要指明方差函数 variance：{choices}。",
            en="The quasi family needs a variance function: {choices}.",
        ),
    }
