"""Home of the figure that all plots share: its size by what it holds, its letters, its colours."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from analysis.plots.errors import PlotError

INK, ACCENT, SOFT = (
    "#1b1f24",
    "#0b5fa5",
    "#c9d3dd",
)  # 16.6:1 and 6.6:1 on white; SOFT carries no meaning alone
_HAN = (
    "Noto Sans CJK SC",
    "Noto Serif CJK SC",
    "Source Han Sans SC",
    "WenQuanYi Micro Hei",
    "SimHei",
    "PingFang SC",
)
_ROW, _MARGIN = 0.32, 1.1  # inches


@contextmanager
def canvas(
    *, rows: int, width: float = 7.0
) -> Iterator[tuple[Any, Any]]:  # Any: matplotlib's figure and axes
    """A figure with room for this many rows and one pair of axes; letters that can write Chinese where there are any.

    Raises
    ------
    PlotError
        `missing_extra` without matplotlib.
    """
    try:
        import matplotlib as mpl
        from matplotlib.figure import Figure
    except ImportError as problem:
        raise PlotError("missing_extra") from problem
    settings: Any = {  # Any: matplotlib lists every setting as a literal
        "font.family": _families(),
        "axes.unicode_minus": False,
        "font.size": 10.0,
        "text.parse_math": False,  # a dollar sign in a label is a dollar sign
    }
    with mpl.rc_context(settings):
        figure = Figure(figsize=(width, _MARGIN + _ROW * max(rows, 3)), layout="constrained")
        axes = figure.add_subplot()
        for side in ("top", "right"):
            axes.spines[side].set_visible(False)
        yield figure, axes


def name_rows(axes: Any, names: Sequence[str]) -> None:  # Any: matplotlib's axes
    """One row per name, the first on top."""
    axes.set_yticks(range(len(names)), labels=list(names))
    axes.set_ylim(len(names) - 0.4, -0.6)
    axes.tick_params(axis="y", length=0)
    axes.grid(axis="x", color=SOFT, linewidth=0.6)
    axes.set_axisbelow(True)


def _families() -> list[str]:
    from matplotlib import font_manager

    known = {font.name for font in font_manager.fontManager.ttflist}
    return ["DejaVu Sans", *(name for name in _HAN if name in known)]
