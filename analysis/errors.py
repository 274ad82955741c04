"""Home of what `analysis` says when it must refuse: stable codes, and messages in Chinese and English.

    AnalysisError
    ├── InvalidInput       an array, level or option that no method could use
    ├── DesignError        strata, clusters, population sizes, lonely clusters
    ├── WeightingError     margins, targets, calibration
    ├── EstimationError    an estimate that does not exist
    ├── DataError          a data file: names file, row and column
    └── PlanError          a plan file: names file, path and reason

Every class carries its own catalogue, code -> Text. A package that needs further codes makes a child with
a `catalogue` of its own; nothing is registered at import time. A message says where, what and how to mend.
`AnalysisWarning` is no exception but a value: results carry it as a status, nothing is ever printed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

Language = Literal["zh", "en"]


@dataclass(frozen=True, slots=True)
class Text:
    """One message in both languages; braces name entries of the error's context."""

    zh: str
    en: str

    def fill(self, language: Language, context: Mapping[str, object]) -> str:
        """The message in `language` with the context put in."""
        return (self.zh if language == "zh" else self.en).format_map(context)


class AnalysisError(Exception):
    """A refusal with a stable `code`, a `context` and a message in two languages.

    Raises
    ------
    KeyError
        If the code is not in the catalogue or the context lacks a name that the message uses: both are bugs.
    """

    catalogue: ClassVar[Mapping[str, Text]] = {}

    def __init__(self, code: str, /, **context: Any) -> None:  # Any: whatever the message shows
        self.code = code
        self.context = context
        self._text = _find(type(self), code)
        super().__init__(self._text.fill("en", context))

    def message(self, language: Language = "en") -> str:
        """What happened, where, and how to mend it."""
        return self._text.fill(language, self.context)

    def __reduce__(self) -> tuple[Any, ...]:  # Any: the protocol of pickle
        return _rebuild, (type(self), self.code, self.context)


def _find(kind: type[AnalysisError], code: str) -> Text:
    for ancestor in kind.__mro__:
        catalogue: Mapping[str, Text] = getattr(ancestor, "catalogue", {})
        if code in catalogue:
            return catalogue[code]
    raise KeyError(f"{code} is in no catalogue of {kind.__name__}")


def _rebuild(
    kind: type[AnalysisError], code: str, context: dict[str, Any]
) -> AnalysisError:  # Any: see above
    return kind(code, **context)


