"""Home of what validity refuses: models that cannot be put, items and groups that cannot carry one."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class ValidityError(AnalysisError):
    """A factor model, or a comparison that rests on one, that does not exist."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "no_factor": Text(zh="请至少给出一个因子及其题目。", en="Give at least one factor with its items."),
        "one_item": Text(
            zh="因子“{factor}”只有 {actual} 题，至少需要 2 题（单因子需要 3 题）。",
            en='Factor "{factor}" has {actual} item; it needs at least 2 (a factor on its own needs 3).',
        ),
        "unknown_item": Text(
            zh="因子“{factor}”用到的题目“{item}”不在数据中。现有：{items}。",
            en='Item "{item}" of factor "{factor}" is not in the data. There are: {items}.',
        ),
        "repeated_item": Text(
            zh="题目“{item}”在因子“{factor}”中出现两次。",
            en='Item "{item}" occurs twice in factor "{factor}".',
        ),
        "repeated_name": Text(zh="题目名“{item}”重复。", en='The item name "{item}" occurs twice.'),
        "too_few_rows": Text(
            zh="“{group}”组只有 {actual} 行完整回答，{items} 题的模型需要多于 {least} 行。",
            en='Group "{group}" has {actual} complete rows; a model of {items} items needs more than {least}.',
        ),
        "no_variation": Text(
            zh="“{group}”组中题目“{item}”的回答全部相同，不能进入因子模型。请去掉该题或合并该组。",
            en='Item "{item}" does not vary in group "{group}". Leave it out, or merge the group.',
        ),
        "singular": Text(
            zh="“{group}”组的协方差矩阵不可逆：题目“{item}”是其他题目的线性组合。请去掉它。",
            en='The covariance matrix of group "{group}" is singular: item "{item}" is a combination of others. '
            "Leave it out.",
        ),
        "items_differ": Text(
            zh="两部分数据的题目不同（{first} 与 {second}），不能合并。",
            en="The two states have different items ({first} and {second}) and cannot be merged.",
        ),
        "no_groups": Text(zh="请至少给出一组。", en="Give at least one group."),
        "not_symmetric": Text(
            zh="协方差矩阵在“{first}”与“{second}”处不对称或不是有限数。请检查抄录。",
            en='The covariance matrix is not symmetric, or not finite, at "{first}" and "{second}". Check how it was copied.',
        ),
        "not_additive": Text(
            zh="按抽样设计得到的矩不能合并：请把全部行放进同一个设计。",
            en="Moments with the spread of a design do not add up: put all rows into one design.",
        ),
        "no_spread": Text(
            zh="稳健方法“{robust}”需要四阶矩：请用 moments(spread=True) 或 design_moments 计算。",
            en='"{robust}" needs fourth moments: make the state with moments(spread=True) or design_moments.',
        ),
        "not_for_ordered": Text(
            zh="有序题目只有 wlsmv 一种稳健方法，不能用“{robust}”。",
            en='Ordered items know "wlsmv" only, not "{robust}".',
        ),
        "only_for_ordered": Text(
            zh="wlsmv 只用于有序题目：请用 ordered_moments 计算。",
            en='"wlsmv" is for ordered items: make the state with ordered_moments.',
        ),
        "one_group": Text(
            zh="不变性检验至少需要两组，数据只有“{group}”。",
            en='Invariance needs at least two groups; the data have only "{group}".',
        ),
        "no_scalar_invariance": Text(
            zh="不能比较各组的潜均值：{reason}。",
            en="The groups' latent means must not be compared: {reason}.",
        ),
        "categories_differ": Text(
            zh="题目“{item}”在“{group}”组只出现 {actual} 个类别，其他组有 {expected} 个。请合并类别或去掉该组。",
            en='Item "{item}" has {actual} categories in group "{group}" and {expected} elsewhere. Merge categories, '
            "or leave the group out.",
        ),
        "correlation_at_limit": Text(
            zh="“{group}”组中题目“{first}”与“{second}”的多分格相关到达 ±1（两题几乎总是同答，或有空格），不能加权。请去掉其中一题或合并类别。",
            en='In group "{group}" the polychoric correlation of "{first}" and "{second}" is at ±1 (they are nearly always '
            "answered alike, or cells are empty) and has no weight. Leave one out, or merge categories.",
        ),
        "too_many_categories": Text(
            zh="题目“{item}”有 {actual} 个不同的值，不像有序类别（上限 {most}）。请用 moments 按连续变量处理。",
            en='Item "{item}" has {actual} distinct values, too many for ordered categories (at most {most}). '
            "Treat it as continuous with moments.",
        ),
        "not_nested": Text(
            zh="两个模型自由度为 {df0} 与 {df1}：前者必须是后者加约束，才有卡方差检验。",
            en="The models have {df0} and {df1} degrees of freedom: the first must be the second with constraints "
            "to be tested by a difference.",
        ),
        "robust_differs": Text(
            zh="两个模型用了不同的稳健方法（{first} 与 {second}），不能相减。",
            en="The two models are made robust in different ways ({first} and {second}): no difference test exists.",
        ),
        "no_such_difference": Text(
            zh="“{robust}”的模型没有“{method}”差异检验。可用：{choices}。",
            en='Models made with "{robust}" know no difference test "{method}". Choose among: {choices}.',
        ),
        "bad_equal": Text(
            zh="不认识的等同约束“{value}”。可用：{choices}。",
            en='Unknown equality "{value}". Choose among: {choices}.',
        ),
        "not_released": Text(
            zh="题目“{item}”没有可释放的“{kind}”。", en='Item "{item}" has no "{kind}" to release.'
        ),
        "negative_correlations": Text(
            zh="因子“{factor}”的题目之间平均相关不是正数，HTMT 不存在。请先统一题目方向，或用 absolute=True。",
            en='The items of factor "{factor}" do not correlate positively on average, so HTMT does not exist. '
            "Key them in one direction first, or use absolute=True.",
        ),
        "unknown_group": Text(
            zh="没有“{group}”组。请指定其中之一：{groups}。",
            en='There is no group "{group}". Name one of: {groups}.',
        ),
        "shared_item": Text(
            zh="题目“{item}”同时属于因子“{first}”和“{second}”，HTMT 没有定义。",
            en='Item "{item}" belongs to both "{first}" and "{second}", for which HTMT is not defined.',
        ),
    }
