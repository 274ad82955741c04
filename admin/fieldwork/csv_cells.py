"""Home of what cells of imported files turn into, and of the words for every fault in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType

from survey import text

_TEXTS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "cell_empty": ("此列不能为空。", "This column must not be empty."),
        "cell_length": ("内容过长，最多 {limit} 个字符。", "Too long: at most {limit} characters."),
        "cell_characters": ("含有无法保存的字符。", "Holds a character that cannot be kept."),
        "not_whole": (
            "“{value}”不是不小于 {low} 的整数。",
            "“{value}” is not a whole number of at least {low}.",
        ),
        "not_number": ("“{value}”不是数字。", "“{value}” is not a number."),
        "out_of_range": ("{value} 超出范围 {low} 至 {high}。", "{value} lies outside {low} to {high}."),
        "not_a_choice": ("“{value}”不在允许的取值中：{known}。", "“{value}” is none of: {known}."),
        "not_a_code": (
            "“{value}”不是代码：只用字母、数字、点、横线和下划线。",
            "“{value}” is not a code: letters, digits, dots, dashes and underscores only.",
        ),
        "not_a_day": ("“{value}”不是日期，应写作 2026-04-20。", "“{value}” is not a day; write 2026-04-20."),
        "row_width": (
            "该行有 {found} 列，应为 {expected} 列。",
            "The row has {found} cells, not {expected}.",
        ),
        "doubled": ("与第 {first} 行重复。", "Repeats row {first}."),
        "already_there": ("系统中已有这一记录。", "This record is already in the system."),
        "unit_unknown": ("没有代码为“{value}”的被评价单位。", "There is no assessed unit “{value}”."),
        "group_unknown": (
            "本周期没有群体“{value}”的调查轮次；已有：{known}。",
            "This cycle has no wave of the group “{value}”; it has: {known}.",
        ),
        "more_than_invited": (
            "各处置代码之和超过抽取的个案数。",
            "The final dispositions add up to more than the cases drawn.",
        ),
        "no_window": (
            "缺少申诉期一行（record 为 window）。",
            "The row of the appeal window (record: window) is missing.",
        ),
        "second_window": ("申诉期只能有一行。", "There is only one appeal window."),
        "not_in_order": (
            "应有 已确认 ≤ 已复核 ≤ 个案数。",
            "Confirmed cases cannot exceed checked ones, nor checked ones all cases.",
        ),
        "supplier_missing": (
            "抽样框来源为被评价单位时须写明是哪一个单位。",
            "A frame that came from an assessed unit names the unit.",
        ),
        "supplier_contradicts": (
            "写明了提供抽样框的单位，来源就应为 assessed_unit。",
            "A supplying unit is named, so the source is assessed_unit.",
        ),
        "wrong_year": ("年份应为 {expected}。", "The year should be {expected}."),
        "probability": ("入样概率须大于0且不超过1。", "An inclusion probability is above 0 and at most 1."),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class RowProblem:
    """One thing wrong with one row; ``row`` counts as spreadsheets do, the header being row 1."""

    code: str
    row: int
    column: str | None
    context: Mapping[str, object]

    def message(self, language: str) -> str:
        """Row, column, and what to mend."""
        zh, en = _TEXTS[self.code]
        if language == "en":
            place = f"Row {self.row}" + (f", column {self.column}" if self.column else "")
            return f"{place}: {en.format(**self.context)}"
        place = f"第 {self.row} 行" + (f"“{self.column}”列" if self.column else "")
        return f"{place}：{zh.format(**self.context)}"


class CellError(ValueError):
    """A cell that is not what its column holds."""

    def __init__(self, code: str, **context: object) -> None:
        super().__init__(code)
        self.code, self.context = code, context


_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}\Z")


def code(raw: str) -> str:
    """A code of ASCII letters, digits, dots, dashes and underscores."""
    if not _CODE.match(raw):
        raise CellError("not_a_code", value=raw[:40])
    return raw


def words(limit: int) -> Callable[[str], str]:
    """One line of text up to ``limit`` characters."""

    def read_words(raw: str) -> str:
        line = text.one_line(raw)
        if len(line) > limit:
            raise CellError("cell_length", limit=limit)
        return line

    return read_words


def one_of(*choices: str) -> Callable[[str], str]:
    """One of the named codes."""

    def read_choice(raw: str) -> str:
        if raw not in choices:
            raise CellError("not_a_choice", value=raw[:40], known=", ".join(choices))
        return raw

    return read_choice


def whole(raw: str) -> int:
    """A count: 0, 1, 2 …"""
    number = text.number(raw)
    if number is None or number < 0 or number != int(number) or number > 10**9:
        raise CellError("not_whole", value=raw[:40], low=0)
    return int(number)


def decimal(low: str, high: str) -> Callable[[str], Decimal]:
    """A decimal number from ``low`` to ``high``."""

    def read_decimal(raw: str) -> Decimal:
        number = text.number(raw)
        if number is None:
            raise CellError("not_number", value=raw[:40])
        if not Decimal(low) <= number <= Decimal(high):
            raise CellError("out_of_range", value=number, low=low, high=high)
        return number

    return read_decimal


def day(raw: str) -> date:
    """A calendar day as 2026-04-20."""
    try:
        return datetime.strptime(raw, "%Y-%m-%d").replace(tzinfo=UTC).date()
    except ValueError:
        raise CellError("not_a_day", value=raw[:40]) from None
