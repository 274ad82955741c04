"""What a notebook and a terminal show: all rows, escaped, with method and status below; a frame where pandas is there."""

from analysis import SurveyDesign, estimate
from analysis._display import MOST_ROWS, table, text
from analysis.dataset import read_table
from analysis.results import Row
from analysis.test import independence
from tests.analysis.reference_cases import REFERENCE, citizens, labels

HOSTILE: list[Row] = [
    {"name": "<script>alert('x')</script>", "n": 3},
    {"name": "中文", "n": 12, "none": None},
]


def test_texts_are_escaped_and_empty_columns_left_out() -> None:
    html = table(HOSTILE, notes=["<b>"])
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "&lt;b&gt;" in html
    assert "none" not in html


def test_plain_text_is_aligned_for_wide_characters_too() -> None:
    lines = text([*HOSTILE[1:], {"name": "abcd", "n": 4}]).splitlines()
    assert lines == ["name   n", "中文  12", "abcd   4"]


def test_a_long_result_says_how_much_more_there_is() -> None:
    rows: list[Row] = [{"n": place} for place in range(MOST_ROWS + 7)]
    assert "7 more rows" in text(rows)
    assert table(rows).count("<tr>") == MOST_ROWS + 1


def test_a_result_shows_its_rows_method_and_status() -> None:
    design = SurveyDesign(weights="pw", strata="region", psu="township").bind(
        read_table(REFERENCE / "data" / "citizens.csv")
    )
    found = estimate.mean(design, ["overall", "edu"])
    assert "5.50" in str(found)
    assert "overall" in found._repr_html_()
    frame = found.to_frame()
    assert list(frame["item"]) == ["overall", "edu"]
    assert frame["se"].iloc[0] == found["overall"].se
    single = found["overall"]
    assert "5.50" in str(single)
    assert "<table>" in single._repr_html_()
    tested = independence(labels("q7"), labels("urban"), design=citizens(), missing="")
    assert "rao-scott-2" in str(tested)