class InvalidInput(AnalysisError):
    """An array, level or option that no method could use."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "no_columns": Text(zh="表中没有任何列。", en="The table has no columns."),
        "no_table": Text(
            zh="该设计没有绑定数据表，不能按名称取列“{column}”。请用 SurveyDesign(...).bind(table)。",
            en='This design is not bound to a table, so column "{column}" cannot be found by name. '
            "Use SurveyDesign(...).bind(table).",
        ),
        "unknown_column": Text(
            zh="表中没有列“{column}”；最相近的是“{nearest}”。",
            en='The table has no column "{column}"; the nearest name is "{nearest}".',
        ),
        "not_a_number_at": Text(
            zh="列“{column}”第 {row} 行的值“{value}”不是数字。请更正，或先把它编码为缺失。",
            en='Column "{column}", row {row}: "{value}" is not a number. Correct it, or code it as missing first.',
        ),
        "label_missing": Text(
            zh="列“{column}”中有行缺少标签；设计列的每一行都必须有值。",
            en='Column "{column}" has rows without a label; every row needs one in a design column.',
        ),
        "no_pieces": Text(zh="没有可处理的数据分块。", en="There are no parts of data to work on."),
        "bad_workers": Text(
            zh="workers 为 {value}；可用：None、进程数，或 Dask 集群的地址或客户端。",
            en="workers is {value}; use None, a number of processes, or the address or client of a Dask cluster.",
        ),
        "dask_missing": Text(
            zh="使用 Dask 集群需要安装附加组件 dask（pip install minyi[dask]）。",
            en="A Dask cluster needs the extra dask (pip install minyi[dask]).",
        ),
        "rows_differ": Text(
            zh="列“{column}”有 {actual} 行，其他列有 {expected} 行。",
            en='Column "{column}" has {actual} rows, the others have {expected}.',
        ),
        "wrong_shape": Text(
            zh="{name}：应为形状 {expected}，实为 {actual}。请按一行一个受访者传入。",
            en="{name}: expected shape {expected}, got {actual}. Pass one row per respondent.",
        ),
        "not_numeric": Text(
            zh="{name}：含有无法识别为数字的值（{value}）。请先重新编码，缺失用空值表示。",
            en="{name}: holds a value that is no number ({value}). Recode first; leave missing values empty.",
        ),
        "not_finite": Text(
            zh="{name}：第 {row} 行不是有限数。此处不允许缺失，请补上或剔除该行。",
            en="{name}: row {row} is not a finite number. Missing is not allowed here: fill or drop the row.",
        ),
        "negative": Text(
            zh="{name}：第 {row} 行为负数（{value}）。请检查来源文件。",
            en="{name}: row {row} is negative ({value}). Check the source file.",
        ),
        "constant_column": Text(
            zh="“{name}”的值全部相同，没有变异可用。请去掉它，或放宽域。",
            en='"{name}" has the same value everywhere, so there is no variation to work with. Leave it out, or widen '
            "the domain.",
        ),
        "bad_codes": Text(
            zh="{name}：第 {row} 行的代码 {value} 超出范围 -1 至 {highest}。-1 表示未知。",
            en="{name}: row {row} has code {value}, outside -1 to {highest}. -1 means unknown.",
        ),
        "not_boolean": Text(
            zh="{name}：须为布尔数组（True/False），实为 {actual}。",
            en="{name}: expected True/False values, got {actual}.",
        ),
        "not_whole": Text(
            zh="{name}：第 {row} 行不是整数代码。未知请用 -1。",
            en="{name}: row {row} is no whole-number code. Use -1 for unknown.",
        ),
        "bad_level": Text(
            zh="置信水平 {value} 须在 0 与 1 之间，例如 0.95。",
            en="The confidence level {value} must lie between 0 and 1, for example 0.95.",
        ),
        "bad_option": Text(
            zh="{name}：不认识“{value}”。可用：{choices}。",
            en='{name}: "{value}" is unknown. Choose one of: {choices}.',
        ),
        "not_a_share": Text(
            zh="{name}：第 {row} 行的值 {value} 不是 0 或 1。比例只能由 0/1 变量估计，请先重新编码。",
            en="{name}: row {row} holds {value}, not 0 or 1. A proportion needs a 0/1 variable: recode first.",
        ),
    }


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
            zh="边际“{margin}”的类别“{category}”有受访者，但起始权重合计为 0。请检查基础权重。",
            en='Margin "{margin}", category "{category}": its respondents have start weights of zero. '
            "Check the base weights.",
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


class EstimationError(AnalysisError):
    """An estimate that does not exist."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "empty_domain": Text(
            zh="{name}：域内没有任何有效回答。请合并域，或不报告该域。",
            en="{name}: no valid answer in this domain. Merge domains or leave it unreported.",
        ),
        "zero_denominator": Text(
            zh="{name}：分母的加权合计为 0，比率不存在。",
            en="{name}: the weighted denominator is 0, so the ratio does not exist.",
        ),
        "no_replicates": Text(
            zh="该估计没有保留各重复的估计值。请在同一个带重复权数的设计上重新计算它。",
            en="This estimate kept no replicate estimates. Compute it again on the same design with replicates.",
        ),
        "no_covariance": Text(
            zh="这些估计没有一起计算协方差，不能比较。请以 cov=True 重新计算。",
            en="These estimates were made without their covariance, so they cannot be compared. Use cov=True.",
        ),
        "unknown_row": Text(
            zh="没有名为“{name}”的估计；现有：{choices}。",
            en='There is no estimate named "{name}"; there are: {choices}.',
        ),
        "no_influence": Text(
            zh="该估计值没有保留影响值，无法与其他估计值组合。",
            en="This estimate kept no influence values, so it cannot be combined with others.",
        ),
        "too_many_cells": Text(
            zh="{name}：表有 {cells} 个单元格，超过 {most}，其协方差矩阵过大。请合并类别，或按域估计均值与占比。",
            en="{name}: the table has {cells} cells, more than {most}, so their covariance is too large. Merge levels, or "
            "estimate means and shares by domain.",
        ),
        "one_category": Text(
            zh="{name}：只出现一个类别，无法检验。",
            en="{name}: only one category occurs, so there is nothing to test.",
        ),
    }


