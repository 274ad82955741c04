"""Geometry of the charts: from figures to places in per cent of the width; ``kit/charts.html`` draws them.

Places are percentages, so that one drawing fits a phone and a sheet of paper without shrinking its letters.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

ROW, LINE, HEAD, FOOT = 46, 18, 6, 30
"""Heights in CSS pixels: a row with one line of words, each further line, the space above, the axis below."""
_PHONE, _WIDE, _NARROW, _GAP = 326, 14.5, 7.4, 16
"""Width to fit into, of a Chinese and of a Latin letter, and the space between label and value, in pixels."""

_MOST_TO_ZOOM = 50.0
# A 95 % interval is 1.96 standard errors to each side, a 50 % interval 0.674: the inner part of the same line.
_INNER = 0.6744898 / 1.9599640


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """A straight line from ``low..high`` to the percentages ``start..end``; values outside stop at the edge."""

    low: float
    high: float
    start: float = 0.0
    end: float = 100.0

    def __call__(self, value: float) -> float:
        share = (value - self.low) / (self.high - self.low)
        return round(self.start + min(1.0, max(0.0, share)) * (self.end - self.start), 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A mark of the axis. ``anchor`` keeps the outer words inside the drawing."""

    at: float
    label: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """One row to be drawn: a value with its 95 % interval, or words where there is no value to show."""

    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    text: str = ""
    apart: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DotRow:
    """A drawn row: thin line over 95 %, thick line over 50 %, dot. ``dot`` is None where nothing is shown."""

    lines: tuple[str, ...]
    text: str
    top: int
    dot: float | None
    thin: tuple[float, float] | None
    thick: tuple[float, float] | None
    apart: bool

    @property
    def y(self) -> int:
        """The middle of the drawing, below the words."""
        return self.top + LINE * len(self.lines) + 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """A drawn rectangle: ``x`` and ``width`` in per cent."""

    x: float
    width: float
    css: str = "mark"


