"""Home of what correlations refuse: items without variation, tables without answers, matrices that are not definite."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class CorrelationError(AnalysisError):
    """A set of items whose correlations do not exist."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "too_few_items": Text(
            zh="相关矩阵至少需要 {least} 题，实有 {actual} 题。",
            en="A correlation matrix needs at least {least} items, got {actual}.",
        ),
        "all_missing": Text(
            zh="题目“{item}”没有任何有效回答。请检查该列或从该组题中去掉它。",
            en='Item "{item}" has no valid answer at all. Check its column or leave it out of the set.',
        ),
        "no_complete_rows": Text(
            zh="没有一行把所有题目都答全。请选择 missing=pairwise，或去掉缺失最多的题目“{item}”。",
            en='No row answers all items. Choose missing="pairwise", or leave out the emptiest item "{item}".',
        ),
        "one_category": Text(
            zh="题目“{item}”的有效回答只有一个类别（{category}），没有潜在相关。请去掉它。",
            en='Item "{item}" was answered with one category only ({category}), so it has no latent correlation. '
            "Leave it out.",
        ),
        "no_shared_rows": Text(
            zh="题目“{first}”与“{second}”没有被同一人同时回答，无法求相关。请去掉其中一题。",
            en='Nobody answered both "{first}" and "{second}", so they have no correlation. Leave one of them out.',
        ),
        "too_many_categories": Text(
            zh="题目“{item}”有 {actual} 个不同取值，多于 {most} 个类别。请先分组，或把它当作连续变量。",
            en='Item "{item}" has {actual} different values, more than {most} categories. Group them first, or treat '
            "it as continuous.",
        ),
        "outside_categories": Text(
            zh="题目“{item}”含有未声明的取值 {value}。请补上该类别，或声明它为缺失代码。",
            en='Item "{item}" holds the undeclared value {value}. Declare the category, or name it as missing code.',
        ),
        "category_vanishes": Text(
            zh="题目“{item}”的类别 {value} 在某个复制样本中无人选择，阈值不存在。请合并相邻类别，或用线性化方差。",
            en='Category {value} of item "{item}" is empty in one of the replicates, so its threshold does not exist. '
            "Merge it with its neighbour, or use a linearised design.",
        ),
        "items_differ": Text(
            zh="两部分数据的题目不同（{first} 与 {second}），不能合并。",
            en="The two states have different items ({first} and {second}) and cannot be merged.",
        ),
        "names_differ": Text(
            zh="给出了 {actual} 个名称，但有 {expected} 题。",
            en="{actual} names were given for {expected} items.",
        ),
        "no_variation": Text(
            zh="变量“{item}”没有变异，不能计算相关。",
            en='Variable "{item}" does not vary, so it has no correlation.',
        ),
        "not_symmetric": Text(
            zh="相关矩阵须为对称方阵、对角线为 1、元素在 -1 与 1 之间；第 {row} 行第 {column} 列不符。",
            en="A correlation matrix must be square and symmetric with 1 on its diagonal and values from -1 to 1; "
            "row {row}, column {column} is not so.",
        ),
    }
