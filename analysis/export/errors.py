"""Home of what an export refuses, and of what it must say about a file that could not hold everything."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors import AnalysisError, Text


class ExportError(AnalysisError):
    """Data or a codebook that cannot be written as they are."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "no_columns": Text(
            zh="没有任何列可写。请至少给出一列。", en="There is no column to write. Give at least one."
        ),
        "lengths_differ": Text(
            zh="列“{column}”有 {actual} 行，其他列有 {expected} 行。请按一行一个受访者传入。",
            en='Column "{column}" has {actual} rows, the others {expected}. Pass one row per respondent.',
        ),
        "infinite": Text(
            zh="列“{column}”第 {row} 行为无穷大或过大，统计软件的文件无法保存。请改为缺失或更正。",
            en='Column "{column}", row {row} is infinite or too large, which no statistics file can hold. Correct it or leave it empty.',
        ),
        "bad_text": Text(
            zh="列“{column}”第 {row} 行含有无法写入文件的字符（空字符或残缺字符）。请先清理。",
            en='Column "{column}", row {row} holds a character that no file can keep (NUL or half a character). '
            "Clean it first.",
        ),
        "variable_without_data": Text(
            zh="编码手册中的变量“{variable}”在数据中没有对应的列。请补上该列，或从手册中删去。",
            en='The codebook describes "{variable}", but the data have no such column. Add it or take it out.',
        ),
        "variable_twice": Text(
            zh="编码手册中变量“{variable}”出现两次。请改名。",
            en='The codebook describes "{variable}" twice. Rename one.',
        ),
        "missing_extra": Text(
            zh="写 {kind} 文件需要“{package}”。请安装：pip install 'minyi[{extra}]'。",
            en="Writing {kind} needs the package {package}. Install it: pip install 'minyi[{extra}]'.",
        ),
        "unwritable": Text(zh="无法写入 {file}（{reason}）。", en="{file} cannot be written ({reason})."),
    }


REMARKS: Mapping[str, Text] = {
    "renamed": Text(
        zh="变量“{variable}”的名称不合该格式的规则，文件中为“{name}”。",
        en='"{variable}" breaks the naming rules of the format and is called "{name}" in the file.',
    ),
    "label_cut": Text(
        zh="变量“{variable}”的标签过长，已截短；全文见随附语法文件。",
        en='The label of "{variable}" is too long for the format and was cut; the syntax file holds all of it.',
    ),
    "value_label_dropped": Text(
        zh="变量“{variable}”的代码“{value}”无法带标签：{format} 在此只接受其他类型的代码。",
        en='Code "{value}" of "{variable}" cannot carry a label: {format} takes none for such a code.',
    ),
    "missing_dropped": Text(
        zh="变量“{variable}”的缺失代码“{value}”超出 {format} 的容量，其单元格写为系统缺失。",
        en='{format} has no room for the missing code "{value}" of "{variable}": its cells are system-missing.',
    ),
    "missing_in_syntax": Text(
        zh="变量“{variable}”的文本超过 8 字节，其缺失代码由随附的语法文件声明。",
        en='Texts of "{variable}" are longer than 8 bytes: its missing codes are declared by the syntax file.',
    ),
    "text_cut": Text(
        zh="变量“{variable}”有 {n} 个文本超过 {limit} 字节，已截短。",
        en='{n} texts of "{variable}" are longer than {limit} bytes and were cut.',
    ),
}
