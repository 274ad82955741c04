"""Home of what tests refuse: a single group, an undeclared comparison, a measure that does not exist."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class HypothesisError(AnalysisError):
    """A question that no test can answer."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "one_level": Text(
            zh="{name}：域内只有一个类别“{level}”，没有可比较的对象。请检查编码或扩大域。",
            en='{name}: only the level "{level}" occurs in the domain, so there is nothing to compare. Check the '
            "coding or widen the domain.",
        ),
        "not_two_levels": Text(
            zh="{name}：需要恰好两个类别，实有 {count} 个（{levels}）。请合并类别，或使用多组检验。",
            en="{name}: needs exactly two levels, found {count} ({levels}). Merge levels or use a test for several "
            "groups.",
        ),
        "no_variation": Text(
            zh="{name}：域内所有有效值相同（{value}），检验不存在。",
            en="{name}: every valid value in the domain is {value}, so there is nothing to test.",
        ),
        "zero_standard_error": Text(
            zh="{name}：标准误为 0（值在各组内没有变异），检验统计量不存在。",
            en="{name}: the standard error is 0 (nothing varies inside the groups), so there is no test statistic.",
        ),
        "no_degrees_of_freedom": Text(
            zh="设计只有 {df} 个自由度，该检验需要 {least} 个。请使用初级抽样单位更多的设计。",
            en="The design has {df} degrees of freedom and this test needs {least}. It takes a design with more primary "
            "sampling units.",
        ),
        "undeclared": Text(
            zh="假设“{hypothesis}”不在检验族“{family}”的声明之中。请先声明全部假设再做检验，不可事后添加。",
            en='The hypothesis "{hypothesis}" was not declared in the family "{family}". Declare all hypotheses before '
            "testing; none can be added later.",
        ),
        "declared_twice": Text(
            zh="检验族“{family}”重复声明了假设“{hypothesis}”。请删去一个。",
            en='The family "{family}" declares the hypothesis "{hypothesis}" twice. Remove one.',
        ),
        "recorded_twice": Text(
            zh="检验族“{family}”中假设“{hypothesis}”已有 p 值，不可替换。",
            en='In the family "{family}" the hypothesis "{hypothesis}" has a p value already; it cannot be replaced.',
        ),
        "empty_family": Text(
            zh="检验族“{family}”没有声明任何假设。请至少声明一个。",
            en='The family "{family}" declares no hypothesis. Declare at least one.',
        ),
        "bad_p": Text(
            zh="{name}：p 值 {value} 须在 0 与 1 之间。",
            en="{name}: the p value {value} must lie between 0 and 1.",
        ),
        "few_estimates": Text(
            zh="两两比较至少需要两个估计值，实有 {count} 个。",
            en="Pairwise comparison needs at least two estimates, got {count}.",
        ),
    }
