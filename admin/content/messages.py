"""The catalogue of everything that may be wrong with a content file, in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping

from admin.content.framework_messages import GAPS
from survey.instrument.messages import Wording


def _entry(zh: str, zh_remedy: str, en: str, en_remedy: str) -> Mapping[str, Wording]:
    return {"zh": Wording(zh, zh_remedy), "en": Wording(en, en_remedy)}


_FILES = {
    "file_missing": _entry(
        "找不到文件“{name}”。",
        "请把它放进内容目录。",
        "The file “{name}” is missing.",
        "Put it into the content folder.",
    ),
    "file_unknown": _entry(
        "不认识的文件“{name}”。",
        "请移走，或改成规定的文件名。",
        "The file “{name}” does not belong here.",
        "Move it away or give it one of the known names.",
    ),
    "file_unreadable": _entry(
        "文件“{name}”打不开。",
        "请检查它是普通文件且有读取权限。",
        "The file “{name}” cannot be opened.",
        "Check that it is a plain file that may be read.",
    ),
    "file_too_large": _entry(
        "文件有{size}字节，上限{limit}字节。",
        "请拆分或删减。",
        "The file has {size} bytes; at most {limit} are read.",
        "Split or shorten it.",
    ),
    "not_utf8": _entry(
        "文件不是UTF-8编码。", "请另存为UTF-8。", "The file is not UTF-8.", "Save it as UTF-8."
    ),
    "yaml_syntax": _entry(
        "YAML写法有误：{reason}。",
        "请检查这一行和上一行的引号、缩进和冒号。",
        "This is not YAML: {reason}.",
        "Check quotes, indentation and colons here and one line up.",
    ),
    "yaml_too_deep": _entry(
        "嵌套超过{limit}层。", "请减少层次。", "Nested more than {limit} levels deep.", "Use fewer levels."
    ),
    "yaml_too_large": _entry(
        "展开后超过{limit}个值。",
        "请减少内容或不用别名重复。",
        "More than {limit} values once aliases are expanded.",
        "Use less content or fewer aliases.",
    ),
    "yaml_alias": _entry(
        "别名“{name}”没有定义，或引用了自己。",
        "请先定义再引用。",
        "The alias “{name}” is not defined yet, or contains itself.",
        "Define it before it is used.",
    ),
    "yaml_tag": _entry(
        "不允许的YAML标签“{name}”。",
        "请删除标签。",
        "The YAML tag “{name}” is not allowed.",
        "Remove the tag.",
    ),
    "yaml_empty": _entry("文件是空的。", "请填写内容。", "The file is empty.", "Fill it in."),
    "yaml_documents": _entry(
        "一个文件只能有一份文档。",
        "请删除多余的“---”。",
        "A file holds one document only.",
        "Remove the further “---”.",
    ),
    "bad_key": _entry(
        "名称“{name}”不能用作键（没有加引号的 yes、no 会变成真假值）。",
        "请加上引号。",
        "“{name}” cannot be a key (unquoted yes or no become true or false).",
        "Put it in quotes.",
    ),
    "duplicate_key": _entry(
        "“{name}”写了两次。", "请只保留一个。", "“{name}” stands here twice.", "Keep one of them."
    ),
    "bad_number": _entry(
        "“{value}”不是可用的数。",
        "请改成普通的数。",
        "“{value}” is not a usable number.",
        "Write a plain number.",
    ),
    "bad_text": _entry(
        "文字中有无法保存的字符。",
        "请删除空字符或损坏的字符。",
        "The text holds a character that cannot be stored.",
        "Remove NUL or broken characters.",
    ),
}

_SHAPE = {
    "missing_field": _entry("缺少字段“{name}”。", "请补上。", "The field “{name}” is missing.", "Add it."),
    "unknown_field": _entry(
        "不认识的字段“{name}”（值里有逗号而没有加引号时也会这样）。",
        "请删除、改名，或给整段文字加上引号。",
        "Unknown field “{name}” (an unquoted comma in a text also makes one).",
        "Remove it, correct its name, or put the whole text in quotes.",
    ),
    "wrong_type": _entry(
        "这里应为{expected}，实际是“{value}”。",
        "请改正。",
        "{expected} is expected here, not “{value}”.",
        "Correct the value.",
    ),
    "not_allowed": _entry(
        "“{value}”不在允许的值之中。", "可用：{known}。", "“{value}” is not allowed.", "Use one of: {known}."
    ),
    "bad_pattern": _entry(
        "“{value}”的写法不对。",
        "应符合：{pattern}。",
        "“{value}” is not written as it should be.",
        "It must match: {pattern}.",
    ),
    "out_of_range": _entry(
        "{value}超出范围。", "限值是{limit}。", "{value} is out of range.", "The limit is {limit}."
    ),
    "wrong_count": _entry(
        "这里有{count}项，应为{limit}项。",
        "请补足或删减。",
        "There are {count} entries here; the limit is {limit}.",
        "Add or remove some.",
    ),
    "repeated_entry": _entry(
        "列表中有重复的项。", "请删除重复项。", "The list holds an entry twice.", "Remove the repetition."
    ),
    "bad_shape": _entry(
        "内容不符合“{rule}”规则。",
        "请对照字段说明改正。",
        "The value breaks the rule “{rule}”.",
        "Compare it with the description of the field.",
    ),
}

_MEANING = {
    "duplicate_id": _entry(
        "代码“{value}”重复。", "请换一个。", "“{value}” is used twice.", "Choose another one."
    ),
    "unknown_id": _entry(
        "{kind_zh}“{value}”不存在。",
        "请检查代码，最接近的是“{nearest}”。",
        "There is no {kind_en} “{value}”.",
        "Check the code; the nearest is “{nearest}”.",
    ),
    "sum_differs": _entry(
        "{what_zh}合计为{total}，应为{expected}。",
        "请改正这里或总数。",
        "{what_en}: the sum is {total}, it should be {expected}.",
        "Correct the parts or the total.",
    ),
    "count_differs": _entry(
        "{what_zh}：这里是{total}，应为{expected}。",
        "请补足或改正总数。",
        "{what_en}: there are {total}, it should be {expected}.",
        "Add the missing ones or correct the number.",
    ),
    "item_twice": _entry(
        "题目“{item}”同时属于“{first}”和“{second}”。",
        "每道题只能属于一个指标。",
        "The item “{item}” belongs to both “{first}” and “{second}”.",
        "Give each item to one indicator.",
    ),
    "item_not_scored": _entry(
        "评分题“{item}”不属于任何指标。",
        "请给它安排指标，或标记为效度题（criterion）。",
        "The rating item “{item}” belongs to no indicator.",
        "Assign it, or mark it as a criterion item.",
    ),
    "item_not_ratable": _entry(
        "题目“{item}”不是可计分的评分题。",
        "指标只能由五级评分题构成，且不含效度题。",
        "“{item}” is not an item that can be scored.",
        "An indicator is made of five-point ratings that are no criterion.",
    ),
    "wrong_dimension": _entry(
        "指标“{indicator}”属于维度“{right}”，不属于“{value}”。",
        "请移到正确的维度下。",
        "The indicator “{indicator}” belongs to the dimension “{right}”, not “{value}”.",
        "Move it there.",
    ),
    "pooled_scale": _entry(
        "题目“{item}”使用“{scale}”量表，不得与其他量表合并计分。",
        "请从指标中移除。",
        "The item “{item}” uses the scale “{scale}”, which is never pooled with others.",
        "Take it out of the index.",
    ),
    "organiser_assessed": _entry(
        "组织单位“{value}”不能同时被评价。",
        "请从被评价单位中移除。",
        "The organiser “{value}” cannot be assessed too.",
        "Take it off the list of assessed units.",
    ),
    "area_missing": _entry(
        "市级人民政府“{value}”没有写明所辖地区。",
        "请补上 area。",
        "The city government “{value}” names no area.",
        "Add its area.",
    ),
    "area_twice": _entry(
        "地区“{value}”由两个单位负责。",
        "每个市只对应一个市级人民政府。",
        "Two units govern the area “{value}”.",
        "Each city has one city government.",
    ),
    "conversion_lowest": _entry(
        "换算表给最低档{value}分，必须为0分。",
        "请把最低档改为0。",
        "The conversion gives the lowest answer {value} points; it must be 0.",
        "Set the lowest answer to 0.",
    ),
    "conversion_highest": _entry(
        "换算表给最高档{value}分，必须为100分。",
        "请把最高档改为100。",
        "The conversion gives the highest answer {value} points; it must be 100.",
        "Set the highest answer to 100.",
    ),
    "conversion_order": _entry(
        "换算表不是逐档递增。",
        "更好的回答必须得更多分。",
        "The conversion does not rise from answer to answer.",
        "A better answer must earn more.",
    ),
    "conversion_spacing": _entry(
        "换算表各档间距不等，又没有说明理由。",
        "请改为等距，或写明 spacing_reason。",
        "The steps of the conversion differ and no reason is given.",
        "Make them equal or state a spacing_reason.",
    ),
    "conversion_differs": _entry(
        "换算表与指标框架中的不一致。",
        "请统一两处。",
        "The conversion differs from the one in the framework.",
        "Make the two agree.",
    ),
    "dates_reversed": _entry(
        "“{first}”不能晚于“{second}”。",
        "请改正日期。",
        "“{first}” cannot come after “{second}”.",
        "Correct the dates.",
    ),
    "wrong_parent": _entry(
        "地区代码“{value}”与所属的市“{right}”不符。",
        "县级代码前四位必须与所属市相同。",
        "The area code “{value}” does not fit its city “{right}”.",
        "The first four digits must be the city's.",
    ),
    "grade_order": _entry(
        "等级界限必须从高到低排列。",
        "请改正界限。",
        "The thresholds of the grades must fall from the best grade on.",
        "Correct the thresholds.",
    ),
}

MESSAGES: Mapping[str, Mapping[str, Wording]] = {**_FILES, **_SHAPE, **_MEANING, **GAPS}
