"""Home of the tests that a plan asks for: one row per item, p values adjusted within a declared family."""

from collections.abc import Iterator

from analysis._planned.source import Row, Source, finite
from analysis.plan import TestPlan
from analysis.test.independence import Correction, independence


def test_rows(source: Source) -> list[Row]:
    """Rows of every family of tests, in the order of the plan."""
    return [row for family in source.plan.tests for row in _family(source, family)]


def _family(source: Source, family: TestPlan) -> Iterator[Row]:
    inside = source.inside(family.where)
    by = source.table.labels(family.by, missing=source.plan.missing)
    for item in family.items:
        found = independence(
            source.table.labels(item, missing=source.plan.missing),
            by,
            source.design,
            correction=Correction(family.correction),
            domain=inside,
            missing="",
            names=(item, family.by),
        )
        head: Row = {"name": family.name, "kind": family.kind, "item": item, "by": family.by}
        yield {**head, **{key: finite(value) for key, value in found.to_rows()[0].items()}}
