"""The tables of docs/exchange.md about XLSForm are the code."""

from __future__ import annotations

import re

from survey.instrument.exchange import guards
from survey.instrument.exchange.report import Reason
from survey.instrument.exchange.xlsform import reasons as xlsform_reasons
from survey.instrument.exchange.xlsform.form import MAX_SURVEY_ROWS
from survey.instrument.exchange.xlsform.item_rows import NEAREST
from survey.instrument.exchange.xlsform.items import _PLAIN as PLAIN
from survey.instrument.exchange.xlsform.items import SELECTS
from survey.instrument.exchange.xlsform.tree import MAX_GROUP_DEPTH
from survey.instrument.item_types import ITEM_TYPES
from tests.house.test_layout import ROOT

TEXT = (ROOT / "docs" / "exchange.md").read_text(encoding="utf-8")


def table(heading: str) -> dict[str, str]:
    """The first table below a heading: its first cells with their second ones."""
    chapter = TEXT.split(f"### {heading}\n", 1)[1].split("\n#", 1)[0].strip().split("\n\n")[0]
    rows = re.findall(r"^\| `([^`]+)` \| (.+?) \|$", chapter, re.M)
    return dict(rows)


def test_types_on_the_way_in() -> None:
    told = table("Types on the way in")
    assert set(told) == {*PLAIN, *SELECTS, "calculate", "hidden"}
    for name, made in PLAIN.items():
        assert re.split(r"[,;]", told[name])[0] == made["type"], name
    for name, kind in SELECTS.items():
        assert told[name].split(";")[0] == kind


def test_types_on_the_way_out() -> None:
    told = table("Types on the way out")
    assert set(told) == set(ITEM_TYPES)
    assert {name: re.findall(r"`(\w+)`", words)[0] for name, words in told.items()} == NEAREST


def test_what_is_listed() -> None:
    reasons = [part for part in vars(xlsform_reasons).values() if isinstance(part, Reason)]
    assert table("What is listed") == {reason.code: reason.en for reason in reasons}
    assert len({reason.code for reason in reasons}) == len(reasons)
    assert all(re.search("[\u4e00-\u9fff]", reason.zh) for reason in reasons)


def test_the_limits() -> None:
    limits = TEXT.split("## Hostile files\n", 1)[1]
    for figure in (
        f"{guards.MAX_BYTES >> 20} MiB",
        f"{guards.MAX_MEMBERS:,} members",
        f"{guards.MAX_UNPACKED >> 20} MiB",
        f"{guards.MAX_RATIO}",
        f"{guards.MAX_XML_DEPTH} levels",
        f"{guards.MAX_XML_NODES:,} nodes",
    ):
        assert figure in limits, figure
    assert f"more than {MAX_SURVEY_ROWS:,} rows" in TEXT
    assert f"more than {MAX_GROUP_DEPTH}\ndeep" in TEXT
