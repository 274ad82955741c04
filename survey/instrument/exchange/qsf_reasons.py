"""Why something of a Qualtrics file is not carried over, or in another way."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.exchange.report import ALWAYS, Reason, catalogue

REASONS: Mapping[str, Reason] = catalogue(
    "qsf",
    {
        "type": (
            "没有这种题型，只保留题目文字。",
            "there is no such type; only the words of the question are kept.",
        ),
        "left_out": (
            "不是给受访者的题目，不导入。",
            "it asks respondents nothing and is not imported.",
        ),
        "nearest": (
            "没有完全对应的题型，改用最接近的。",
            "there is no exact counterpart; the nearest type is used.",
        ),
        "logic": (
            "显示条件无法转换：题目暂时对所有人显示。",
            "the condition cannot be carried over: everybody is asked for now.",
        ),
        "validation": (
            "校验规则没有对应。",
            "the validation has no counterpart.",
        ),
        "piped": (
            "引用的内容没有对应，按文字保留。",
            "what is piped in has no counterpart and stays as text.",
        ),
        **ALWAYS,
        "trash": (
            "回收站里的题目不导入。",
            "questions in the trash are not imported.",
        ),
        "unused": (
            "没有放进任何题组的题目不导入。",
            "a question that no block holds is not imported.",
        ),
        "flow": (
            "流程中的这一步没有对应。",
            "this step of the flow has no counterpart.",
        ),
        "renamed": (
            "名称不合规则，已改写。",
            "the name does not fit here and was changed.",
        ),
        "element": (
            "不属于问卷，不导入。",
            "it is no part of an instrument and is not imported.",
        ),
    },
)
