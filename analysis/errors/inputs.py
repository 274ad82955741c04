"""Home of the refusals of an array, level, option or column that no method could use."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors.base import AnalysisError, Text


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
        "margins_need_two_passes": Text(
            zh="按边际加权要先看完全部权重再求和，不能边来边算。请用 scale.run，或去掉 margins。",
            en="Raking looks at all weights before anything is summed, so it cannot grow with the data. Use scale.run, or "
            "leave out margins.",
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
