"""Home of the refusals about margins, targets and calibration."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors.base import AnalysisError, Text


class WeightingError(AnalysisError):
    """Margins, targets, calibration."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "empty_margin_cell": Text(
            zh="边际“{margin}”的类别“{category}”目标为 {target}，但没有任何受访者，无法加权。"
            "请把该类别与相近类别合并（目标相加），或改用更粗的边际。",
            en='Margin "{margin}", category "{category}": the target is {target} but there is no respondent, so no '
            "weight can reach it. Merge the category with a similar one (add their targets) or use a coarser margin.",
        ),
        "zero_target": Text(
            zh="边际“{margin}”的类别“{category}”目标为 0，却有 {n} 名受访者，其权重会变成 0。"
            "请更正目标，或把该类别编码为未知（-1）。",
            en='Margin "{margin}", category "{category}": the target is 0 but {n} respondents are in it and would get '
            "weight 0. Correct the target or code the category as unknown (-1).",
        ),
        "missing_target": Text(
            zh="边际“{margin}”：数据中有类别“{category}”（{n} 名受访者），目标表中没有。"
            "请补上目标，或在计划中把它列为未知。",
            en='Margin "{margin}": the data hold category "{category}" ({n} respondents), the targets do not. '
            "Add its target, or list it as unknown in the plan.",
        ),
        "bad_target": Text(
            zh="边际“{margin}”的类别“{category}”目标为 {target}。目标须为不小于 0 的数。",
            en='Margin "{margin}", category "{category}": the target is {target}. Targets are numbers of at least 0.',
        ),
        "totals_disagree": Text(
            zh="边际“{first}”合计 {first_total}，边际“{second}”合计 {second_total}。两者描述同一总体，必须相等。",
            en='Margin "{first}" sums to {first_total} but margin "{second}" sums to {second_total}. Both describe '
            "one population and must agree.",
        ),
        "no_margins": Text(
            zh="没有给出任何边际。请至少给出一个。", en="No margin was given. Name at least one."
        ),
        "all_unknown": Text(
            zh="边际“{margin}”中所有受访者均为未知，无法使用。请检查编码。",
            en='Margin "{margin}": every respondent is unknown. Check the coding.',
        ),
        "start_weight_zero": Text(
            zh="边际“{margin}”的类别“{category}”有受访者，但起始权重合计为 0。请检查基础权重；在重复权数内，说明该类别太小，"
            "请合并。",
            en='Margin "{margin}", category "{category}": its respondents have start weights of zero. '
            "Check the base weights; inside replicates the category is too rare: merge it.",
        ),
        "calibration_singular": Text(
            zh="校准变量与总数相互矛盾（变量“{name}”无法满足）。请检查总数或删去多余变量。",
            en='The calibration totals contradict each other (variable "{name}" cannot be met). Check the totals or '
            "drop a redundant variable.",
        ),
        "bad_bounds": Text(
            zh="权重上下限 {low}–{high} 无效：下限须小于 1，上限须大于 1。",
            en="The weight bounds {low} to {high} are invalid: the lower must be below 1, the upper above 1.",
        ),
        "trim_impossible": Text(
            zh="截断上限 {upper} 低于平均权重 {mean}，总和无法保持。请提高上限。",
            en="The trimming limit {upper} is below the mean weight {mean}, so the total cannot be kept. Raise it.",
        ),
    }
