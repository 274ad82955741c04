"""Home of what results say of themselves: a status is a value with a code, nothing is ever printed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from analysis.errors.base import Language, Text


@dataclass(frozen=True, slots=True, kw_only=True)
class AnalysisWarning:
    """A status that a result carries: something the reader of a number must know."""

    code: str
    context: Mapping[str, object] = field(default_factory=dict)

    def message(self, language: Language = "en") -> str:
        """The sentence for `language`."""
        return STATUSES[self.code].fill(language, self.context)


STATUSES: Mapping[str, Text] = {
    "not_converged": Text(
        zh="迭代 {iterations} 次后仍未收敛。", en="Not converged after {iterations} iterations."
    ),
    "margin_failed": Text(
        zh="边际“{margin}”未达到：最大偏差 {worst} 个百分点（类别“{category}”）。",
        en='Margin "{margin}" is not met: largest deviation {worst} percentage points (category "{category}").',
    ),
    "no_variation": Text(
        zh="所有回答相同，标准误为 0；区间按有效样本量计算。",
        en="All answers agree, so the standard error is 0; the interval rests on the effective sample size.",
    ),
    "few_degrees_of_freedom": Text(
        zh="自由度只有 {df}，区间不可靠。", en="Only {df} degrees of freedom: the interval is unreliable."
    ),
    "one_psu": Text(
        zh="该域的回答全部来自一个初级抽样单位，标准误不可靠。",
        en="All answers of this domain come from one primary sampling unit: the standard error is unreliable.",
    ),
    "empty_category": Text(
        zh="题目“{item}”的类别 {values} 无人选择，已略去。",
        en='Nobody chose {values} of item "{item}"; these categories are left out.',
    ),
    "correlation_at_limit": Text(
        zh="题目“{first}”与“{second}”的多分相关到达取值边界，其标准误无意义。",
        en='The polychoric correlation of "{first}" and "{second}" ran into its limit; its standard error means nothing.',
    ),
    "not_positive_definite": Text(
        zh="相关矩阵不是正定的（最小特征值 {eigenvalue}）。可选择 smoothing=eigenvalue 或 nearest。",
        en="The correlation matrix is not positive definite (smallest eigenvalue {eigenvalue}). Smoothing "
        "by eigenvalue or nearest is a choice.",
    ),
    "smoothed": Text(
        zh="相关矩阵原非正定（最小特征值 {eigenvalue}），已按所选方法平滑。",
        en="The correlation matrix was not positive definite (smallest eigenvalue {eigenvalue}) and was smoothed "
        "as chosen.",
    ),
    "heywood": Text(
        zh="题目“{items}”的独特方差到达下界（Heywood 情形）：解不是正常解，系数只是上界。",
        en='The unique variance of "{items}" ended at its bound (a Heywood case): the solution is improper and '
        "the coefficient an upper bound.",
    ),
    "not_identified": Text(
        zh="因子模型在这些题目上不可识别，系数不存在。",
        en="The factor model is not identified on these items, so the coefficient does not exist.",
    ),
    "negative_item_rest": Text(
        zh="题目“{items}”与其余题目负相关。若题意相反，请用 keys 声明；这里不会自动反向。",
        en='Item "{items}" correlates negatively with the rest. If it is worded the other way, declare it in keys; '
        "nothing is turned around here.",
    ),
    "negative_variance": Text(
        zh="{component} 的方差分量估计为负，按 0 处理。",
        en="The variance component of {component} came out negative and is taken as 0.",
    ),
    "rows_left_out": Text(
        zh="{n} 行因缺失而未使用。",
        en="{n} rows were left out because of missing values.",
    ),
    "splits_sampled": Text(
        zh="共有 {all} 种对半分法，随机抽取了 {n} 种。",
        en="There are {all} ways to halve the items; {n} were drawn at random.",
    ),
    "small_strata": Text(
        zh="{n} 个得分层只含一组人，对检验没有贡献。",
        en="{n} score levels hold one group only and add nothing to the test.",
    ),
    "propensity_at_boundary": Text(
        zh="{n} 个个案的应答倾向估计为 0 或 1（所在类别无人应答或全部应答）。",
        en="{n} cases have an estimated propensity of 0 or 1: nobody or everybody of their category responded.",
    ),
    "index_not_computed": Text(
        zh="指标“{index}”未计算（{reason_zh}）。", en='Index "{index}" was not computed ({reason_en}).'
    ),
    "negative_scaling": Text(
        zh="差异检验的校正因子不是正数（{factor}），检验不存在。请改用 satorra-bentler-2010。",
        en="The scaling of the difference is not positive ({factor}), so the test does not exist. Use "
        "satorra-bentler-2010.",
    ),
    "model_not_identified": Text(
        zh="模型不可识别：{parameters} 个参数不能由数据唯一确定，不给标准误和检验。请减少参数或增加题目。",
        en="The model is not identified: its {parameters} parameters do not follow uniquely from the data, so there are "
        "no standard errors and no test. Free fewer, or use more items.",
    ),
    "improper_residual": Text(
        zh="“{group}”组题目“{item}”的残差方差为负（{value}，Heywood 情形）：解不是正常解。",
        en='The residual variance of item "{item}" in group "{group}" is negative ({value}, a Heywood case): the solution '
        "is improper.",
    ),
    "improper_factor": Text(
        zh="“{group}”组的潜变量协方差矩阵不是正定的（最小特征值 {value}）：有因子互相重合或方差为负。",
        en='The factors\' covariance matrix of group "{group}" is not positive definite (smallest eigenvalue {value}): '
        "factors coincide, or one has a negative variance.",
    ),
    "weights_trimmed": Text(zh="{n} 个权重被截至 {upper}。", en="{n} weights were cut at {upper}."),
    "reweighted_under_limit": Text(
        zh="截断后重新加权，仍有 {n} 个权重高于 {upper}。",
        en="After trimming and weighting again {n} weights are above {upper}.",
    ),
    "levels_dropped": Text(
        zh="域内没有任何权重的类别未进入表中：{levels}。",
        en="Levels without any weight in the domain were left out: {levels}.",
    ),
    "zero_cells": Text(
        zh="表中有 {count} 个空单元格（例如“{cell}”），检验的近似可能不准。可合并类别。",
        en='{count} cells of the table are empty (for example "{cell}"), so the approximation of the test may be '
        "poor. Consider merging levels.",
    ),
    "singular_covariance": Text(
        zh="{what}：{size} 个估计的协方差矩阵秩仅为 {rank}，该检验不存在。初级抽样单位太少或类别太多。",
        en="{what}: the covariance of {size} estimates has rank {rank} only, so this test does not exist. There are "
        "too few primary sampling units, or too many levels.",
    ),
    "zero_standard_error": Text(
        zh="{count} 个差的标准误为 0（值在组内没有变异），没有检验。",
        en="{count} differences have a standard error of 0 (nothing varies inside their groups), so they have no test.",
    ),
    "separation": Text(
        zh="变量“{column}”把结果完全分开，系数趋于无穷，其标准误和区间没有意义。请合并类别或去掉该变量。",
        en='Column "{column}" separates the outcomes, so its coefficient runs to infinity and its standard error and '
        "interval mean nothing. Merge levels or leave it out.",
    ),
    "more_noise_than_errors": Text(
        zh="各点偏离趋势线的程度超过其标准误（Q = {q}，自由度 {df}）。标准误可能偏小，可改用 residual 离散度。",
        en="The points lie further from the line than their standard errors allow (Q = {q} on {df} degrees of freedom), "
        "so the standard errors may be too small. Consider dispersion residual.",
    ),
    "autocorrelated": Text(
        zh="残差的一阶自相关为 {r}，趋势的显著性可能被夸大。",
        en="The residuals have a lag-one autocorrelation of {r}, which can make a trend look surer than it is.",
    ),
    "few_points": Text(
        zh="只有 {n} 个点，正态近似不可靠。", en="Only {n} points: the normal approximation is unreliable."
    ),
}
