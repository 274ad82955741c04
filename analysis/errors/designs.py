"""Home of the refusals about strata, clusters, population sizes and replicate weights."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors.base import AnalysisError, Text


class DesignError(AnalysisError):
    """Strata, clusters, population sizes, lonely clusters."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "no_weight": Text(
            zh="权重全部为零，无法推断总体。请检查权重列。",
            en="All weights are zero, so they stand for nobody. Check the weight column.",
        ),
        "lonely_psu": Text(
            zh="层“{stratum}”只有一个初级抽样单位（共 {count} 个这样的层），方差无法估计。"
            "请合并相近的层，或明确选择 certainty、adjust、average、remove 之一。",
            en='Stratum "{stratum}" has a single primary sampling unit ({count} such strata), so its variance '
            "cannot be estimated. Merge it with a similar stratum, or choose one of certainty, adjust, average, "
            "remove on purpose.",
        ),
        "psu_in_two_strata": Text(
            zh="初级抽样单位“{psu}”同时出现在层“{first}”和“{second}”。请更正层，或声明编号在层内嵌套。",
            en='Primary sampling unit "{psu}" lies in strata "{first}" and "{second}". Correct the strata, or '
            "declare that ids are nested in strata.",
        ),
        "fpc_varies": Text(
            zh="层“{stratum}”的总体单位数不止一个值（{first} 与 {second}）。每层只能有一个。",
            en='Stratum "{stratum}" has more than one population size ({first} and {second}). Give one per stratum.',
        ),
        "fpc_too_small": Text(
            zh="层“{stratum}”抽取了 {sampled} 个单位，总体却只有 {population} 个。请检查总体单位数。",
            en='Stratum "{stratum}" has {sampled} sampled units but a population of {population}. '
            "Check the population size.",
        ),
        "pps_without_probability": Text(
            zh="选择了不等概率抽样的方差（pps），却没有给出入样概率。请在 fpc 中给出每个初级抽样单位的概率。",
            en="A variance for unequal probabilities (pps) was chosen but no probabilities were given. "
            "Put the probability of each primary sampling unit into fpc.",
        ),
        "probability_varies": Text(
            zh="第 {row} 行的入样概率为 {first}，同一初级抽样单位的另一行为 {second}。每个单位只能有一个概率。",
            en="Row {row} has inclusion probability {first}, another row of its primary sampling unit {second}. "
            "Give one probability per unit.",
        ),
        "pps_without_joint": Text(
            zh="“{pps}”方差需要两两入样概率（joint）。请给出矩阵，或选择 brewer 或 hajek 近似。",
            en='The "{pps}" variance needs joint inclusion probabilities (joint). Give the matrix, or choose the '
            "approximation brewer or hajek.",
        ),
        "bad_joint": Text(
            zh="两两入样概率须为 {expected}×{expected} 的正数矩阵，得到的是 {actual}。",
            en="Joint inclusion probabilities must be a {expected} by {expected} matrix of positive numbers, not "
            "{actual}.",
        ),
        "joint_disagrees": Text(
            zh="两两入样概率矩阵须对称，且对角线等于各单位的入样概率。",
            en="The matrix of joint inclusion probabilities must be symmetric, with each unit's own probability on "
            "its diagonal.",
        ),
        "nothing_below_rows": Text(
            zh="第 {stage} 阶段之前的抽样单位就是各行本身，其下不能再有阶段。请给出前一阶段的单位编号。",
            en="The units before stage {stage} are the rows themselves, so nothing can be sampled inside them. "
            "Name the units of the stage before.",
        ),
        "replicates_lonely": Text(
            zh="层“{stratum}”只有一个初级抽样单位，{kind} 重复权数无法从中产生。请合并层，或声明 certainty 或 remove。",
            en='Stratum "{stratum}" has a single primary sampling unit, from which {kind} replicates cannot be made. '
            "Merge strata, or declare certainty or remove.",
        ),
        "replicates_not_paired": Text(
            zh="{kind} 要求每层恰有两个初级抽样单位；层“{stratum}”有 {count} 个。请改用 jkn 或 bootstrap，或重新组成对子。",
            en='{kind} needs two primary sampling units in every stratum; stratum "{stratum}" has {count}. '
            "Use jkn or bootstrap, or form pairs.",
        ),
        "replicates_drop_fpc": Text(
            zh="{kind} 重复权数不能反映有限总体校正或第一阶段以下的抽样。请改用泰勒线性化，"
            "或以 ignore_fpc=True 明确按放回抽样处理（方差偏大）。",
            en="{kind} replicates cannot carry population sizes or stages below the first. Use linearisation, or pass "
            "ignore_fpc=True to treat the sample as drawn with replacement on purpose (a larger variance).",
        ),
        "replicates_fractions": Text(
            zh="{kind} 要求不分层的设计，而本设计有 {count} 个层。分层设计请用 jkn。",
            en="{kind} is for designs without strata; this one has {count}. Use jkn for a stratified design.",
        ),
        "replicates_shape": Text(
            zh="重复权数矩阵须为 ({expected}, R)，得到的是 {actual}。",
            en="The matrix of replicate weights must be ({expected}, R), not {actual}.",
        ),
        "replicates_value": Text(
            zh="第 {row} 行第 {replicate} 个重复权数为 {value}，须为有限数。",
            en="Row {row}, replicate {replicate}: the weight is {value}; it must be a finite number.",
        ),
        "replicates_no_method": Text(
            zh="给出了重复权数列，却没有说明产生方法（replicate_method），如 jkn、brr、bootstrap。",
            en="Columns of replicate weights were named but not how they were made (replicate_method), such as jkn, brr "
            "or bootstrap.",
        ),
        "replicates_no_columns": Text(zh="没有以“{prefix}”开头的列。", en='No column matches "{prefix}".'),
        "weights_twice": Text(
            zh="同时给出了权重列“{weights}”和概率列“{probabilities}”，只能给出其一。",
            en='Both a weight column "{weights}" and a probability column "{probabilities}" were named; name one.',
        ),
        "more_stages": Text(
            zh="声明了 {psu} 级抽样单位，却有 {strata} 级分层和 {fpc} 级总体单位数。各级须一一对应。",
            en="{psu} stages of units are declared but {strata} of strata and {fpc} of population sizes. Name one of each "
            "per stage, outermost first.",
        ),
        "replicates_no_scale": Text(
            zh="{kind} 重复权数需要逐个重复的系数（rscales），即该重复所属层的 (n−1)/n。",
            en="{kind} replicate weights need a factor per replicate (rscales): (n - 1) / n of the replicate's stratum.",
        ),
        "replicates_few": Text(
            zh="需要至少 {least} 个重复，得到 {actual} 个。",
            en="At least {least} replicates are needed, not {actual}.",
        ),
        "replicates_fay": Text(
            zh="Fay 系数须不小于 0 且小于 1，得到 {value}。",
            en="Fay's coefficient must be at least 0 and below 1, not {value}.",
        ),
        "replicates_exist": Text(
            zh="该设计已有 {kind} 重复权数。请从没有重复权数的设计开始。",
            en="This design already has {kind} replicates. Start from the design without them.",
        ),
        "replicate_failed": Text(
            zh="第 {replicate} 个重复中估计值不存在（{kind}）。请合并过小的域，或改用泰勒线性化。",
            en="The estimate does not exist in replicate {replicate} ({kind}). Merge domains that are too small, or use "
            "linearisation.",
        ),
        "step_not_repeatable": Text(
            zh="加权步骤“{method}”没有说明如何在重复中重做，不能与重复权数一起使用。",
            en='The weighting step "{method}" does not say how to repeat it inside replicates, so it cannot be combined '
            "with replicate weights.",
        ),
        "bad_probability": Text(
            zh="第 {row} 行的入样概率为 {value}，须大于 0 且不超过 1。",
            en="Row {row} has inclusion probability {value}; it must be above 0 and at most 1.",
        ),
    }
