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
    "unknown_list": entry(
        "选项列表“{value}”不存在，最接近的是“{nearest}”。",
        "可用：{known}。",
        "The list “{value}” does not exist; the nearest is “{nearest}”.",
        "Known lists: {known}.",
    ),
    "options_and_list": entry(
        "同一道题写了两处选项。",
        "请只保留 options、list、scale 之一。",
        "The item has options from two places.",
        "Keep one of options, list and scale.",
    ),
    "scale_codes": entry(
        "“{value}”不能作评分的代码。",
        "评分各档用整数代码；“不清楚”之类请标 missing: true。",
        "“{value}” cannot be a point of a rating.",
        "Points are whole numbers; mark “don't know” and the like as missing: true.",
    ),
    "limits_reversed": entry(
        "下限{low}高于上限{high}。",
        "请改正其中一个。",
        "The lower limit {low} is above the upper limit {high}.",
        "Correct one of them.",
    ),
    "bad_bound": entry(
        "“{value}”不能用在这里。",
        "请写一个这种题型的值，步长和总数须大于0。",
        "“{value}” cannot be used here.",
        "Give a value of the kind that is asked; a step or a total is above 0.",
    ),
    "bad_pattern": entry(
        "格式“{value}”无法识别，或不能用线性时间匹配。",
        "请改用 RE2 支持的正则表达式（不含回溯引用和环视）。",
        "The pattern “{value}” cannot be read, or not be matched in linear time.",
        "Write a regular expression that RE2 knows (no back-references, no look-around).",
    ),
    "rows_missing": entry(
        "这组题没有任何一行。", "请至少加上一行。", "There is no row.", "Add at least one."
    ),
    "bad_default": entry(
        "默认值“{value}”不是这道题的答案。",
        "请改成一个可用的答案，或删除。",
        "The default “{value}” is no answer to this item.",
        "Give a possible answer or remove it.",
    ),
    "unknown_section": entry(
        "“{name}”所指的部分“{value}”不在前面。",
        "请检查代码，最接近的是“{nearest}”。",
        "“{name}” refers to “{value}”, which is no earlier section.",
        "Check the code; the nearest is “{nearest}”.",
    ),
    "nested_loop": entry(
        "循环里不能再有循环。",
        "请把内层的部分移出来，或改为不循环。",
        "A loop cannot stand inside another one.",
        "Move the inner section out, or ask it once.",
    ),
    "loop_source": entry(
        "循环要写明按什么重复。",
        "请写 over（多选题）、rows（多行文字题）、count（次数）之一，并且不与 repeat 同用。",
        "It is not said what the loop goes over.",
        "Give one of over (a multiple choice), rows (several texts) and count, and no repeat beside it.",
    ),
    "loop_over": entry(
        "循环不能按“{value}”进行。",
        "over 须是前面不重复的多选题，rows 须是前面的多行文字题，最接近的是“{nearest}”。",
        "The loop cannot go over “{value}”.",
        "“over” names an earlier multiple choice, “rows” earlier texts, both asked once; the nearest is “{nearest}”.",
    ),
    "reserved_name": entry(
        "“{value}”是页面表单自用的名称。",
        "请换一个代码。",
        "The form of a page needs the name “{value}” for itself.",
        "Choose another code.",
    ),
    "column_clash": entry(
        "数据集中的列“{value}”会与“{other}”混淆（不区分大小写）。",
        "请换一个代码。",
        "In the dataset the column “{value}” would be taken for “{other}” (upper and lower case are alike).",
        "Choose another code.",
    ),
}