@dataclass(frozen=True, slots=True, kw_only=True)
class BarRow:
    """A drawn row of bars."""

    lines: tuple[str, ...]
    text: str
    top: int
    bars: tuple[Bar, ...]

    @property
    def y(self) -> int:
        """The middle of the drawing, below the words."""
        return self.top + LINE * len(self.lines) + 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A drawing with its rows, its axis and its height in CSS pixels."""

    kind: str
    rows: tuple[DotRow | BarRow, ...]
    ticks: tuple[Tick, ...]
    height: int
    middle: float | None = None

    @property
    def floor(self) -> int:
        """Where the axis lies."""
        return self.height - FOOT


def zoom(rows: Sequence[Interval]) -> tuple[float, float]:
    """The part of 0 to 100, in tens, that holds all intervals; the whole where it would be most of it anyway."""
    ends = [end for row in rows for end in (row.low, row.high, row.value) if end is not None]
    if not ends:
        return 0.0, 100.0
    low, high = max(0.0, math.floor(min(ends) / 10) * 10.0), min(100.0, math.ceil(max(ends) / 10) * 10.0)
    return (low, high) if 0.0 < high - low <= _MOST_TO_ZOOM else (0.0, 100.0)


def dots(rows: Sequence[Interval], *, low: float = 0.0, high: float = 100.0) -> Chart:
    """Dots with intervals, in the order given. The axis is 0 to 100 unless the caller zooms (and says so)."""
    scale = Scale(low=low, high=high, start=1.5, end=98.5)
    labels = [_wrapped(row.label, row.text) for row in rows]
    tops = _tops(labels)
    step = 10.0 if high - low <= _MOST_TO_ZOOM else 20.0
    return Chart(
        kind="dots",
        rows=tuple(
            _dot_row(row, scale, lines, top) for row, lines, top in zip(rows, labels, tops[:-1], strict=True)
        ),
        ticks=_ticks(scale, [low + step * n for n in range(round((high - low) / step) + 1)]),
        height=tops[-1] + FOOT,
    )


def rank_sets(rows: Sequence[tuple[str, int, int, str]], *, positions: int) -> Chart:
    """Bars over the positions (low, high) that each row may hold; position 1 is on the left."""
    scale = Scale(low=0.5, high=positions + 0.5)
    labels = [_wrapped(label, text) for label, _low, _high, text in rows]
    tops = _tops(labels)
    drawn = []
    for (_label, low, high, text), lines, top in zip(rows, labels, tops[:-1], strict=True):
        start, end = scale(low - 0.5), scale(high + 0.5)
        bar = Bar(x=start, width=round(end - start, 3))
        drawn.append(BarRow(lines=lines, text=text, top=top, bars=(bar,)))
    shown = sorted({1, positions, *range(5, positions - 1, 5)})
    ticks = tuple(Tick(at=scale(p), label=str(p), anchor="middle") for p in shown)
    return Chart(kind="bars", rows=tuple(drawn), ticks=ticks, height=tops[-1] + FOOT)


def likert(rows: Sequence[tuple[str, Sequence[float], float, str]]) -> Chart:
    """Shares of the five points (worst first, each 0 to 1) centred on the neutral; the missing share at the end.

    Each row: label, five shares that add up to 1 less the missing share, missing share, text.
    """
    left = max((r[1][0] + r[1][1] + r[1][2] / 2 for r in rows), default=0.5)
    right = max((r[1][2] / 2 + r[1][3] + r[1][4] for r in rows), default=0.5)
    rest = max((r[2] for r in rows), default=0.0)
    unit = 97.0 / max(left + right + rest, 1e-9)
    labels = [_wrapped(label, text) for label, _shares, _missing, text in rows]
    tops = _tops(labels)
    drawn = [
        BarRow(lines=lines, text=text, top=top, bars=_stack(shares, missing, unit=unit, middle=left * unit))
        for (_label, shares, missing, text), lines, top in zip(rows, labels, tops[:-1], strict=True)
    ]
    return Chart(
        kind="likert", rows=tuple(drawn), ticks=(), height=tops[-1] + 4, middle=round(left * unit, 3)
    )


def _stack(shares: Sequence[float], missing: float, *, unit: float, middle: float) -> tuple[Bar, ...]:
    start = middle - (shares[0] + shares[1] + shares[2] / 2) * unit
    edges = [start, *(start + run * unit for run in accumulate(shares))]
    bars = [
        Bar(x=round(edges[k], 3), width=round(edges[k + 1] - edges[k], 3), css=f"p{k + 1}") for k in range(5)
    ]
    bars.append(Bar(x=round(100 - missing * unit, 3), width=round(missing * unit, 3), css="p0"))
    return tuple(bar for bar in bars if bar.width > 0)


def _dot_row(row: Interval, scale: Scale, lines: tuple[str, ...], top: int) -> DotRow:
    thin = thick = None
    if row.value is not None and row.low is not None and row.high is not None:
        thin = (scale(row.low), scale(row.high))
        thick = (
            scale(row.value - (row.value - row.low) * _INNER),
            scale(row.value + (row.high - row.value) * _INNER),
        )
    return DotRow(
        lines=lines,
        text=row.text,
        top=top,
        dot=None if row.value is None else scale(row.value),
        thin=thin,
        thick=thick,
        apart=row.apart,
    )


def _wrapped(label: str, value: str) -> tuple[str, ...]:
    """The label in lines that leave room for the value on a narrow phone. Chinese breaks anywhere."""
    room = _PHONE - _GAP - _width(value)
    lines, line = [], ""
    for part in re.findall(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+", label):
        if line and _width(line + part.rstrip()) > room:
            lines.append(line.rstrip())
            line = ""
        line += part
    return (*lines, line.rstrip())


def _width(text: str) -> float:
    return sum(_WIDE if "\u2e80" <= char <= "\uffef" else _NARROW for char in text)


def _tops(labels: Sequence[tuple[str, ...]]) -> list[int]:
    """Where each row begins, and where the last one ends."""
    return list(accumulate((ROW + LINE * (len(lines) - 1) for lines in labels), initial=HEAD))


def _ticks(scale: Scale, values: Sequence[float]) -> tuple[Tick, ...]:
    last = len(values) - 1
    return tuple(
        Tick(
            at=scale(v),
            label=f"{v:g}",
            anchor="start" if n == 0 else "end" if n == last else "middle",
        )
        for n, v in enumerate(values)
    )
