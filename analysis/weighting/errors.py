"""Home of what a weighting step refuses beside margins: classes, propensities, references, bounds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from analysis.errors import AnalysisWarning, Language, Text, WeightingError


class StepError(WeightingError):
    """A weighting step that cannot be taken."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "columns_needed": Text(
            zh="目标按列名给出，但设计没有绑定数据表。请先绑定数据表，或通过 columns 传入各列。",
            en="The targets name columns, but the design is bound to no table. Bind it to one, or pass the columns.",
        ),
        "no_targets": Text(
            zh="边际“{margin}”的目标全部为 0 或没有目标。请给出人数。",
            en='Margin "{margin}": there are no targets, or all are 0. Give the number of people in each category.',
        ),
        "bad_disposition": Text(
            zh="“{column}”第 {row} 行的接触结果“{value}”无法识别。可用：{choices}。",
            en='"{column}", row {row}: "{value}" is no disposition. Use one of {choices}.',
        ),
        "unknown_left": Text(
            zh="有 {n} 个单位的资格未知，仍有权重。请先用 unknown_eligibility 调整。",
            en="{n} units of unknown eligibility still carry weight. Adjust for unknown eligibility first.",
        ),
        "class_without_respondents": Text(
            zh="加权类“{name}”有 {n} 个单位，但没有受访者，其权重无处可分。请与相近的类合并。",
            en='Weighting class "{name}" has {n} units but no respondent, so their weight has nowhere to go. Merge it '
            "with a similar class.",
        ),
        "class_without_known": Text(
            zh="加权类“{name}”的 {n} 个单位资格全部未知，其权重无处可分。请与相近的类合并。",
            en='In weighting class "{name}" the eligibility of all {n} units is unknown, so their weight has nowhere to '
            "go. Merge it with a similar class.",
        ),
        "class_missing": Text(
            zh="第 {row} 行没有加权类（“{column}”为空）。请补上，或把空值编成一类。",
            en='Row {row} lies in no weighting class ("{column}" is empty). Fill it in or make missing a class.',
        ),
        "nobody_responded": Text(
            zh="没有任何受访者，无法调整无回答。", en="Nobody responded, so there is nothing to adjust."
        ),
        "everybody_responded": Text(
            zh="所有单位都已回答，倾向模型没有可估的内容。请去掉这一步。",
            en="Everybody responded, so a propensity model has nothing to estimate. Leave the step out.",
        ),
        "variable_missing": Text(
            zh="变量“{name}”第 {row} 行缺失，而该行有权重。加权变量不允许缺失：请补上，或把缺失编成一类。",
            en='Variable "{name}": row {row} is missing but carries weight. Weighting variables must be complete: '
            "fill it in, or make missing a category.",
        ),
        "variable_singular": Text(
            zh="变量“{name}”是其他变量的线性组合（或不变），模型无法估计。请删去它。",
            en='Variable "{name}" is a combination of the others (or constant), so the model cannot be estimated. '
            "Drop it.",
        ),
        "propensity_separated": Text(
            zh="变量“{name}”完全区分了两组（有的类别全部或无一属于其中一组），倾向无法估计。请合并类别或删去它。",
            en='Variable "{name}" separates the two groups (some of its values occur in one of them only), so '
            "propensities do not exist. Merge categories or drop it.",
        ),
        "propensity_zero": Text(
            zh="第 {row} 行的估计倾向为 {value}，过小，权重会失控。请改用倾向分层（strata）。",
            en="Row {row} has an estimated propensity of {value}, too small to divide by. Use propensity strata.",
        ),
        "no_population": Text(
            zh="没有满足参考样本总数的倾向（估计方程无解，变量“{name}”的系数发散）。请减少变量、合并类别，或改用 "
            "adjusted-logistic。",
            en="No propensities meet the reference totals (the estimating equations have no solution; the coefficient "
            'of "{name}" runs away). Use fewer variables, merge categories, or choose adjusted-logistic.',
        ),
        "not_in_reference": Text(
            zh="“{name}”有 {n} 名志愿者，参考样本中却没有人。请合并类别或更换参考样本。",
            en='"{name}" has {n} volunteers but nobody in the reference sample. Merge the category, or use another '
            "reference.",
        ),
        "not_in_sample": Text(
            zh="“{name}”在参考样本中有人，却没有任何志愿者：权重无法补上没有的人。请合并类别。",
            en='"{name}" occurs in the reference sample but no volunteer has it; no weight can stand in for people who '
            "are not there. Merge the category.",
        ),
        "bounds_needed": Text(
            zh="logit 距离需要上下限 bounds，例如 (0.3, 3.0)。",
            en="The logit distance needs bounds, for instance (0.3, 3.0).",
        ),
        "bad_total": Text(
            zh="变量“{name}”的总数为 {total}，不是有限数。",
            en='Variable "{name}": the total is {total}, not a finite number.',
        ),
        "negative_weights": Text(
            zh="线性校准使 {n} 个权重为负（最小 {least}）。请给出 bounds，或改用 raking 或 logit 距离。",
            en="Linear calibration makes {n} weights negative (smallest {least}). Give bounds, or choose the raking or "
            "logit distance.",
        ),
        "bad_scale": Text(
            zh="第 {row} 行的 q 为 {value}，须大于 0。", en="Row {row}: q is {value}; it must be above 0."
        ),
        "bad_limits": Text(
            zh="截断下限 {lower} 与上限 {upper} 无效：下限须小于上限，且均值 {mean} 须在两者之间。",
            en="The trimming limits {lower} to {upper} are invalid: the mean weight {mean} must lie between them.",
        ),
        "no_limit": Text(
            zh="没有给出截断上限或下限。请给出 upper、lower、over_mean、over_median 之一。",
            en="No limit was given. Name upper, lower, over_mean or over_median.",
        ),
        "two_limits": Text(
            zh="上限只能给出一种：upper、over_mean 或 over_median。",
            en="Give the upper limit in one way only: upper, over_mean or over_median.",
        ),
        "no_variables": Text(
            zh="模型没有任何变量。请至少给出一个。", en="The model has no variables. Name at least one."
        ),
        "bad_tolerance": Text(
            zh="容差 {value} 无效：须大于 0 且小于 1。",
            en="The tolerance {value} is invalid: it must be above 0 and below 1.",
        ),
        "target_not_numeric": Text(
            zh="“{name}”中“{category}”的目标“{value}”不是数字。",
            en='"{name}", "{category}": the target "{value}" is no number.',
        ),
        "no_steps": Text(
            zh="加权链没有任何步骤。", en="The weighting chain has no steps. Name at least one."
        ),
        "wrong_start": Text(
            zh="加权步骤的数据有 {expected} 行，起始权重却有 {actual} 行。请传入同一批人的数据。",
            en="The step is bound to {expected} rows, the starting weights have {actual}. Pass data of the same people.",
        ),
        "too_few_strata": Text(
            zh="倾向分层至少需要 2 层，给出的是 {strata}。",
            en="Propensity strata: at least 2 are needed, not {strata}.",
        ),
    }


