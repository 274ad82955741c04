"""Home of what an import of answers may refuse: reason and remedy in Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping


def _texts(zh: str, en: str) -> Mapping[str, str]:
    return {"zh": zh, "en": en}


MESSAGES: Mapping[str, Mapping[str, str]] = {
    "too_many_bytes": _texts(
        "文件超过{limit} KB。请拆成几个较小的文件。",
        "The file is larger than {limit} KB. Split it into smaller ones.",
    ),
    "too_many_rows": _texts(
        "文件超过{limit}行。请拆成几个较小的文件。",
        "The file has more than {limit} rows. Split it into smaller ones.",
    ),
    "too_many_columns": _texts(
        "超过{limit}列。请删除与问卷无关的列。",
        "There are more than {limit} columns. Remove those that do not belong to the instrument.",
    ),
    "field_too_long": _texts(
        "单元格超过{limit}个字符。请缩短，或检查引号是否配对。",
        "A cell has more than {limit} characters. Shorten it, or check for an unclosed quotation mark.",
    ),
    "not_csv": _texts(
        "这不是CSV文件（像是Excel文件或UTF-16编码）。请另存为“CSV UTF-8”。",
        "This is not a CSV file (it looks like a workbook or UTF-16). Save it as “CSV UTF-8”.",
    ),
    "not_utf8": _texts(
        "第{at}个字节处不是UTF-8编码。请另存为“CSV UTF-8”。",
        "The file is not UTF-8 (at byte {at}). Save it as “CSV UTF-8”.",
    ),
    "nul": _texts(
        "文件含有空字符（NUL）。请从原系统重新导出。",
        "The file holds a NUL character. Export it again from its source.",
    ),
    "unfit_text": _texts(
        "单元格含有无法保存的字符。请删除该字符。",
        "A cell holds a character that cannot be stored. Remove it.",
    ),
    "broken_csv": _texts(
        "第{line}行附近的引号不配对。请改正后重新导入。",
        "The quotation marks near line {line} do not match. Correct them and import again.",
    ),
    "empty_file": _texts("文件是空的。请选择有内容的文件。", "The file is empty. Choose one with content."),
    "no_rows": _texts(
        "文件只有表头，没有数据。请选择有数据的文件。",
        "The file has a header and no rows. Choose one with data.",
    ),
    "empty_column": _texts(
        "第{position}列没有列名。请补上列名或删除该列。",
        "Column {position} has no name. Name it or remove it.",
    ),
    "duplicate_column": _texts(
        "列“{name}”出现了两次。请只保留一列。", "Column “{name}” occurs twice. Keep one of them."
    ),
    "unknown_column": _texts(
        "问卷中没有列“{name}”。最接近的是“{nearest}”；请改名或删除该列。",
        "The instrument has no column “{name}”. The nearest is “{nearest}”; rename or remove it.",
    ),
    "missing_column": _texts("缺少列“{name}”。请补上。", "Column “{name}” is missing. Add it."),
    "wrong_number_of_cells": _texts(
        "这一行有{found}个单元格，表头有{expected}个。请检查逗号和引号。",
        "This row has {found} cells, the header has {expected}. Check commas and quotation marks.",
    ),
    "already_imported": _texts(
        "这个文件已经导入过。如需更正，请只导入新的行。",
        "This very file has been imported before. To add answers, import only the new rows.",
    ),
    "issuer_imports": _texts(
        "本轮次的链接或编号由您发放，带链接的答卷须由另一位同事导入。没有导入任何一行。",
        "You handed out links or codes of this wave yourself; answers on them are taken by a colleague. Nothing of the "
        "file was taken.",
    ),
    "wave_not_open": _texts(
        "这个调查轮次现在不接收答卷。请在开放期间导入。",
        "This wave takes no answers now. Import while it is open.",
    ),
    "unknown_token": _texts(
        "没有这个邀请码。请核对；没有邀请码的答卷只能作为开放参与导入。",
        "This token is not known. Check it; answers without a token count as open participation only.",
    ),
    "used_token": _texts(
        "这个邀请码已经用过。请删除这一行。", "This token has been used already. Remove the row."
    ),
    "expired_token": _texts("这个邀请码已过期。请删除这一行。", "This token has expired. Remove the row."),
    "repeated_token": _texts(
        "同一个邀请码在文件中出现了两次（首次在第{first}行）。请只保留一行。",
        "The same token occurs twice in the file (first in row {first}). Keep one row.",
    ),
    "bad_mode": _texts(
        "调查方式“{value}”不适用。可用：{known}。", "The mode “{value}” does not exist here. Known: {known}."
    ),
    "bad_language": _texts(
        "问卷没有语言“{value}”。可用：{known}。",
        "The instrument has no language “{value}”. Known: {known}.",
    ),
    "bad_day": _texts(
        "日期应写作2026-09-01，且在调查期间之内。",
        "Write the day as 2026-09-01; it must lie within the fieldwork.",
    ),
    "bad_seconds": _texts(
        "时长应为0到86400的整数（秒）。", "The length is a whole number of seconds from 0 to 86400."
    ),
    "bad_interviewer": _texts(
        "访问员编号最长20个字符，只用字母、数字和连字符。",
        "An interviewer's number has at most 20 letters, digits or hyphens.",
    ),
    "no_consent": _texts(
        "没有记录受访者同意参加（应为“1”）。没有同意的答卷不能导入。",
        "No consent is recorded (“1” is expected). Answers without consent cannot be imported.",
    ),
    "not_asked": _texts(
        "按前面的答案，不会问到“{name}”。请清空该单元格或更正前面的答案。",
        "Given the earlier answers, “{name}” is not asked. Empty the cell or correct those answers.",
    ),
    "screened_out": _texts(
        "按“{name}”的答案，这份问卷不适用，不能作为答卷导入。请作为调查结果代码登记。",
        "The answer to “{name}” ends the interview; it is no response. Record it as a disposition instead.",
    ),
    "quota_full": _texts(
        "这一行所属的配额已满。请删除这一行。", "The quota this row belongs to is full. Remove the row."
    ),
}
