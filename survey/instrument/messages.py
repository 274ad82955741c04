"""The catalogue of everything the instrument engine may refuse, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Wording(NamedTuple):
    """What is wrong, and how to mend it."""

    what: str
    remedy: str


def _entry(zh: str, zh_remedy: str, en: str, en_remedy: str) -> Mapping[str, Wording]:
    return {"zh": Wording(zh, zh_remedy), "en": Wording(en, en_remedy)}


_DOCUMENT = {
    "not_a_mapping": _entry(
        "这里应当是一组“名称: 值”。",
        "请改成映射。",
        "A set of names with values is expected here.",
        "Write it as a mapping.",
    ),
    "not_a_list": _entry(
        "这里应当是一个列表。", "请改成列表。", "A list is expected here.", "Write it as a list."
    ),
    "unknown_field": _entry(
        "不认识的字段“{name}”。",
        "请删除，或改成最接近的“{nearest}”。",
        "Unknown field “{name}”.",
        "Remove it, or use the nearest known one, “{nearest}”.",
    ),
    "missing_field": _entry("缺少字段“{name}”。", "请补上。", "The field “{name}” is missing.", "Add it."),
    "wrong_type": _entry(
        "“{name}”的类型不对，应为{expected}。",
        "请改成该类型的值。",
        "“{name}” has the wrong type; {expected} is expected.",
        "Give a value of that type.",
    ),
    "boolean_code": _entry(
        "代码被读成了真假值（没有加引号的 yes、no、on、off 会这样）。",
        "请给代码加上引号。",
        "The code was read as true or false (unquoted yes, no, on or off are).",
        "Put the code in quotes.",
    ),
    "bad_code": _entry(
        "代码“{value}”不合规则。",
        "请只用字母、数字、“_”，选项代码另可用“-”“+”，最长32个字符。",
        "The code “{value}” is not allowed.",
        "Use only letters, digits and “_” (options also “-” and “+”), at most 32 characters.",
    ),
    "duplicate_code": _entry(
        "代码“{value}”重复。",
        "请换一个没有用过的代码。",
        "The code “{value}” is used twice.",
        "Choose one that is not yet taken.",
    ),
    "missing_translation": _entry(
        "缺少语言“{language}”的文字。",
        "请补上译文后再保存。",
        "The text in language “{language}” is missing.",
        "Add the translation.",
    ),
    "unknown_language": _entry(
        "不认识的语言“{language}”（文字里有逗号而没有加引号时也会这样）。",
        "问卷语言须含 zh，可选 en；有逗号的文字请加引号。",
        "Unknown language “{language}” (an unquoted comma in a text also makes one).",
        "An instrument has zh, and en beside it; put texts with commas in quotes.",
    ),
    "bad_text": _entry(
        "文字中有无法保存的字符。",
        "请删除空字符或损坏的字符。",
        "The text holds a character that cannot be stored.",
        "Remove NUL or broken characters.",
    ),
    "too_long": _entry(
        "文字太长：{length}个字符，上限{limit}。",
        "请缩短。",
        "The text is too long: {length} characters, at most {limit}.",
        "Shorten it.",
    ),
    "too_many": _entry(
        "数量太多：{count}，上限{limit}。",
        "请减少或拆分。",
        "Too many: {count}, at most {limit}.",
        "Use fewer or split them.",
    ),
    "out_of_range": _entry(
        "“{name}”应在{low}到{high}之间。",
        "请改成范围内的数。",
        "“{name}” must lie between {low} and {high}.",
        "Give a number in that range.",
    ),
    "unknown_placeholder": _entry(
        "这里不能使用占位符“{name}”。",
        "请删除；单位题可用{{unit}}，承诺题可用{{commitment}}，结束语可用{{receipt}}。",
        "The placeholder “{name}” cannot be used here.",
        "Remove it; repeated pages know {{unit}} or {{commitment}}, the closing text knows {{receipt}}.",
    ),
    "unknown_mode": _entry(
        "不认识的调查方式“{value}”。", "可用：{known}。", "Unknown mode “{value}”.", "Known modes: {known}."
    ),
}

_STRUCTURE = {
    "unknown_type": _entry(
        "不认识的题型“{value}”。", "可用：{known}。", "Unknown item type “{value}”.", "Known types: {known}."
    ),
    "unknown_scale": _entry(
        "量表“{value}”不存在。",
        "请改用已有量表：{known}。",
        "The scale “{value}” does not exist.",
        "Use one of: {known}.",
    ),
    "scale_without_labels": _entry(
        "量表“{value}”的第{point}档没有“{language}”标签。",
        "请给每一档补上标签。",
        "Point {point} of the scale “{value}” has no label in “{language}”.",
        "Label every point.",
    ),
    "scale_points": _entry(
        "量表“{value}”的档位必须是从1开始的连续整数，共2到11档。",
        "请改正档位。",
        "The points of the scale “{value}” must be the whole numbers from 1 on, two to eleven of them.",
        "Correct the points.",
    ),
    "options_missing": _entry(
        "选择题没有选项。",
        "请至少给出两个选项。",
        "The item has no options to choose from.",
        "Give two or more.",
    ),
    "not_in_repeat": _entry(
        "按单位重复的题目不能使用“{name}”。",
        "请删除该标记，或把题目移到不重复的一节。",
        "An item asked once per unit cannot have “{name}”.",
        "Remove the mark or move the item to a section asked once.",
    ),
    "exclusive_alone": _entry(
        "“互斥”只对多选题有意义。",
        "请删除该标记。",
        "“exclusive” only makes sense in a multiple choice.",
        "Remove the mark.",
    ),
    "empty_section": _entry(
        "这一节没有题目。", "请加上题目或删除这一节。", "The section has no items.", "Add items or remove it."
    ),
    "no_sections": _entry(
        "问卷没有任何一节。", "请至少加上一节。", "The instrument has no section.", "Add at least one."
    ),
    "unknown_repeat": _entry(
        "不认识的重复方式“{value}”。", "可用：{known}。", "Unknown repeat “{value}”.", "Known: {known}."
    ),
    "unknown_module": _entry(
        "模块“{value}”不存在。", "可用：{known}。", "The module “{value}” does not exist.", "Known: {known}."
    ),
    "module_place": _entry(
        "一节里只能放一个模块，而且该节不能重复。",
        "请另起一节。",
        "A section can hold one module, and must not be repeated itself.",
        "Give the module its own section.",
    ),
    "module_content": _entry(
        "模块里不能再放“{value}”。",
        "模块只含评分题、单选题、多选题和文字题。",
        "A module cannot contain “{value}”.",
        "Use scale, single, multi and text items in it.",
    ),
    "no_units": _entry(
        "没有可评价的单位。",
        "请检查单位名录和筛选条件。",
        "There is no unit to ask about.",
        "Check the list of units and the filter.",
    ),
    "no_areas": _entry(
        "没有“{value}”一级的地区。",
        "可用：{known}。",
        "There are no areas of level “{value}”.",
        "Known levels: {known}.",
    ),
    "unknown_group": _entry(
        "评价群体“{value}”不属于这份问卷。",
        "可用：{known}。",
        "The evaluator group “{value}” does not answer this instrument.",
        "Known: {known}.",
    ),
    "unknown_reason": _entry(
        "不认识的回避理由“{value}”。",
        "可用：{known}。",
        "Unknown reason to decline “{value}”.",
        "Known: {known}.",
    ),
    "weights_do_not_sum": _entry(
        "题目权重合计为{total}，应为1。",
        "请改正权重。",
        "The item weights add up to {total} instead of 1.",
        "Correct the weights.",
    ),
}

_CONDITION = {
    "bad_condition": _entry(
        "看不懂这个显示条件。",
        "请写一个题目（question）或情境（context），再写 any_of、all_of、equal、answered 之一；可用 all、any、not 组合。",
        "The condition cannot be read.",
        "Name one question or context and one of any_of, all_of, equal, answered; combine with all, any, not.",
    ),
    "condition_too_deep": _entry(
        "显示条件嵌套超过{limit}层。",
        "请拆成几个简单条件。",
        "The condition is nested more than {limit} levels deep.",
        "Split it into simpler ones.",
    ),
    "condition_too_large": _entry(
        "显示条件超过{limit}个部分。",
        "请简化。",
        "The condition has more than {limit} parts.",
        "Simplify it.",
    ),
    "unknown_reference": _entry(
        "显示条件引用的题目“{name}”不存在。",
        "请检查题号，最接近的是“{nearest}”。",
        "The condition refers to “{name}”, which does not exist.",
        "Check the code; the nearest is “{nearest}”.",
    ),
    "forward_reference": _entry(
        "显示条件引用了后面才问的题目“{name}”。",
        "请把“{name}”移到前面，或改用前面的题目。",
        "The condition refers to “{name}”, which is asked later.",
        "Move “{name}” up, or use an earlier item.",
    ),
    "cycle": _entry(
        "显示条件互相引用，成了环：{path}。",
        "请去掉其中一个条件。",
        "Conditions depend on each other in a circle: {path}.",
        "Remove one of them.",
    ),
    "repeated_reference": _entry(
        "题目“{name}”按单位重复出现，节外的条件无法引用。",
        "请引用不重复的题目。",
        "“{name}” is asked once per unit and cannot be referred to from outside.",
        "Refer to an item asked once.",
    ),
    "text_reference": _entry(
        "文字题“{name}”不能按答案内容设条件。",
        "请改用 answered，或引用选择题。",
        "A condition cannot compare the free text of “{name}”.",
        "Use answered, or a choice item.",
    ),
    "unknown_option": _entry(
        "题目“{name}”没有选项“{value}”。",
        "可用选项：{known}。",
        "“{name}” has no option “{value}”.",
        "Its options: {known}.",
    ),
    "unknown_context": _entry(
        "不认识的情境“{name}”。", "可用：{known}。", "Unknown context “{name}”.", "Known: {known}."
    ),
}

_ANSWER = {
    "required": _entry(
        "这道题需要回答。", "请选择一项。", "This question needs an answer.", "Choose an answer."
    ),
    "unknown_answer": _entry(
        "提交的答案不在选项中。",
        "请从列出的选项中选择。",
        "The answer is not one of the options.",
        "Choose from the options shown.",
    ),
    "one_answer_only": _entry(
        "这道题只能选一项。", "请只保留一项。", "Only one answer is possible here.", "Keep one answer."
    ),
    "exclusive_with_others": _entry(
        "“{option}”不能和其他选项同时选。",
        "请取消其中一边。",
        "“{option}” cannot be chosen together with other options.",
        "Untick one or the other.",
    ),
    "text_too_long": _entry(
        "写了{length}个字，上限是{limit}个。",
        "请缩短一些。",
        "The text has {length} characters; at most {limit} fit.",
        "Please shorten it.",
    ),
    "unfit_text": _entry(
        "文字里有无法保存的字符。",
        "请删除特殊字符后再提交。",
        "The text holds a character that cannot be stored.",
        "Remove unusual characters.",
    ),
    "repeated_value": _entry(
        "同一个答案提交了两次。", "请重新选择。", "The same answer was sent twice.", "Choose again."
    ),
    "field_not_here": _entry(
        "“{name}”不是这一页现在的题目。",
        "请重新打开这一页再回答。",
        "“{name}” is not asked on this page now.",
        "Open the page again and answer there.",
    ),
    "page_not_on_path": _entry(
        "现在不需要回答这一页。",
        "请从问卷当前的一页继续。",
        "This page is not part of your questionnaire now.",
        "Carry on from the current page.",
    ),
    "too_many_fields": _entry(
        "提交的内容太多。",
        "请重新打开这一页再回答。",
        "Too much was sent for one page.",
        "Open the page again and answer there.",
    ),
    "bad_shape": _entry(
        "提交的内容无法识别。",
        "请重新打开这一页再回答。",
        "What was sent could not be read.",
        "Open the page again and answer there.",
    ),
    "stale_answer": _entry(
        "“{name}”的答案不再属于这份问卷。",
        "保存时会去掉它。",
        "The answer to “{name}” no longer belongs to this interview.",
        "It is left out.",
    ),
    "screened_out": _entry(
        "按“{name}”的答案，这份问卷不适用。",
        "感谢参与，到此结束。",
        "The answer to “{name}” means that this survey does not apply.",
        "Thank you; the interview ends here.",
    ),
}

MESSAGES: Mapping[str, Mapping[str, Wording]] = {**_DOCUMENT, **_STRUCTURE, **_CONDITION, **_ANSWER}