STATUSES: Mapping[str, Text] = {
    "class_thin": Text(
        zh="加权类“{name}”只有 {n} 名受访者，调整系数 {factor}。请考虑合并。",
        en='Weighting class "{name}" has {n} respondents and an adjustment of {factor}. Consider merging it.',
    ),
    "bounds_bind": Text(
        zh="在上下限 {low}–{high} 内没有解；{n} 个权重停在界上。请放宽上下限或减少边际。",
        en="There is no solution inside the bounds {low} to {high}; {n} weights stopped at a bound. Widen the "
        "bounds or use fewer margins.",
    ),
    "bounds_exclude_population": Text(
        zh="权重总和须乘以 {ratio} 才能达到总体人数，超出上下限 {low}–{high}。上下限是新旧权重之比：请先把起始权重"
        "放大到总体，或放宽上下限。",
        en="The sum of weights must be multiplied by {ratio} to reach the population, outside the bounds {low} to "
        "{high}. Bounds are ratios of new to old weight: scale the starting weights to the population first.",
    ),
    "total_missed": Text(
        zh="总数“{name}”未达到：{actual}，目标 {target}。",
        en='Total "{name}" is not met: {actual} against the target {target}.',
    ),
    "margin_undone": Text(
        zh="这一步使先前达到的边际“{name}”不再成立：类别“{category}”偏差 {worst} 个百分点。请重新校准。",
        en='This step undid margin "{name}", met before: category "{category}" is off by {worst} percentage points. '
        "Calibrate again.",
    ),
    "total_undone": Text(
        zh="这一步使先前达到的总数“{name}”不再成立：{actual}，目标 {target}。请重新校准。",
        en='This step undid total "{name}", met before: {actual} against the target {target}. Calibrate again.',
    ),
    "propensity_small": Text(
        zh="有 {n} 个倾向低于 {limit}（最小 {least}）：少数人代表很多人，请查看权重分布或改用分层。",
        en="{n} propensities are below {limit} (smallest {least}): a few people stand for many. Look at the "
        "weights, or use strata.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class StepWarning(AnalysisWarning):
    """A status of a weighting step."""

    def message(self, language: Language = "en") -> str:
        """The sentence for `language`."""
        return STATUSES[self.code].fill(language, self.context)
