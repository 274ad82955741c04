"""What may be wrong with the parts of an instrument: types, options, scales, units, loops."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.messages.wording import Wording, entry

STRUCTURE: Mapping[str, Mapping[str, Wording]] = {
    "unknown_type": entry(
        "不认识的题型“{value}”。", "可用：{known}。", "Unknown item type “{value}”.", "Known types: {known}."
    ),
    "unknown_scale": entry(
        "量表“{value}”不存在。",
        "请改用已有量表：{known}。",
        "The scale “{value}” does not exist.",
        "Use one of: {known}.",
    ),
    "scale_without_labels": entry(
        "量表“{value}”的第{point}档没有“{language}”标签。",
        "请给每一档补上标签。",
        "Point {point} of the scale “{value}” has no label in “{language}”.",
        "Label every point.",
    ),
    "scale_points": entry(
        "量表“{value}”的档位必须是从1开始的连续整数，共2到11档。",
        "请改正档位。",
        "The points of the scale “{value}” must be the whole numbers from 1 on, two to eleven of them.",
        "Correct the points.",
    ),
    "options_missing": entry(
        "选择题没有选项。",
        "请至少给出两个选项。",
        "The item has no options to choose from.",
        "Give two or more.",
    ),
    "not_in_repeat": entry(
        "按单位重复的题目不能使用“{name}”。",
        "请删除该标记，或把题目移到不重复的一节。",
        "An item asked once per unit cannot have “{name}”.",
        "Remove the mark or move the item to a section asked once.",
    ),
    "exclusive_alone": entry(
        "“互斥”只对多选题有意义。",
        "请删除该标记。",
        "“exclusive” only makes sense in a multiple choice.",
        "Remove the mark.",
    ),
    "empty_section": entry(
        "这一节没有题目。", "请加上题目或删除这一节。", "The section has no items.", "Add items or remove it."
    ),
    "no_sections": entry(
        "问卷没有任何一节。", "请至少加上一节。", "The instrument has no section.", "Add at least one."
    ),
    "unknown_repeat": entry(
        "不认识的重复方式“{value}”。", "可用：{known}。", "Unknown repeat “{value}”.", "Known: {known}."
    ),
    "unknown_module": entry(
        "模块“{value}”不存在。", "可用：{known}。", "The module “{value}” does not exist.", "Known: {known}."
    ),
    "module_place": entry(
        "一节里只能放一个模块，而且该节不能重复。",
        "请另起一节。",
        "A section can hold one module, and must not be repeated itself.",
        "Give the module its own section.",
    ),
    "module_content": entry(
        "模块里不能再放“{value}”。",
        "模块只含评分题、单选题、多选题和文字题。",
        "A module cannot contain “{value}”.",
        "Use scale, single, multi and text items in it.",
    ),
    "no_units": entry(
        "没有可评价的单位。",
        "请检查单位名录和筛选条件。",
        "There is no unit to ask about.",
        "Check the list of units and the filter.",
    ),
    "no_areas": entry(
        "没有“{value}”一级的地区。",
        "可用：{known}。",
        "There are no areas of level “{value}”.",
        "Known levels: {known}.",
    ),
    "unknown_group": entry(
        "评价群体“{value}”不属于这份问卷。",
        "可用：{known}。",
        "The evaluator group “{value}” does not answer this instrument.",
        "Known: {known}.",
    ),
    "unknown_reason": entry(
        "不认识的回避理由“{value}”。",
        "可用：{known}。",
        "Unknown reason to decline “{value}”.",
        "Known: {known}.",
    ),
    "weights_do_not_sum": entry(
        "题目权重合计为{total}，应为1。",
        "请改正权重。",
        "The item weights add up to {total} instead of 1.",
        "Correct the weights.",
    ),
}
