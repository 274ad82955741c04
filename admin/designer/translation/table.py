"""Home of the translation table that leaves the house and comes back: one CSV line a text."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from admin.designer.translation.saving import Row, Typed
from survey.errors import Invalid
from survey.kit.safe_csv import csv_bytes, unguarded

_MOST_LINES = 100_000


def write(rows: Sequence[Row], *, source: str, target: str) -> bytes:
    """The texts with their places; source and target stand in columns named after the languages."""
    lines = [
        {"place": row.text.place, "state": row.state, source: row.source, target: row.target} for row in rows
    ]
    return b"\xef\xbb\xbf" + csv_bytes(("place", "state", source, target), lines)


def read(raw: bytes, rows: Sequence[Row], *, source: str, target: str) -> list[Typed]:
    """The translations of a table. Raises Invalid (with lines) where it is no such table.

    A line whose source is no longer the draft's source is refused: the translation was made from another text.
    """
    try:
        text = raw.decode("utf-8-sig")
        table = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        missing = [name for name in ("place", source, target) if name not in (table.fieldnames or ())]
        lines = [] if missing else [line for _n, line in zip(range(_MOST_LINES), table, strict=False)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise _unreadable() from error
    if missing:
        raise _unreadable(", ".join(missing))
    known = {row.text.place: row for row in rows}
    wrong, typed = [], []
    for number, line in enumerate(lines, 2):
        row = known.get(unguarded(line["place"] or ""))
        if row is None:
            wrong.append(_Line(number, "没有这个位置", "no text has this place"))
        elif _plain(line[source]) != _plain(row.source):
            wrong.append(_Line(number, "原文已与草稿不同", "the source is not the draft's any more"))
        else:
            typed.append(Typed(place=row.text.place, text=unguarded(line[target] or ""), seen=row.stamp))
    if wrong:
        raise Invalid(
            "translation_table",
            zh=f"译文表有 {len(wrong)} 行不能采用，没有保存任何译文。",
            en=f"{len(wrong)} line(s) of the table cannot be taken; nothing was saved.",
            problems=wrong,
        )
    return typed


class _Line:
    """What is wrong with one line."""

    code = "translation_line"

    def __init__(self, number: int, zh: str, en: str) -> None:
        self._texts = {"zh": f"第 {number} 行：{zh}。", "en": f"Line {number}: {en}."}

    def message(self, language: str) -> str:
        return self._texts.get(language, self._texts["zh"])


def _plain(cell: str | None) -> str:
    return unguarded(cell or "").replace("\r\n", "\n").strip()


def _unreadable(missing: str = "") -> Invalid:
    return Invalid(
        "translation_table",
        zh="这不是译文表：须为 UTF-8 的 CSV" + (f"，缺少列 {missing}。" if missing else "。"),
        en="This is no translation table: it is CSV in UTF-8"
        + (f"; columns missing: {missing}." if missing else "."),
    )
