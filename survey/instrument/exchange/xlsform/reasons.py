"""Why something of an XLSForm is not carried over, in both languages."""

from __future__ import annotations

from survey.instrument.exchange.report import Reason

OTHER_SHEET = Reason(
    "other_sheet", "XLSForm 之外的工作表，不读取。", "a sheet that is no part of an XLSForm is not read."
)
MACROS = Reason("macros", "宏不读取，也不运行。", "macros are neither read nor run.")
FORMULA = Reason(
    "formula",
    "公式没有保存计算结果，单元格按空白读取；请在表格软件中打开并保存一次。",
    "the file holds no result of this formula, so the cell reads as empty; open the file in a spreadsheet program and save it.",
)
COLUMN = Reason(
    "column",
    "本平台没有这一列；原样保留，导出时写回。",
    "there is no such column here; it is kept and written back on export.",
)
TOO_LONG = Reason("too_long", "内容太长，没有保留。", "it is too long to be kept.")
MEDIA = Reason(
    "media",
    "不导入图片、声音和视频；文件名保留，导出时写回。",
    "pictures, sound and video are not imported; the name is kept for export.",
)
SETTING = Reason(
    "setting",
    "其他平台的设置，不起作用；原样保留。",
    "a setting of another platform, without effect here; it is kept.",
)
APPEARANCE = Reason(
    "appearance", "本平台没有这种外观；原样保留。", "there is no such appearance here; it is kept."
)
PARAMETER = Reason(
    "parameter", "本平台没有这个参数；原样保留。", "there is no such parameter here; it is kept."
)
META = Reason(
    "meta",
    "为保护匿名，不收集设备、账号和精确时间；这一行保留，导出时写回。",
    "to protect anonymity no device, account or exact time is collected; the row is kept and written back on export.",
)
META_USED = Reason(
    "meta_used",
    "为保护匿名，不收集这个值；题目中引用它的地方显示为空。",
    "to protect anonymity this value is not collected; texts that refer to it show nothing there.",
)
HIDDEN = Reason(
    "hidden",
    "隐藏值没有内容，也没有题目用到；这一行保留，导出时写回。",
    "a hidden value that nothing sets and nothing uses; the row is kept and written back on export.",
)
DISABLED = Reason(
    "disabled", "这一行标为停用，不导入。", "the row is marked as disabled and is not imported."
)
NO_LIST = Reason(
    "no_list",
    "选项没有写所属的选项表，不导入。",
    "the choice does not name its list and is not imported.",
)
COMMENT = Reason(
    "comment", "没有题型、名称和文字的行视为注释。", "a row without type, name and text is a comment."
)
MARKUP = Reason(
    "markup",
    "文字中的这一部分不安全或不支持，已去掉。",
    "this part of a text is unsafe or not supported and was taken out.",
)
SECOND_TEXT = Reason(
    "second_text",
    "同一语言有两段文字，只用带语言的一列。",
    "there are two texts in one language; the column that names the language is used.",
)
NEAREST_TYPE = Reason(
    "nearest_type", "没有这种题型，改用最接近的。", "there is no such type; the nearest one is used."
)
EXTERNAL = Reason(
    "external",
    "外部选项表按普通选项表读取。",
    "the external list is read as an ordinary list.",
)
OPEN_REPEAT = Reason(
    "open_repeat",
    "没有写循环次数；本平台的循环须有次数，暂按一次。",
    "how often to repeat is not said; a loop needs a number here, so it is asked once for now.",
)
INNER_REPEAT = Reason(
    "inner_repeat",
    "循环中的循环按普通题组导入。",
    "a loop within a loop becomes a plain group.",
)
LOOP_TICKED = Reason(
    "loop_ticked",
    "原表对每个选项都问；导入后只对勾选的选项问。",
    "the file asks for every choice; here it is asked for the ticked ones.",
)
LOOP_NUMBERED = Reason(
    "loop_numbered",
    "没有对应的多选题；循环按次数进行，不显示选项文字。",
    "no earlier question ticks these choices; the turns are numbered and do not show their labels.",
)
RENAMED = Reason(
    "renamed",
    "名称不合本平台规则或重复，已改名；引用处一并改写。",
    "the name does not fit here or is taken; it was changed, and so was every reference to it.",
)
TRIGGER = Reason(
    "trigger",
    "本平台随时重算，不需要触发；原样保留。",
    "here everything is computed anew at any time; the trigger is kept.",
)
DYNAMIC_DEFAULT = Reason(
    "dynamic_default",
    "默认值是计算式，不导入；原样保留。",
    "a default that is computed is not imported; it is kept.",
)
ROW_DETAIL = Reason(
    "row_detail", "表格题的行没有这一栏；原样保留。", "a row of a grid has no such field; it is kept."
)
GROUP_DETAIL = Reason("group_detail", "题组没有这一栏；原样保留。", "a group has no such field; it is kept.")
RANK_OTHER = Reason(
    "rank_other", "排序题的“其他”不能填写文字。", "the “other” of a ranking has no field for its text."
)
PATH = Reason("path", "路径写法改成了 ${名称}。", "a path was rewritten as ${name}.")
UNUSABLE_COLUMN = Reason(
    "filter_column", "列名不能用于筛选；原样保留。", "the heading cannot be used in a filter; it is kept."
)
