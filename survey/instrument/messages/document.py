"""What may be wrong with single fields of an instrument document."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.messages.wording import Wording, entry

DOCUMENT: Mapping[str, Mapping[str, Wording]] = {
    "not_a_mapping": entry(
        "这里应当是一组“名称: 值”。",
        "请改成映射。",
        "A set of names with values is expected here.",
        "Write it as a mapping.",
    ),
    "not_a_list": entry(
        "这里应当是一个列表。", "请改成列表。", "A list is expected here.", "Write it as a list."
    ),
    "unknown_field": entry(
        "不认识的字段“{name}”。",
        "请删除，或改成最接近的“{nearest}”。",
        "Unknown field “{name}”.",
        "Remove it, or use the nearest known one, “{nearest}”.",
    ),
    "missing_field": entry("缺少字段“{name}”。", "请补上。", "The field “{name}” is missing.", "Add it."),
    "wrong_type": entry(
        "“{name}”的类型不对，应为{expected}。",
        "请改成该类型的值。",
        "“{name}” has the wrong type; {expected} is expected.",
        "Give a value of that type.",
    ),
    "boolean_code": entry(
        "代码被读成了真假值（没有加引号的 yes、no、on、off 会这样）。",
        "请给代码加上引号。",
        "The code was read as true or false (unquoted yes, no, on or off are).",
        "Put the code in quotes.",
    ),
    "bad_code": entry(
        "代码“{value}”不合规则。",
        "请只用字母、数字、“_”，选项代码另可用“-”“+”，最长32个字符。",
        "The code “{value}” is not allowed.",
        "Use only letters, digits and “_” (options also “-” and “+”), at most 32 characters.",
    ),
    "duplicate_code": entry(
        "代码“{value}”重复。",
        "请换一个没有用过的代码。",
        "The code “{value}” is used twice.",
        "Choose one that is not yet taken.",
    ),
    "missing_translation": entry(
        "缺少语言“{language}”的文字。",
        "请补上译文后再保存。",
        "The text in language “{language}” is missing.",
        "Add the translation.",
    ),
    "unknown_language": entry(
        "不认识的语言“{language}”（文字里有逗号而没有加引号时也会这样）。",
        "问卷语言须含 zh，可选 en；有逗号的文字请加引号。",
        "Unknown language “{language}” (an unquoted comma in a text also makes one).",
        "An instrument has zh, and en beside it; put texts with commas in quotes.",
    ),
    "bad_text": entry(
        "文字中有无法保存的字符。",
        "请删除空字符或损坏的字符。",
        "The text holds a character that cannot be stored.",
        "Remove NUL or broken characters.",
    ),
    "too_long": entry(
        "文字太长：{length}个字符，上限{limit}。",
        "请缩短。",
        "The text is too long: {length} characters, at most {limit}.",
        "Shorten it.",
    ),
    "too_many": entry(
        "数量太多：{count}，上限{limit}。",
        "请减少或拆分。",
        "Too many: {count}, at most {limit}.",
        "Use fewer or split them.",
    ),
    "out_of_range": entry(
        "“{name}”应在{low}到{high}之间。",
        "请改成范围内的数。",
        "“{name}” must lie between {low} and {high}.",
        "Give a number in that range.",
    ),
    "unknown_placeholder": entry(
        "这里不能使用占位符“{name}”。",
        "请删除；单位题可用{{unit}}，承诺题可用{{commitment}}，结束语可用{{receipt}}。",
        "The placeholder “{name}” cannot be used here.",
        "Remove it; repeated pages know {{unit}} or {{commitment}}, the closing text knows {{receipt}}.",
    ),
    "unknown_mode": entry(
        "不认识的调查方式“{value}”。", "可用：{known}。", "Unknown mode “{value}”.", "Known modes: {known}."
    ),
    "unknown_value": entry(
        "“{value}”不在允许的值之中。",
        "可用：{known}。",
        "“{value}” is not allowed here.",
        "Use one of: {known}.",
    ),
    "spare_language": entry(
        "文字里有语言“{language}”，但问卷没有声明这种语言。",
        "请在 languages 中加上，或删除这段文字。",
        "There is a text in “{language}”, a language that the instrument does not have.",
        "Add it to the languages, or remove the text.",
    ),
    "bad_foreign": entry(
        "foreign 只能放外来格式的少量普通值。",
        "请删除或精简。",
        "“foreign” holds only small maps of plain values of other formats.",
        "Remove it or make it smaller.",
    ),
    "mandated_missing": entry(
        "规定必须有的题目“{value}”不在问卷里。",
        "请加上这道题。",
        "The mandated item “{value}” is not in the instrument.",
        "Add it.",
    ),
}
