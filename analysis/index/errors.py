"""Home of what the index package refuses."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, AnalysisWarning, Language, Text


class IndexRefused(AnalysisError):
    """A framework or weights from which no index can be made."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "weights_not_one": Text(
            zh="群体“{group}”中“{parent}”下的权重合计为 {total}，应为 1。请更正指标框架。",
            en='Group "{group}": the weights under "{parent}" sum to {total}, not 1. Correct the framework.',
        ),
        "group_unknown": Text(
            zh="指标框架中没有群体“{group}”。请补上或从计划中删去。",
            en='The framework has no group "{group}". Add it, or take it out of the plan.',
        ),
        "answer_off_scale": Text(
            zh="题目“{item}”第 {row} 行的回答是 {value}，不在 {low} 到 {high} 的量表上。请先把不知道、不适用等设为缺失。",
            en='Item "{item}", row {row}: the answer {value} is not on the scale from {low} to {high}. Set don\'t know, '
            "not applicable and the like to missing first.",
        ),
        "bad_scale": Text(
            zh="量表点数为 {points}、取前 {top} 项：点数须至少为 2，且前 {top} 项须少于全部。",
            en="A scale of {points} points with a top of {top}: it needs at least 2 points, and a top smaller than the scale.",
        ),
        "item_unknown": Text(
            zh="没有题目“{item}”。可选：{choices}。", en='There is no item "{item}". Known: {choices}.'
        ),
        "name_twice": Text(
            zh="名称“{name}”出现两次。请改名。", en='The name "{name}" occurs twice. Rename one.'
        ),
        "not_enough_present": Text(
            zh="“{node}”之下有估计的权重只有 {present}，少于规定的 {minimum}，指数不成立。",
            en='Only {present} of the weight under "{node}" has an estimate, less than the required {minimum}: the index '
            "does not stand.",
        ),
        "sdg_attributes": Text(
            zh="SDG 16.6.2 每项服务需要五个属性，实有 {actual} 个。",
            en="SDG 16.6.2 needs five attributes per service, got {actual}.",
        ),
        "block_empty": Text(zh="潜变量“{block}”没有题目。", en='The latent variable "{block}" has no items.'),
        "block_unknown": Text(
            zh="路径提到的潜变量“{block}”没有定义。",
            en='A path names "{block}", which is no block of the model.',
        ),
        "path_cycle": Text(
            zh="路径模型有环，经过“{block}”。请去掉一条路径。",
            en='The paths run in a circle through "{block}". Take one out.',
        ),
        "block_alone": Text(
            zh="潜变量“{block}”没有任何路径，权重不存在。",
            en='No path touches the latent variable "{block}", so its weights do not exist.',
        ),
        "block_singular": Text(
            zh="“{block}”的题目互为线性组合，Mode B 无法计算。请改用 Mode A 或去掉一题。",
            en='The items of "{block}" are combinations of one another, so Mode B does not exist. Use Mode A, or drop one.',
        ),
        "latent_collinear": Text(
            zh="通向“{block}”的潜变量互为线性组合，路径无法估计。请去掉一条路径。",
            en='The latent variables that lead to "{block}" are combinations of one another, so the paths do not exist. '
            "Take one out.",
        ),
        "weights_cancel": Text(
            zh="“{block}”的题目方向相反，权重相互抵消，指数不存在。请把反向题转换方向。",
            en='The items of "{block}" point in opposite directions and their weights cancel out, so its index does not '
            "exist. Turn the reversed items round.",
        ),
        "values_missing": Text(
            zh="单元“{unit}”的指标“{indicator}”缺失。请先补上或去掉该单元。",
            en='Unit "{unit}" has no value of indicator "{indicator}". Fill it in or leave the unit out.',
        ),
        "needs_positive": Text(
            zh="{method} 聚合要求数值大于 0，但单元“{unit}”的指标“{indicator}”为 {value}。请改用其他标准化（例如 1 到 100）。",
            en='The {method} mean needs values above 0, but unit "{unit}" has {value} for indicator "{indicator}". Normalise '
            "to a range that stays above 0 (for example 1 to 100).",
        ),
        "no_spread": Text(
            zh="指标“{indicator}”在各单元间没有差异，不能用 {method} 标准化。",
            en='Indicator "{indicator}" is the same in all units, so {method} cannot normalise it.',
        ),
        "bad_goalposts": Text(
            zh="指标“{indicator}”的上下界为 {low} 和 {high}，上界须大于下界。",
            en='Indicator "{indicator}" has the goalposts {low} and {high}; the upper must exceed the lower.',
        ),
        "bad_target": Text(
            zh="指标“{indicator}”的目标为 {value}，须不为 0。",
            en='Indicator "{indicator}" has the target {value}; it must not be 0.',
        ),
        "bad_weights": Text(
            zh="权重须为 {k} 个不小于 0 的数，合计大于 0。",
            en="Weights must be {k} numbers of at least 0 with a sum above 0.",
        ),
        "too_few_units": Text(
            zh="至少需要 {least} 个单元和 {indicators} 个指标。",
            en="This needs at least {least} units and {indicators} indicators.",
        ),
        "table_unordered": Text(
            zh="换算表“{table}”须从 0 升到 100。",
            en='The conversion table "{table}" must rise from 0 to 100.',
        ),
        "weights_too_large": Text(
            zh="权重合计 {total} 过大，无法精确求和。请检查总体目标数。",
            en="The weights sum to {total}, too much for exact sums. Check the population targets.",
        ),
    }


STATUSES: Mapping[str, Text] = {
    "not_the_indicator": Text(
        zh="量表不是官方四点量表：只能称为“16.6.2 式”，不能称为该指标。",
        en='The scale is not the official one of four points: this is "16.6.2-style" and not the indicator.',
    ),
    "renormalised": Text(
        zh="“{node}”只有 {present} 的权重有估计，其余按比例放大。",
        en='Only {present} of the weight under "{node}" has an estimate; the rest was scaled up.',
    ),
    "pls_not_converged": Text(
        zh="权重迭代 {iterations} 次后仍未收敛。",
        en="The weights have not settled after {iterations} iterations.",
    ),
    "negative_weight": Text(
        zh="潜变量“{block}”有负权重：指数可能超出 0 到 100。请检查题目方向。",
        en='The latent variable "{block}" has a negative weight: its index can leave 0 to 100. Check the items\' direction.',
    ),
    "no_se_for_ranks": Text(
        zh="按名次标准化没有导数，标准误不存在。请用 sensitivity 的抽样。",
        en="Normalising by rank has no slope, so there is no standard error. Use the draws of sensitivity.",
    ),
    "tied_values": Text(
        zh="单元“{unit}”的指标有并列，OWA 在该处没有唯一的导数。",
        en='Unit "{unit}" has tied indicators, where an ordered weighted mean has no single slope.',
    ),
}


class IndexStatus(AnalysisWarning):
    """A status that an index result carries."""

    def message(self, language: Language = "en") -> str:
        """The sentence for `language`."""
        return STATUSES[self.code].fill(language, self.context)
