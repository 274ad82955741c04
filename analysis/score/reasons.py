"""Home of the reasons a score can be refused or left out: one stable code, a sentence in each language."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final

from analysis.errors import AnalysisError, Language, Text

# Conversion tables.
TOO_FEW_ANSWERS: Final = "too_few_answers"
LOWEST_NOT_ZERO: Final = "lowest_answer_not_zero"
HIGHEST_NOT_HUNDRED: Final = "highest_answer_not_hundred"
NOT_MONOTONE: Final = "not_monotone"
NOT_EQUALLY_SPACED: Final = "not_equally_spaced"
NOT_A_NUMBER: Final = "not_a_number"
ANSWER_WITHOUT_VALUE: Final = "answer_without_value"
# Evaluator groups left out of a composite.
NO_ESTIMATE: Final = "no_estimate"
BELOW_MINIMUM_VALID: Final = "below_minimum_valid"
BELOW_MINIMUM_EFFECTIVE: Final = "below_minimum_effective"
# Units that cannot be scored.
TOO_LITTLE_WEIGHT: Final = "too_little_weight_present"
NO_SURVEY_GROUP: Final = "no_survey_group"
CLASS_WITHOUT_WEIGHTS: Final = "class_without_weights"
NO_ANNUAL: Final = "no_annual_composite"
# Breaks of a series.
MAJOR_VERSION_CHANGED: Final = "instrument_major_version_changed"
MODE_MIX_CHANGED: Final = "mode_mix_changed"
YEAR_MISSING: Final = "year_missing"

_TEXTS: Final[Mapping[str, Text]] = MappingProxyType(
    {
        TOO_FEW_ANSWERS: Text(
            "换算表至少要有两个答案。",
            "A conversion table needs at least two answers.",
        ),
        LOWEST_NOT_ZERO: Text(
            "最低档答案必须换算为0分：否则全部回答最低档仍能得分。请把最低档改为0。",
            "The lowest answer must be worth 0: otherwise total dissatisfaction would still earn points. Set it to 0.",
        ),
        HIGHEST_NOT_HUNDRED: Text(
            "最高档答案必须换算为100分。请把最高档改为100。",
            "The highest answer must be worth 100. Set it to 100.",
        ),
        NOT_MONOTONE: Text(
            "较好的答案必须得到较高的分数。请检查次序。",
            "A better answer must be worth more than a worse one. Check the order.",
        ),
        NOT_EQUALLY_SPACED: Text(
            "各档分数默认等距；如不等距，必须写明理由。",
            "The values must be equally spaced unless a reason is recorded.",
        ),
        NOT_A_NUMBER: Text("换算分数必须是数值。", "Every value of the table must be a number."),
        ANSWER_WITHOUT_VALUE: Text(
            "量表中有答案没有对应的分数。请补全换算表。",
            "An answer of the scale has no value. Complete the table.",
        ),
        NO_ESTIMATE: Text("该群体没有可用的估计值。", "There is no usable estimate for this group."),
        BELOW_MINIMUM_VALID: Text(
            "该群体的有效样本量低于方案规定的最低值。",
            "The group has fewer valid respondents than the plan requires.",
        ),
        BELOW_MINIMUM_EFFECTIVE: Text(
            "该群体的有效样本（按设计效应折算）低于方案规定的最低值。",
            "The group's effective sample is smaller than the plan requires.",
        ),
        TOO_LITTLE_WEIGHT: Text(
            "可用群体的权重合计低于方案规定的最低比例，本年度不计分，也不作任何插补。",
            "The groups present carry less weight than the plan requires; the unit is not scored this year and "
            "nothing is imputed.",
        ),
        NO_SURVEY_GROUP: Text(
            "居民、服务对象、企业三类调查群体均无可用结果，本年度不计分。",
            "None of residents, service users and enterprises has a usable result; the unit is not scored this year.",
        ),
        CLASS_WITHOUT_WEIGHTS: Text(
            "评分方案没有为该类别规定评价群体权重。",
            "The scoring plan states no evaluator weights for this class.",
        ),
        NO_ANNUAL: Text(
            "没有年度综合指数；平时评价不能单独计分。",
            "There is no annual composite; peacetime reviews alone are not scored.",
        ),
        MAJOR_VERSION_CHANGED: Text(
            "问卷主版本有变化，前后数值不可直接比较。",
            "The instrument's major version changed; the values before and after are not directly comparable.",
        ),
        MODE_MIX_CHANGED: Text(
            "调查方式构成的变动超过方案规定的限度。",
            "The mix of survey modes moved by more than the plan allows.",
        ),
        YEAR_MISSING: Text("中间有年份缺失。", "A year in between is missing."),
    }
)


def reason_text(code: str, language: Language) -> str:
    """The sentence for a reason code.

    Raises
    ------
    KeyError
        If the code is unknown: a bug.
    """
    return _TEXTS[code].fill(language, {})


def reason_codes() -> frozenset[str]:
    """Every code that has its two sentences."""
    return frozenset(_TEXTS)


class ScoreError(AnalysisError):
    """A plan, table or record from which no score may be computed."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        **{f"conversion_{code}": text for code, text in _TEXTS.items()},
        "lengths_differ": Text(
            zh="答案（{answers}）与权重（{weights}）的个数不同。请按一行一个受访者传入。",
            en="Answers {answers} and weights {weights} differ in length. Pass one row per respondent.",
        ),
        "unknown_answer": Text(
            zh="答案代码 {answer} 不在换算表中，也不是约定的缺失代码。请检查编码。",
            en="Answer code {answer} is neither in the conversion table nor a missing code. Check the coding.",
        ),
        "plan_key_missing": Text(
            zh="评分方案缺少“{key}”。请补上。", en='The scoring plan lacks "{key}". Add it.'
        ),
        "plan_weights_not_one": Text(
            zh="评分方案“{part}”的权重合计不为1。请更正。",
            en='The weights of "{part}" in the scoring plan do not add up to 1. Correct them.',
        ),
        "plan_share_out_of_range": Text(
            zh="评分方案“{key}”的值 {value} 不在0与1之间。请更正。",
            en='"{key}" in the scoring plan is {value}; it must lie between 0 and 1. Correct it.',
        ),
        "negative_se": Text(
            zh="“{name}”的标准误 {value} 不是非负数。请检查估计步骤。",
            en='The standard error of "{name}" is {value}, not a number of at least 0. Check the estimation.',
        ),
        "internal_score_out_of_range": Text(
            zh="内部得分 {value} 不在0至100之间。请更正导入文件。",
            en="The internal score {value} is outside 0 to 100. Correct the imported file.",
        ),
        "negative_adjustment": Text(
            zh="“{name}”为负数（{value}）。加分和扣分均以非负数填写。",
            en='"{name}" is negative ({value}). Additions and deductions are entered as numbers of at least 0.',
        ),
        "unknown_adjustment": Text(
            zh="评分方案没有名为“{name}”的加减分项。可用：{known}。",
            en='The plan has no adjustment named "{name}". It knows: {known}.',
        ),
        "adjustment_without_evidence": Text(
            zh="加减分项“{name}”没有依据。请附上依据。",
            en='Adjustment "{name}" has no evidence. Attach it.',
        ),
        "negative_count": Text(
            zh="“{name}”为 {value}，须为非负数。",
            en='"{name}" is {value}; it must be at least 0.',
        ),
        "holiday_and_workday": Text(
            zh="{day} 既是假日又是调休上班日。请更正日历。",
            en="{day} is both a holiday and a make-up working day. Correct the calendar.",
        ),
        "no_working_days": Text(
            zh="日历在 {start} 之后一年内没有工作日。请检查日历。",
            en="The calendar has no working day within a year after {start}. Check it.",
        ),
        "share_out_of_range": Text(
            zh="“{name}”的值 {value} 不是0至1之间的比例。",
            en='"{name}" is {value}, not a share between 0 and 1.',
        ),
        "nobody_answered": Text(
            zh="扣除不了解、不适用和拒答后没有人回答。",
            en="Nobody is left after don't know, not applicable and refused.",
        ),
        "year_twice": Text(
            zh="{year} 年出现两次。每年只能有一个综合指数。",
            en="Year {year} occurs twice. Each year has one composite.",
        ),
        "no_years": Text(zh="没有任何年度。", en="No year was given."),
        "no_quarters": Text(zh="没有有效样本为正的季度。", en="No quarter has a positive effective sample."),
        "weights_need_groups": Text(
            zh="群体“{group}”的协方差矩阵大小为 {actual}，单位共 {expected} 个。",
            en='Group "{group}": the covariance matrix is {actual}, but there are {expected} units.',
        ),
    }
