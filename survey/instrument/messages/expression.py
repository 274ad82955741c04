"""What may be wrong with an expression: its text, its names, its types, its patterns."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.messages.wording import Wording, entry

EXPRESSION: Mapping[str, Mapping[str, Wording]] = {
    "expression_empty": entry(
        "表达式是空的。",
        "请写上内容，或删除这一项。",
        "The expression is empty.",
        "Write one, or remove the field.",
    ),
    "expression_too_long": entry(
        "表达式或其中的文字超过{limit}个字符。",
        "请拆成几个计算题。",
        "The expression or a text in it is longer than {limit} characters.",
        "Divide it into several computed items.",
    ),
    "expression_too_deep": entry(
        "表达式嵌套超过{limit}层。",
        "请拆成几个计算题；连加请用 sum(…)。",
        "The expression is nested more than {limit} levels deep.",
        "Divide it into computed items; add up many values with sum(…).",
    ),
    "expression_too_large": entry(
        "表达式超过{limit}个部分。",
        "请拆成几个计算题。",
        "The expression has more than {limit} parts.",
        "Divide it into several computed items.",
    ),
    "expression_sign": entry(
        "这里的字符“{found}”不能用在表达式中。",
        "请删除它；文字要放在引号里。",
        "The character “{found}” has no meaning in an expression.",
        "Remove it; put texts in quotes.",
    ),
    "expression_foreign_sign": entry(
        "“{found}”不是本语言的写法。",
        "请改成 {instead}（半角）。",
        "“{found}” is not how this language writes it.",
        "Write {instead} instead.",
    ),
    "expression_open_quote": entry(
        "引号没有结束。",
        "请补上同样的半角引号。",
        "The quotation mark is never closed.",
        "Add the same mark at the end of the text.",
    ),
    "expression_braces": entry(
        "“$”后面应是花括号里的题目名，例如 ${{age}}。",
        "请写成 ${{题目名}}。",
        "“$” must be followed by the name of an item in braces, such as ${{age}}.",
        "Write ${{name}}.",
    ),
    "expression_name": entry(
        "“{name}”不能作名称。",
        "名称以字母或“_”开头，只含字母、数字、“_”“-”，最长{limit}个字符。",
        "“{name}” cannot be a name.",
        "A name begins with a letter or “_”, has letters, digits, “_” and “-”, and at most {limit} characters.",
    ),
    "expression_number_too_long": entry(
        "数字超过{limit}位。",
        "请写短一些。",
        "The number has more than {limit} digits.",
        "Write a shorter one.",
    ),
    "expression_path": entry(
        "不能使用路径（“/”“..”）。",
        "请用 ${{题目名}} 引用题目；除法请写 div。",
        "Paths (“/”, “..”) cannot be used.",
        "Refer to an item as ${{name}}; divide with div.",
    ),
    "expression_unexpected": entry(
        "这里不应出现“{found}”。",
        "请检查它前面是否缺少运算符、逗号或括号。",
        "“{found}” is not expected here.",
        "See whether an operator, a comma or a bracket is missing before it.",
    ),
    "expression_ends": entry(
        "表达式没有写完。",
        "请补上缺少的值或右括号。",
        "The expression ends too early.",
        "Add the missing value or closing bracket.",
    ),
    "expression_literal": entry(
        "这里必须直接写出带引号的文字：{name}。",
        "请写成引号里的固定文字。",
        "A text in quotes must stand here: {name}.",
        "Write it out; it cannot be computed.",
    ),
    "argument_count": entry(
        "{name} 的参数个数不对（写了{given}个）。",
        "写法：{usage}。",
        "{name} has the wrong number of arguments ({given} given).",
        "Write {usage}.",
    ),
    "unknown_function": entry(
        "没有函数“{name}”。",
        "最接近的是“{nearest}”。",
        "There is no function “{name}”.",
        "The nearest is “{nearest}”.",
    ),
    "function_needs_table": entry(
        "函数“{name}”要查外部数据表，这里没有这种表。",
        "请把数据作为选项清单或情境信息提供。",
        "The function “{name}” looks into a separate table of data; instruments have none.",
        "Bring the data in as a list of options, or as known facts of the case.",
    ),
    "function_is_random": entry(
        "函数“{name}”每次结果不同，答卷将无法复核。",
        "请用题目、选项或分节的随机顺序；种子会随答卷保存。",
        "The function “{name}” gives another result each time, so an interview could not be checked again.",
        "Use the random order of options or sections, whose seed is stored.",
    ),
    "function_needs_map": entry(
        "函数“{name}”需要精确坐标，问卷默认只保存到县。",
        "请改问地区，或在入库后计算。",
        "The function “{name}” needs exact coordinates; interviews keep no more than the county.",
        "Ask for the area, or compute it from the dataset.",
    ),
    "function_not_offered": entry(
        "函数“{name}”不在本语言之内。",
        "可用的函数见 docs/expressions.md；请改写。",
        "The function “{name}” is not part of this language.",
        "See docs/expressions.md for the functions there are, and write it with those.",
    ),
    "wants_condition": entry(
        "这里需要一个真假条件，“{found}”不是。",
        "请写成比较，例如 ${{x}} = 'yes'，或 is-answered(${{x}})。",
        "A condition must stand here; “{found}” is none.",
        "Compare it, as in ${{x}} = 'yes', or write is-answered(${{x}}).",
    ),
    "wants_number": entry(
        "这里需要数字，“{found}”不是。",
        "请改用数字，文字可用 number() 转换。",
        "A number must stand here; “{found}” is none.",
        "Use a number; number() reads one from a text.",
    ),
    "wants_text": entry(
        "这里需要文字，“{found}”不是。",
        "请改用文字，条件可用 if(条件, '是', '否') 转换。",
        "A text must stand here; “{found}” is none.",
        "Use a text; if(condition, 'yes', 'no') makes one of a condition.",
    ),
    "wants_choice": entry(
        "这里需要选择题，“{found}”不是。",
        "请引用选择题；其他题目请用 = 比较。",
        "A choice must stand here; “{found}” is none.",
        "Refer to a choice item; compare other items with =.",
    ),
    "wants_date": entry(
        "这里需要日期，“{found}”不是。",
        "请写 date('2026-11-21')，或引用日期题。",
        "A date must stand here; “{found}” is none.",
        "Write date('2026-11-21'), or refer to a date item.",
    ),
    "wants_time": entry(
        "这里需要时间，“{found}”不是。",
        "请写 '08:30'，或引用时间题。",
        "A time must stand here; “{found}” is none.",
        "Write '08:30', or refer to a time item.",
    ),
    "valueless_reference": entry(
        "“{name}”没有可以比较的值（说明、结束语或联系方式）。",
        "请引用有答案的题目。",
        "“{name}” has no value to look at (a note, an ending or contact details).",
        "Refer to an item that is answered.",
    ),
    "shuffled_reference": entry(
        "题目“{name}”所在的节是随机顺序，可能排在后面。",
        "请把两题放在同一节，或取消其中一节的随机顺序。",
        "“{name}” stands in a section whose place is random, and may come later.",
        "Put both items in one section, or let one of the sections keep its place.",
    ),
    "this_not_here": entry(
        "“.”只能用在这道题自己的校验里。",
        "请写题目名：${{题目名}}。",
        "“.” has a meaning only in the check of an item's own value.",
        "Name the item: ${{name}}.",
    ),
    "column_not_here": entry(
        "“{name}”前面没有“$”和花括号。",
        "若是题目请写 ${{{name}}}，若是文字请加引号；只有选项筛选可用清单的列名。",
        "“{name}” stands without $ and braces.",
        "Write ${{{name}}} for an item, or put a text in quotes; bare names are columns, in choice filters only.",
    ),
    "unknown_column": entry(
        "选项清单没有列“{name}”。",
        "最接近的是“{nearest}”。可用：{known}。",
        "The list of options has no column “{name}”.",
        "The nearest is “{nearest}”. Known: {known}.",
    ),
    "pattern_refused": entry(
        "格式规则里的“{found}”不能用。",
        "请只用字符、[…]、(…)、|、* + ? {{n,m}} 和 \\d \\w \\s；不支持前后查找、反向引用和 Unicode 类。",
        "The pattern holds “{found}”, which cannot be used.",
        "Use characters, […], (…), |, * + ? {{n,m}} and \\d \\w \\s; no looking ahead or back, no back-references, no Unicode classes.",
    ),
    "pattern_too_long": entry(
        "格式规则超过{limit}个字符。",
        "请写短一些。",
        "The pattern is longer than {limit} characters.",
        "Write a shorter one.",
    ),
    "format_refused": entry(
        "日期格式里的“{found}”不能用。",
        "可用：%Y %y %m %n %d %e %H %h %M %S；没有月份和星期的名称。",
        "The date format holds “{found}”, which cannot be used.",
        "Use %Y %y %m %n %d %e %H %h %M %S; there are no names of months or days.",
    ),
    "power_refused": entry(
        "pow 的指数“{found}”不是整数。",
        "请用整数指数；平方根用 sqrt()。",
        "The exponent “{found}” of pow is not a whole number.",
        "Use a whole number; take square roots with sqrt().",
    ),
}
