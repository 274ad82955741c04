"""Home of what a scoring run refuses before it computes anything."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class RunRefused(AnalysisError):
    """A dataset, plan or province description from which no run can start."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "dataset_file_missing": Text(
            zh="数据集缺少文件 {file}。请重新冻结数据集。",
            en="The dataset lacks the file {file}. Freeze the dataset again.",
        ),
        "dataset_changed": Text(
            zh="数据集文件 {file} 与冻结时登记的摘要值不符，不能计算。请重新冻结数据集，并通知审计员。",
            en="The dataset file {file} is not the one that was frozen; nothing is computed. "
            "Freeze again and tell the auditor.",
        ),
        "column_missing": Text(
            zh="{file}：没有列“{column}”。请检查数据集的冻结步骤。",
            en='{file}: has no column "{column}". Check how the dataset was frozen.',
        ),
        "nobody_scored": Text(
            zh="{file}：没有可计分的答卷（渠道、剔除与搁置规则之后）。请检查数据集。",
            en="{file}: no response is left to score after channels, removals and counties set aside. Check the dataset.",
        ),
        "weight_missing": Text(
            zh="{file}：有 {n} 行没有正的基础权重。请检查抽样记录。",
            en="{file}: {n} rows have no positive base weight. Check the sample records.",
        ),
        "unknown_area": Text(
            zh="{file}：区划代码“{area}”不在省情文件中。请更正。",
            en='{file}: area "{area}" is not in the province file. Correct it.',
        ),
        "unknown_answer": Text(
            zh="{file}：题目“{item}”有未知答案 {answer}。换算表中没有这个答案。",
            en='{file}: item "{item}" holds the unknown answer {answer}; the conversion table has no such answer.',
        ),
        "margin_unknown": Text(
            zh="省情文件没有边际“{margin}”（群体“{group}”）。请补上。",
            en='The province file has no margin "{margin}" for group "{group}". Add it.',
        ),
        "weights_of_items_missing": Text(
            zh="没有“{items}”的题目权重。请在指标框架的 modules 中写明。",
            en='There are no item weights for "{items}". State them under modules in the framework.',
        ),
    }
