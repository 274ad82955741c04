"""Home of what nonresponse analysis refuses: impossible counts, propensities and groups that do not exist."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class NonresponseError(AnalysisError):
    """Counts or response data from which no rate or indicator follows."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "negative_count": Text(
            zh="结果代码“{name}”的个数为 {value}，须为非负数。",
            en='Disposition "{name}" has count {value}; counts are at least 0.',
        ),
        "eligibility_out_of_range": Text(
            zh="合格率 e 为 {value}，须在0与1之间。",
            en="The eligibility rate e is {value}; it must lie between 0 and 1.",
        ),
        "eligibility_without_origin": Text(
            zh="须说明合格率 e 是怎样估计的。", en="Say how the eligibility rate e was estimated."
        ),
        "no_known_eligibility": Text(
            zh="没有一个个案的合格性已知，e 无法估计。",
            en="No case has a known eligibility, so e cannot be estimated.",
        ),
        "no_variables": Text(
            zh="没有给出任何抽样框变量。请至少给出一个。",
            en="No frame variable was given. Name at least one.",
        ),
        "variable_missing": Text(
            zh="变量“{variable}”第 {row} 行缺失。抽样框变量须对全体样本已知；可把缺失设为一个类别。",
            en='Variable "{variable}" is missing in row {row}. Frame variables must be known for the whole sample; '
            "make missing a category of its own.",
        ),
        "variable_constant": Text(
            zh="变量“{variable}”只有一个值，不能说明任何差异。请去掉它。",
            en='Variable "{variable}" has a single value and can explain nothing. Leave it out.',
        ),
        "empty_domain": Text(
            zh="域内没有权重大于 0 的样本。", en="The domain holds no sampled case with a weight above 0."
        ),
        "everybody_responded": Text(
            zh="全部样本都已应答，没有无应答可分析。",
            en="Everybody responded, so there is no nonresponse to analyse.",
        ),
        "nobody_responded": Text(
            zh="没有人应答，倾向不存在。", en="Nobody responded, so there are no propensities."
        ),
        "not_categorical": Text(
            zh="变量“{variable}”是连续的。分指标只对类别变量有定义，请先分组。",
            en='Variable "{variable}" is continuous. Partial indicators exist for categories only: group it first.',
        ),
        "respondents_only_zero": Text(
            zh="变量“{variable}”：应答者的权重合计为 0。",
            en='Variable "{variable}": the weights of the respondents sum to 0.',
        ),
    }
