"""Home of the tests that a plan asks for: one row per item, p values adjusted within a declared family."""

from collections.abc import Iterator

import numpy as np

from analysis._planned.source import Row, Source, finite
from analysis._types import BoolArray
from analysis.plan import TestPlan
from analysis.results import HypothesisTest
from analysis.test import Adjust, Correction, RankScore, adjust, independence, rank_test, t_test


def test_rows(source: Source) -> list[Row]:
    """Rows of every family of tests, in the order of the plan."""
    return [row for family in source.plan.tests for row in _family(source, family)]


def _family(source: Source, family: TestPlan) -> Iterator[Row]:
    inside = source.inside(family.where)
    found = [_test(source, family, item, inside=inside) for item in family.items]
    adjusted = adjust([one.p for one in found], method=Adjust(family.adjust))
    for item, one, p in zip(family.items, found, adjusted.tolist(), strict=True):
        head: Row = {"name": family.name, "kind": family.kind, "item": item, "by": family.by}
        row = {**head, **{key: finite(value) for key, value in one.to_rows()[0].items()}}
        yield row if family.adjust == "none" else {**row, "p_adjusted": finite(p), "adjust": family.adjust}


def _test(source: Source, family: TestPlan, item: str, *, inside: BoolArray) -> HypothesisTest:
    missing = source.plan.missing
    if family.kind == "independence":
        return independence(
            source.table.labels(item, missing=missing),
            source.table.labels(family.by, missing=missing),
            design=source.design,
            correction=Correction(family.correction),
            domain=inside,
            missing="",
            names=(item, family.by),
        )
    answers = source.numbers(item)
    groups = None if not family.by else source.table.labels(family.by, missing=missing)
    if groups is not None:
        inside = np.asarray(inside & (groups != ""))
    if family.kind == "t":
        return t_test(answers, source.design, by=groups, null=family.null, domain=inside, name=item)
    assert groups is not None
    return rank_test(
        answers, groups, design=source.design, test=RankScore(family.score), domain=inside, name=item
    )
