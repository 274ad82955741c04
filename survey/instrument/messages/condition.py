"""What may be wrong with the conditions of an instrument."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.messages.wording import Wording, entry

CONDITION: Mapping[str, Mapping[str, Wording]] = {
    "bad_condition": entry(
        "看不懂这个显示条件。",
        "请写一个题目（question）或情境（context），再写 any_of、all_of、equal、answered 之一；可用 all、any、not 组合。",
        "The condition cannot be read.",
        "Name one question or context and one of any_of, all_of, equal, answered; combine with all, any, not.",
    ),
    "condition_too_deep": entry(
        "显示条件嵌套超过{limit}层。",
        "请拆成几个简单条件。",
        "The condition is nested more than {limit} levels deep.",
        "Split it into simpler ones.",
    ),
    "condition_too_large": entry(
        "显示条件超过{limit}个部分。",
        "请简化。",
        "The condition has more than {limit} parts.",
        "Simplify it.",
    ),
    "unknown_reference": entry(
        "表达式引用的题目“{name}”不存在。",
        "请检查题号，最接近的是“{nearest}”。",
        "The expression refers to “{name}”, which does not exist.",
        "Check the code; the nearest is “{nearest}”.",
    ),
    "forward_reference": entry(
        "表达式引用了后面才问的题目“{name}”。",
        "请把“{name}”移到前面，或改用前面的题目。",
        "The expression refers to “{name}”, which is asked later.",
        "Move “{name}” up, or use an earlier item.",
    ),
    "cycle": entry(
        "表达式互相引用，成了环：{path}。",
        "请去掉其中一个引用。",
        "Expressions depend on each other in a circle: {path}.",
        "Remove one of them.",
    ),
    "repeated_reference": entry(
        "题目“{name}”按单位重复出现，节外的表达式无法引用。",
        "请引用不重复的题目。",
        "“{name}” is asked once per unit and cannot be referred to from outside.",
        "Refer to an item asked once.",
    ),
    "text_reference": entry(
        "文字题“{name}”不能按答案内容设条件。",
        "请改用 answered，或引用选择题。",
        "A condition cannot compare the free text of “{name}”.",
        "Use answered, or a choice item.",
    ),
    "unknown_option": entry(
        "题目“{name}”没有选项“{value}”。",
        "可用选项：{known}。",
        "“{name}” has no option “{value}”.",
        "Its options: {known}.",
    ),
    "unknown_context": entry(
        "不认识的情境“{name}”。", "可用：{known}。", "Unknown context “{name}”.", "Known: {known}."
    ),
    "unknown_pipe": entry(
        "文字里引用的题目“{name}”不存在。",
        "请检查题号，最接近的是“{nearest}”。",
        "The text names “{name}”, which does not exist.",
        "Check the code; the nearest is “{nearest}”.",
    ),
    "forward_pipe": entry(
        "文字里引用了后面才问的题目“{name}”。",
        "请把“{name}”移到前面，或改写文字。",
        "The text names “{name}”, which is asked later.",
        "Move “{name}” up, or change the text.",
    ),
    "private_pipe": entry(
        "文字里不能引用“{name}”：它的答案不显示。",
        "请改写文字。",
        "The text cannot name “{name}”: its answer is never shown.",
        "Change the text.",
    ),
    "repeated_pipe": entry(
        "题目“{name}”重复出现，循环外的文字无法引用。",
        "请引用不重复的题目。",
        "“{name}” is asked several times and cannot be named outside its loop.",
        "Name an item asked once.",
    ),
    "shuffled_reference": entry(
        "这里引用“{name}”，但两者所在的部分会随机调换次序。",
        "请取消其中一个部分的 shuffle，或把它们放进同一部分。",
        "This refers to “{name}”, but the two stand in sections whose order is random.",
        "Take one of them out of the shuffle, or put them into one section.",
    ),
}
