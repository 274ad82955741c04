"""Home of the refusals of data files and plan files, which name file, row and column or path."""

from collections.abc import Mapping
from typing import ClassVar

from analysis.errors.base import AnalysisError, Text


class DataError(AnalysisError):
    """A data file: names file, row and column."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "file_missing": Text(
            zh="找不到文件 {file}。请检查路径。", en="File {file} does not exist. Check the path."
        ),
        "file_remote": Text(
            zh="{file} 是网络地址。分析只读取本机文件，请先下载。",
            en="{file} is a network address. Analysis reads local files only: download it first.",
        ),
        "file_type": Text(
            zh="{file}：不支持的类型“{suffix}”。请使用 .csv 或 .parquet。",
            en='{file}: type "{suffix}" is not supported. Use .csv or .parquet.',
        ),
        "file_unreadable": Text(
            zh="{file}：无法读取（{reason}）。请确认文件完整、编码为 UTF-8。",
            en="{file}: cannot be read ({reason}). Check that it is complete and encoded in UTF-8.",
        ),
        "file_empty": Text(zh="{file}：没有数据行。", en="{file}: has no data rows."),
        "column_missing": Text(
            zh="{file}：没有列“{column}”。最接近的是：{nearest}。",
            en='{file}: has no column "{column}". Nearest: {nearest}.',
        ),
        "column_unnamed": Text(
            zh="{file}：第 {place} 列没有列名。请补上。",
            en="{file}: column {place} has no name. Give it one.",
        ),
        "column_twice": Text(
            zh="{file}：列“{column}”出现两次。请改名。",
            en='{file}: column "{column}" occurs twice. Rename one.',
        ),
        "not_a_number": Text(
            zh="{file}，第 {row} 行，列“{column}”：“{value}”不是数字。缺失请留空或列入 missing。",
            en='{file}, row {row}, column "{column}": "{value}" is no number. Leave missing values empty or list them '
            "under missing.",
        ),
        "value_missing": Text(
            zh="{file}，第 {row} 行，列“{column}”：为空。设计列不允许缺失，请补上。",
            en='{file}, row {row}, column "{column}": is empty. Design columns may not be missing: fill it in.',
        ),
        "row_broken": Text(
            zh="{file}，第 {row} 行：应有 {expected} 列，实有 {actual} 列。请检查引号和分隔符。",
            en="{file}, row {row}: expected {expected} fields, found {actual}. Check quotes and separators.",
        ),
    }


class PlanError(AnalysisError):
    """A plan file: names file, path and reason."""

    catalogue: ClassVar[Mapping[str, Text]] = {
        "plan_missing": Text(
            zh="找不到计划文件 {file}。请检查路径。", en="Plan file {file} does not exist. Check the path."
        ),
        "plan_syntax": Text(
            zh="{file}，第 {line} 行：不是有效的 YAML（{reason}）。",
            en="{file}, line {line}: not valid YAML ({reason}).",
        ),
        "plan_invalid": Text(
            zh="{file}，位置 {path}：{reason_zh}。说明见 docs/analyse.md。",
            en="{file}, at {path}: {reason_en}. See docs/analyse.md.",
        ),
        "output_unwritable": Text(
            zh="无法写入 {path}（{reason}）。请检查权限和磁盘空间。",
            en="Cannot write {path} ({reason}). Check permissions and disk space.",
        ),
        "output_exists": Text(
            zh="输出位置 {path} 已存在且不是由本命令写成的文件夹。请另选位置。",
            en="The output {path} exists and is no folder that this command wrote. Choose another place.",
        ),
    }
