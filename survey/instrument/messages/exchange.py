"""Why a file could not be imported; each names the place and how to mend it."""

from __future__ import annotations

from collections.abc import Mapping

from survey.instrument.messages.wording import Wording, entry

_FILE = {
    "file_missing": entry(
        "找不到这个文件，或无法读取。",
        "请检查路径和权限。",
        "The file is not there or cannot be read.",
        "Check its path and permissions.",
    ),
    "file_empty": entry("文件是空的。", "请换一个文件。", "The file is empty.", "Choose another file."),
    "file_too_large": entry(
        "文件太大：{size}字节，上限{limit}。",
        "请去掉图片等附件后再保存。",
        "The file is too large: {size} bytes, at most {limit}.",
        "Save it without pictures and attachments.",
    ),
    "file_format": entry(
        "认不出文件格式。",
        "可导入：XLSForm（.xlsx、.xls、.csv）、LimeSurvey（.lss、.lsq、.lsg）、本平台的 YAML 文件。",
        "The format of the file is not known.",
        "XLSForm (.xlsx, .xls, .csv), LimeSurvey (.lss, .lsq, .lsg) and our own YAML can be imported.",
    ),
    "file_other_office": entry(
        "这是{kind}文件，不能直接导入。",
        "请在表格软件中另存为 .xlsx 再导入。",
        "This is a file of {kind}, which cannot be imported as it is.",
        "Save it as .xlsx in the spreadsheet program.",
    ),
    "file_password": entry(
        "文件有密码，打不开。",
        "请去掉密码后再保存。",
        "The file is protected by a password.",
        "Save it without one.",
    ),
    "file_broken": entry(
        "文件已损坏，读不下去（{detail}）。",
        "请在原来的软件中打开并重新保存。",
        "The file is damaged and cannot be read ({detail}).",
        "Open it in the program it comes from and save it again.",
    ),
    "file_encoding": entry(
        "文字编码既不是 UTF-8，也不是 GB18030。",
        "请另存为 UTF-8。",
        "The text is neither UTF-8 nor GB18030.",
        "Save it as UTF-8.",
    ),
    "file_members": entry(
        "压缩包里有{count}个文件，上限{limit}。",
        "请重新保存。",
        "The archive holds {count} members, at most {limit}.",
        "Save it anew.",
    ),
    "file_unpacked": entry(
        "解压后太大（上限{limit}字节）或压缩比超过{ratio}倍。",
        "请删除空白行列和图片后重新保存。",
        "It unpacks to more than {limit} bytes, or to more than {ratio} times its size.",
        "Remove empty rows, columns and pictures and save it anew.",
    ),
    "file_member_name": entry(
        "压缩包里的文件名“{name}”不允许（路径、链接或重复）。",
        "请在原来的软件中重新保存。",
        "The archive holds a member named “{name}”, which is not allowed (a path, a link or a duplicate).",
        "Save it anew in the program it comes from.",
    ),
    "file_nested": entry(
        "压缩包里还有压缩包“{name}”。",
        "请删除嵌入的文件后重新保存。",
        "The archive holds another archive, “{name}”.",
        "Remove embedded files and save it anew.",
    ),
    "file_doctype": entry(
        "文件含有 DOCTYPE 或实体声明，出于安全不予读取。",
        "请在原来的软件中重新导出。",
        "The file declares a DOCTYPE or entities, which are not read for safety.",
        "Export it anew from the program it comes from.",
    ),
    "file_too_deep": entry(
        "文件结构嵌套超过{limit}层，或节点超过{nodes}个。",
        "请重新导出较小的文件。",
        "The file is nested more than {limit} levels deep or has more than {nodes} nodes.",
        "Export a smaller file.",
    ),
    "file_yaml": entry(
        "YAML 文件读不下去：{detail}",
        "请按行列号改正。",
        "The YAML cannot be read: {detail}",
        "Mend it at the line and column given.",
    ),
    "file_took_too_long": entry(
        "读取文件用时、内存或输出超过限额，已停止。",
        "请删除无关的工作表和空白行列，或分成几个文件。",
        "Reading the file took more time, memory or output than allowed and was stopped.",
        "Remove other sheets, empty rows and columns, or split the file.",
    ),
}

_TABLE = {
    "table_too_large": entry(
        "工作表太大：超过{rows}行、{columns}列或{cells}个单元格。",
        "请删除多余内容。",
        "The sheet is too large: more than {rows} rows, {columns} columns or {cells} cells.",
        "Remove what is not needed.",
    ),
    "sheet_missing": entry(
        "没有名为 survey 的工作表（文件中有：{found}）。",
        "XLSForm 的题目写在 survey 工作表，请改名或另选文件。",
        "There is no sheet named survey (the file has: {found}).",
        "The questions of an XLSForm stand on the sheet survey; rename it or choose another file.",
    ),
    "header_duplicate": entry(
        "列标题“{name}”出现两次（{first}列和{second}列）。",
        "请删除或改名其中一列。",
        "Duplicate column header: “{name}” (columns {first} and {second}).",
        "Remove or rename one of them.",
    ),
    "header_missing": entry(
        "缺少列“{name}”。",
        "请在第一行补上这一列标题。",
        "The column “{name}” is missing.",
        "Add its heading to the first row.",
    ),
    "survey_empty": entry(
        "survey 工作表没有任何题目。",
        "请至少写一道题。",
        "The sheet survey has no question.",
        "Write at least one.",
    ),
}

