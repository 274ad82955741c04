"""Home of what reliability refuses: too few items, too few complete rows, items without variation."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class ReliabilityError(AnalysisError):
    """A set of items, occasions or raters whose reliability does not exist."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "too_few_items": Text(
            zh="信度至少需要 {least} 题，实有 {actual} 题。",
            en="This needs at least {least} items, got {actual}.",
        ),
        "too_few_rows": Text(
            zh="{least} 行以上完整回答才能计算，实有 {actual} 行。",
            en="This needs at least {least} complete rows, got {actual}.",
        ),
        "all_missing": Text(
            zh="题目“{item}”没有任何有效回答。请检查该列或从该组题中去掉它。",
            en='Item "{item}" has no valid answer at all. Check its column or leave it out of the set.',
        ),
        "no_shared_rows": Text(
            zh="题目“{first}”与“{second}”没有被两人以上同时回答。请去掉其中一题。",
            en='Fewer than two people answered both "{first}" and "{second}". Leave one of them out.',
        ),
        "no_variation": Text(
            zh="第 {item} 题所有回答相同，不能计算相关。请从该组题中去掉它。",
            en="Item {item} has the same answer everywhere, so it has no correlation. Leave it out of the set.",
        ),
        "items_differ": Text(
            zh="两部分数据的题数不同（{first} 与 {second}），不能合并。",
            en="The two states have different items ({first} and {second}) and cannot be merged.",
        ),
        "names_differ": Text(
            zh="{name}：给出了 {actual} 个，但有 {expected} 题。",
            en="{name}: {actual} were given for {expected} items.",
        ),
        "bad_key": Text(
            zh="题目“{item}”的方向为 {value}；方向只能是 1（正向）或 -1（反向）。",
            en='Item "{item}" has key {value}; a key is 1 (worded this way) or -1 (worded the other way).',
        ),
        "zero_total_variance": Text(
            zh="总分没有变异，信度不存在。",
            en="The total score does not vary, so reliability does not exist.",
        ),
        "singular": Text(
            zh="相关矩阵不可逆（有题目互为线性组合）。请去掉多余的题。",
            en="The correlation matrix is singular (items are combinations of others). Drop the redundant item.",
        ),
        "indefinite": Text(
            zh="相关矩阵不是正定的（最小特征值 {eigenvalue}），似然不存在。请先平滑（correlation.smoothed）、改用完整行，或用 minres。",
            en="The correlation matrix is not positive definite (smallest eigenvalue {eigenvalue}), so it has no likelihood. "
            "Smooth it first (correlation.smoothed), use complete rows, or extract by minres.",
        ),
        "too_many_factors": Text(
            zh="{k} 题最多可提取 {most} 个因子，要求了 {actual} 个。",
            en="{k} items carry at most {most} factors, but {actual} were asked for.",
        ),
        "bad_limits": Text(
            zh="最低分 {low} 须小于最高分 {high}，且所有回答在两者之间（题目“{item}”不符）。",
            en='The lowest score {low} must be below the highest {high} with all answers between; "{item}" is not so.',
        ),
        "loadings_differ": Text(
            zh="两个载荷矩阵的题数不同（{first} 与 {second}）。请只比较相同的题。",
            en="The two loading matrices have different items ({first} and {second}). Compare the same items.",
        ),
        "too_few_ratings": Text(
            zh="{name}：至少需要 {least} 个，实有 {actual} 个。",
            en="{name}: at least {least} are needed, got {actual}.",
        ),
        "one_answer": Text(
            zh="所有评分都落在同一类别，偶然一致为 1，kappa 不存在。",
            en="All ratings fall into one category: chance agreement is 1 and kappa does not exist.",
        ),
        "raters_differ": Text(
            zh="第 {row} 个对象有 {actual} 次评分，第 1 个有 {expected} 次；Fleiss kappa 要求次数相同。",
            en="Subject {row} has {actual} ratings, the first has {expected}; Fleiss kappa needs equal numbers.",
        ),
        "two_groups": Text(
            zh="项目功能差异比较两组，分组变量有 {actual} 个取值（{labels}）。请选出两组。",
            en="DIF compares two groups, but the grouping has {actual} values ({labels}). Choose two of them.",
        ),
        "not_binary": Text(
            zh="题目“{item}”不是 0/1 题。多级题请用 mantel 或 logistic_dif。",
            en='Item "{item}" is not scored 0/1. Use mantel or logistic_dif for items with more steps.',
        ),
        "nothing_to_compare": Text(
            zh="题目“{item}”在任何得分层上都没有两组可比（或回答全同）。请合并得分层或去掉该题。",
            en='Item "{item}" has no score level with both groups and different answers. Widen the levels or drop it.',
        ),
    }
