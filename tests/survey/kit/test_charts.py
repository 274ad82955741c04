"""Geometry of the charts: what is drawn where, and that nothing is drawn where nothing is known."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey.kit.charts import BarRow, DotRow, Interval, Scale, dots, likert, rank_sets, zoom


def test_a_scale_is_straight_and_stops_at_its_ends() -> None:
    scale = Scale(low=0, high=100)
    assert [scale(v) for v in (0, 50, 100)] == [0, 50, 100]
    assert [scale(v) for v in (-5, 105)] == [0, 100]


def test_dots_carry_both_intervals_in_order() -> None:
    chart = dots([Interval(label="A", value=60, low=50, high=66)])
    (row,) = chart.rows
    assert isinstance(row, DotRow)
    assert row.thin is not None
    assert row.thick is not None
    assert row.dot is not None
    assert row.thin[0] < row.thick[0] < row.dot < row.thick[1] < row.thin[1]
    assert [tick.label for tick in chart.ticks] == ["0", "20", "40", "60", "80", "100"]


def test_what_is_suppressed_has_no_dot() -> None:
    (row,) = dots([Interval(label="A", value=None, text="held")]).rows
    assert isinstance(row, DotRow)
    assert row.dot is row.thin is row.thick is None


def test_the_axis_is_zoomed_in_tens_only_where_it_pays() -> None:
    near = [Interval(label="A", value=62, low=58.7, high=76.3)]
    far = [Interval(label="A", value=20, low=10, high=30), Interval(label="B", value=80, low=70, high=90)]
    assert zoom(near) == (50, 80)
    assert zoom(far) == zoom([]) == (0, 100)


def test_rank_sets_cover_whole_positions() -> None:
    chart = rank_sets([("A", 1, 1, "1"), ("B", 2, 4, "2–4")], positions=4)
    spans = [(row.bars[0].x, row.bars[0].width) for row in chart.rows if isinstance(row, BarRow)]
    assert spans == [(0, 25), (25, 75)]


def test_likert_bars_meet_at_the_middle_of_the_neutral() -> None:
    chart = likert([("A", [0.1, 0.2, 0.4, 0.2, 0.1], 0.0, ""), ("B", [0.0, 0.1, 0.2, 0.3, 0.3], 0.1, "")])
    for row in chart.rows:
        assert isinstance(row, BarRow)
        neutral = next(bar for bar in row.bars if bar.css == "p3")
        assert neutral.x + neutral.width / 2 == pytest.approx(chart.middle, abs=0.01)
        assert row.bars[-1].x + row.bars[-1].width <= 100.01
    assert [bar.css for bar in chart.rows[0].bars] == ["p1", "p2", "p3", "p4", "p5"]  # type: ignore[union-attr]  # bars, as made


@given(st.text(alphabet="ab 省厅", min_size=1, max_size=80), st.text(alphabet="0–9.()", max_size=14))
def test_labels_are_wrapped_without_losing_a_letter(label: str, value: str) -> None:
    (row,) = dots([Interval(label=label, value=1.0, low=0.5, high=2.0, text=value)]).rows
    assert "".join(row.lines).replace(" ", "") == label.replace(" ", "")
    assert row.y < dots([Interval(label=label, value=1.0, text=value)]).height


def test_rows_do_not_overlap() -> None:
    chart = dots([Interval(label="省" * 40, value=1), Interval(label="A", value=2)])
    first, second = chart.rows
    assert first.y + 6 < second.top
    assert second.y + 6 < chart.floor