_ROW = {
    "row_no_type": entry(
        "这一行没有题型（type）。", "请补上题型。", "This row has no type.", "Give its type."
    ),
    "row_unknown_type": entry(
        "不认识的题型“{value}”。",
        "最接近的是“{nearest}”。",
        "Unknown question type “{value}”.",
        "The nearest known one is “{nearest}”.",
    ),
    "row_no_name": entry(
        "题目或题组没有名称（name）。",
        "请补上名称。",
        "Question or group with no name.",
        "Give it one in the column name.",
    ),
    "row_bad_name": entry(
        "名称“{value}”不合规则。",
        "名称须以字母（含汉字）或“_”开头，之后可用字母、数字、“_”“-”“.”，不能有空格。",
        "The name “{value}” is not allowed.",
        "It begins with a letter or “_”, then letters, digits, “_”, “-” and “.”, without spaces.",
    ),
    "row_duplicate_name": entry(
        "名称“{value}”在同一题组内出现两次（第一次在第{first}行）。",
        "请改名其中一个。",
        "The name “{value}” stands twice in the same group (first in row {first}).",
        "Rename one of them.",
    ),
    "row_too_deep": entry(
        "题组嵌套超过{limit}层。",
        "请减少嵌套。",
        "Groups are nested more than {limit} levels deep.",
        "Nest them less.",
    ),
    "row_no_list": entry(
        "选择题没有写选项表的名称。",
        "请写成“select_one 选项表名”。",
        "A select question names no list of choices.",
        "Write “select_one” and the name of a list.",
    ),
    "row_unknown_list": entry(
        "选项表“{value}”不在 choices 工作表中。",
        "最接近的是“{nearest}”。",
        "The list “{value}” is not on the sheet choices.",
        "The nearest one is “{nearest}”.",
    ),
    "row_dynamic_list": entry(
        "选项来自另一道题的回答（{value}），本平台没有这种选项表。",
        "请改用 choices 工作表中的选项表，或按勾选结果循环。",
        "The choices come from the answers to another question ({value}); there are no such lists here.",
        "Use a list of the sheet choices, or a loop over ticked options.",
    ),
    "row_list_file": entry(
        "选项来自另一个文件“{value}”，不随表格一起导入。",
        "请把选项抄到 choices 工作表，改用 select_one 或 select_multiple。",
        "The choices are in another file, “{value}”, which is not part of this one.",
        "Copy them to the sheet choices and use select_one or select_multiple.",
    ),
    "row_no_calculation": entry(
        "计算题没有写计算式（calculation）。",
        "请补上计算式。",
        "Missing calculation.",
        "Write it in the column calculation.",
    ),
    "row_no_label": entry(
        "题目“{value}”既没有标题（label）也没有提示（hint）。",
        "请补上题目文字。",
        "The question “{value}” has neither label nor hint.",
        "Write its text in the column label.",
    ),
    "row_end_unmatched": entry(
        "“{value}”没有对应的开始行。",
        "请删除，或补上开始行。",
        "“{value}” ends nothing that was begun.",
        "Remove it, or add the row that begins the group.",
    ),
    "row_begin_unmatched": entry(
        "“{value}”没有结束行。",
        "请补上结束行。",
        "“{value}” is never ended.",
        "Add the row that ends it.",
    ),
    "row_unknown_reference": entry(
        "引用的“{name}”不存在，最接近的是“{nearest}”。",
        "请检查名称。",
        "It refers to “{name}”, which does not exist; the nearest is “{nearest}”.",
        "Check the name.",
    ),
    "row_ambiguous_reference": entry(
        "引用的“{name}”不止一个。",
        "请给同名题目改名。",
        "It refers to “{name}”, and there is more than one.",
        "Rename the questions that share the name.",
    ),
    "row_bad_parameter": entry(
        "参数“{value}”读不懂。",
        "请写成“名称=值”，多个之间用空格。",
        "The parameter “{value}” cannot be read.",
        "Write name=value, with spaces between.",
    ),
    "choice_no_name": entry(
        "选项没有代码（name）。", "请补上。", "A choice without a name.", "Give it one in the column name."
    ),
    "choice_duplicate": entry(
        "选项代码“{value}”在选项表“{list}”中重复（第一次在第{first}行）。",
        "请改名；确需重复时在 settings 写 allow_choice_duplicates = yes。",
        "The choice “{value}” stands twice in the list “{list}” (first in row {first}).",
        "Rename one; if it is meant, write allow_choice_duplicates = yes on the sheet settings.",
    ),
    "choice_space": entry(
        "多选题选项表“{list}”中的代码“{value}”含有空格。",
        "请去掉空格。",
        "The choice “{value}” of the list “{list}”, used by a multiple choice, has a space in its name.",
        "Take the space out.",
    ),
}

EXCHANGE: Mapping[str, Mapping[str, Wording]] = {**_FILE, **_TABLE, **_ROW}