class DataError(AnalysisError):
    """A data file: names file, row and column."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "file_missing": Text(
            zh="找不到文件 {file}。请检查路径。", en="File {file} does not exist. Check the path."
        ),
        "file_remote": Text(
            zh="{file} 是网络地址。分析只读取本机文件，请先下载。",
            en="{file} is a network address. Analysis reads local files only: download it first.",
        ),
        "file_type": Text(
            zh="{file}：不支持的类型“{suffix}”。请使用 .csv 或 .parquet。",
            en='{file}: type "{suffix}" is not supported. Use .csv or .parquet.',
        ),
        "file_unreadable": Text(
            zh="{file}：无法读取（{reason}）。请确认文件完整、编码为 UTF-8。",
            en="{file}: cannot be read ({reason}). Check that it is complete and encoded in UTF-8.",
        ),
        "file_empty": Text(zh="{file}：没有数据行。", en="{file}: has no data rows."),
        "column_missing": Text(
            zh="{file}：没有列“{column}”。最接近的是：{nearest}。",
            en='{file}: has no column "{column}". Nearest: {nearest}.',
        ),
        "column_unnamed": Text(
            zh="{file}：第 {place} 列没有列名。请补上。",
            en="{file}: column {place} has no name. Give it one.",
        ),
        "column_twice": Text(
            zh="{file}：列“{column}”出现两次。请改名。",
            en='{file}: column "{column}" occurs twice. Rename one.',
        ),
        "not_a_number": Text(
            zh="{file}，第 {row} 行，列“{column}”：“{value}”不是数字。缺失请留空或列入 missing。",
            en='{file}, row {row}, column "{column}": "{value}" is no number. Leave missing values empty or list them '
            "under missing.",
        ),
        "value_missing": Text(
            zh="{file}，第 {row} 行，列“{column}”：为空。设计列不允许缺失，请补上。",
            en='{file}, row {row}, column "{column}": is empty. Design columns may not be missing: fill it in.',
        ),
        "row_broken": Text(
            zh="{file}，第 {row} 行：应有 {expected} 列，实有 {actual} 列。请检查引号和分隔符。",
            en="{file}, row {row}: expected {expected} fields, found {actual}. Check quotes and separators.",
        ),
    }


class PlanError(AnalysisError):
    """A plan file: names file, path and reason."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "plan_missing": Text(
            zh="找不到计划文件 {file}。请检查路径。", en="Plan file {file} does not exist. Check the path."
        ),
        "plan_syntax": Text(
            zh="{file}，第 {line} 行：不是有效的 YAML（{reason}）。",
            en="{file}, line {line}: not valid YAML ({reason}).",
        ),
        "plan_invalid": Text(
            zh="{file}，位置 {path}：{reason_zh}。说明见 docs/analyse.md。",
            en="{file}, at {path}: {reason_en}. See docs/analyse.md.",
        ),
        "output_unwritable": Text(
            zh="无法写入 {path}（{reason}）。请检查权限和磁盘空间。",
            en="Cannot write {path} ({reason}). Check permissions and disk space.",
        ),
        "output_exists": Text(
            zh="输出位置 {path} 已存在且不是由本命令写成的文件夹。请另选位置。",
            en="The output {path} exists and is no folder that this command wrote. Choose another place.",
        ),
    }


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
        zh="指标“{index}”未计算：{reason_zh}", en='Index "{index}" was not computed: {reason_en}'
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
