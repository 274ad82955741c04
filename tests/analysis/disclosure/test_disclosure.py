"""Disclosure control: what is hidden, that it stays hidden, and that the audit sees when it does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.disclosure.attack import Attacker, Equation
from analysis.disclosure.audit import audit
from analysis.disclosure.errors import DisclosureError
from analysis.disclosure.protect import PRIMARY_REASONS, ProtectedTable, protect, protect_release
from analysis.disclosure.rules import DisclosureRules, percent_decimals
from analysis.disclosure.tables import TOTAL, Cell, CellKey, Table, TableKind, cell_key, release_of
from analysis.disclosure.terms import GroupTerm, merge_small_groups

RULES = DisclosureRules()
Parts = dict[tuple[str, str], tuple[int, float]]


def with_totals(
    parts: Parts, *, kind: TableKind = TableKind.MEAN, measure: str = "index", id: str = "t"
) -> Table:
    """A two-way table of (n, value) with every margin and the grand total."""
    places = {(row, column) for row, column in parts}
    rows, columns = {row for row, _ in places}, {column for _, column in places}
    cells = []
    for row in [*sorted(rows), TOTAL]:
        for column in [*sorted(columns), TOTAL]:
            inside = [cell for (r, c), cell in parts.items() if row in (r, TOTAL) and column in (c, TOTAL)]
            n = sum(size for size, _ in inside)
            value = sum(size * mean for size, mean in inside) / n if n else None
            cells.append(
                Cell(at={"row": row, "column": column}, n=n, value=value if kind is TableKind.MEAN else None)
            )
    return Table(id=id, measure=measure, kind=kind, dimensions=("row", "column"), cells=tuple(cells))


def primary(protected: ProtectedTable) -> set[CellKey]:
    return {key for key, reason in protected.hidden.items() if reason in PRIMARY_REASONS}


sizes = st.one_of(st.integers(0, 29), st.integers(30, 400))
cells = st.tuples(sizes, st.floats(0, 100).map(lambda x: round(x, 1)))
tables = st.integers(2, 4).flatmap(
    lambda rows: st.integers(2, 4).flatmap(
        lambda columns: st.lists(cells, min_size=rows * columns, max_size=rows * columns).map(
            lambda drawn: {(f"r{k // columns}", f"c{k % columns}"): cell for k, cell in enumerate(drawn)}
        )
    )
)


@settings(max_examples=40, deadline=None)
@given(parts=tables, kind=st.sampled_from([TableKind.MEAN, TableKind.COUNT]))
def test_what_is_hidden_stays_hidden(parts: Parts, kind: TableKind) -> None:
    table = with_totals(parts, kind=kind)
    protected = protect(table)
    size_of = dict(zip(table.keys, (cell.n for cell in table.cells), strict=True))
    assert audit([protected]).is_passed
    for cell, row in zip(table.cells, protected.rows(), strict=True):
        if row["suppressed"] is None:
            assert cell.n >= (10 if kind is TableKind.COUNT else 30)
            assert isinstance(row["n"], int)
            assert row["n"] % 5 == 0
            assert abs(row["n"] - cell.n) <= 2
        else:
            assert row["n"] is None
            assert row.get("value") is None
    # An attack of our own, without the solver: no line gives a small cell away by subtraction.
    hidden = {key for key in protected.hidden if kind is TableKind.COUNT or size_of[key] > 0}
    small = hidden & primary(protected)
    for line in table.lines():
        gaps = {key for key in (*line.parts, line.total) if key in hidden}
        assert len(gaps) != 1 or not gaps & small


@settings(max_examples=30, deadline=None)
@given(parts=tables)
def test_the_attacker_never_misses_the_truth(parts: Parts) -> None:
    table = with_totals(parts)
    hidden = protect(table).hidden
    bounds = Attacker(release=release_of([table])).bounds(hidden)
    truth = dict(zip(table.keys, (cell.value for cell in table.cells), strict=True))
    for key, bound in bounds.items():
        value = truth[key]
        assert value is not None
        assert bound.low - 1e-4 <= value <= bound.high + 1e-4


def test_a_table_without_small_cells_is_shown_whole() -> None:
    parts = {(r, c): (50, 70.0) for r in "ab" for c in "xy"}
    assert dict(protect(with_totals(parts)).hidden) == {}


def test_the_audit_finds_a_single_hidden_cell() -> None:
    parts: Parts = {
        ("a", "x"): (12, 81.0),
        ("a", "y"): (50, 70.0),
        ("b", "x"): (60, 72.0),
        ("b", "y"): (70, 69.0),
    }
    table = with_totals(parts)
    small = cell_key("index", {"row": "a", "column": "x"})
    careless = ProtectedTable(table=table, hidden={small: "base_below_minimum"}, rules=RULES)
    found = audit([careless])
    assert [problem.code for problem in found.problems] == ["derivable"]
    assert found.problems[0].low == pytest.approx(81.0)
    assert "81.00" in found.problems[0].message("en")
    assert "81.00" in found.problems[0].message("zh")
    nothing = ProtectedTable(table=table, hidden={}, rules=RULES)
    assert [problem.code for problem in audit([nothing]).problems] == ["shown_too_small"]


def test_a_wide_interval_is_not_enough_when_values_sit_at_the_edge() -> None:
    # Two cells with only top answers: their sum reaches its maximum, so both are known in spite of two gaps.
    parts: Parts = {
        ("a", "x"): (12, 100.0),
        ("a", "y"): (50, 100.0),
        ("b", "x"): (60, 100.0),
        ("b", "y"): (70, 60.0),
    }
    table = with_totals(parts)
    pair = {cell_key("index", {"row": r, "column": c}) for r in "ab" for c in "xy"}
    bounds = Attacker(release=release_of([table])).bounds(pair)
    assert bounds[cell_key("index", {"row": "a", "column": "x"})].width < 1e-6
    protected = protect(table)
    assert audit([protected]).is_passed
    assert len(protected.hidden) > 4


def test_linked_tables_are_protected_together() -> None:
    by_age = with_totals(
        {("a", "x"): (12, 81.0), ("a", "y"): (50, 70.0), ("b", "x"): (60, 72.0), ("b", "y"): (70, 69.0)},
        id="age",
    )
    # The same rows, shown alone elsewhere: its cells are the totals of the first table.
    rows = [cell for cell in by_age.cells if cell.at["column"] == TOTAL]
    alone = Table(
        id="rows",
        measure="index",
        kind=TableKind.MEAN,
        dimensions=("row",),
        cells=tuple(replace(cell, at={"row": cell.at["row"]}) for cell in rows),
    )
    together = protect_release([by_age, alone])
    assert audit(together).is_passed
    # Hiding a total in one table while the other shows it is caught.
    total = cell_key("index", {"row": "a", "column": TOTAL})
    small = cell_key("index", {"row": "a", "column": "x"})
    leaky = ProtectedTable(
        table=by_age, hidden={small: "base_below_minimum", total: "complementary"}, rules=RULES
    )
    codes = {
        problem.code
        for problem in audit([leaky, ProtectedTable(table=alone, hidden={}, rules=RULES)]).problems
    }
    assert "shown_elsewhere" in codes
    assert "derivable" in codes


def test_two_tables_of_two_runs_are_refused() -> None:
    one = with_totals({("a", "x"): (50, 81.0), ("a", "y"): (50, 70.0)})
    other = with_totals({("a", "x"): (50, 82.0), ("a", "y"): (50, 70.0)}, id="u")
    with pytest.raises(DisclosureError, match="row=a"):
        protect_release([one, other])


def groups_of(unit: str, ns: dict[str, int]) -> Table:
    cells = tuple(
        Cell(at={"unit": unit, "group": group}, n=n, value=70.0 + n / 100) for group, n in ns.items()
    )
    return Table(
        id="groups",
        measure="group index",
        kind=TableKind.MEAN,
        dimensions=("unit", "group"),
        cells=cells,
        additive=(),
    )


def test_composites_are_equations_too() -> None:
    table = groups_of("edu", {"experts": 20, "residents": 900, "service_users": 400})
    equation = Equation(terms=dict(zip(table.keys, (0.1, 0.6, 0.3), strict=True)))
    without = protect(table)
    assert len(without.hidden) == 1
    assert [problem.code for problem in audit([without], equations=[equation]).problems] == ["derivable"]
    guarded = protect(table, equations=[equation])
    assert {dict(key[1])["group"] for key in guarded.hidden} == {"experts", "service_users"}
    assert audit([guarded], equations=[equation]).is_passed


def test_dominance_hides_a_cell_of_enterprises() -> None:
    parts: Parts = {
        ("a", "x"): (40, 60.0),
        ("a", "y"): (50, 70.0),
        ("b", "x"): (60, 72.0),
        ("b", "y"): (70, 69.0),
    }
    table = with_totals(parts)
    first = replace(table.cells[0], largest_share=0.71)
    protected = protect(replace(table, cells=(first, *table.cells[1:])))
    assert protected.hidden[table.keys[0]] == "dominance"
    allowed = replace(table.cells[0], largest_share=0.70)
    assert dict(protect(replace(table, cells=(allowed, *table.cells[1:]))).hidden) == {}


def test_counts_under_ten_are_hidden_and_the_rest_rounded() -> None:
    table = Table(
        id="reasons",
        measure="removed",
        kind=TableKind.COUNT,
        dimensions=("reason",),
        cells=tuple(
            Cell(at={"reason": reason}, n=n)
            for reason, n in {"speeder": 112, "duplicate": 38, "other": 4, TOTAL: 154}.items()
        ),
    )
    protected = protect(table)
    rows = {str(row["reason"]): row for row in protected.rows()}
    assert rows["other"]["suppressed"] == "count_below_minimum"
    assert rows["duplicate"]["suppressed"] == "complementary"
    assert rows["speeder"]["n"] == 110
    assert rows[TOTAL]["n"] == 155
    assert audit([protected]).is_passed


def test_tables_that_cannot_be_checked() -> None:
    good = Cell(at={"row": "a"}, n=40, value=70.0)
    for cells_, message in (
        ((good, good), "twice"),
        ((replace(good, at={"column": "a"}),), "dimensions"),
        ((replace(good, n=-1),), "invalid"),
        ((replace(good, value=None),), "invalid"),
        ((replace(good, value=float("nan")),), "invalid"),
        ((replace(good, weight=float("nan")),), "invalid"),
    ):
        with pytest.raises(DisclosureError, match=message):
            Table(id="t", measure="m", kind=TableKind.MEAN, dimensions=("row",), cells=cells_)


def terms(**ns: int) -> list[GroupTerm]:
    weight = 1 / len(ns)
    return [GroupTerm(group=group, n=n, weight=weight, value=60.0 + n / 50) for group, n in ns.items()]


@given(ns=st.lists(st.integers(1, 200), min_size=1, max_size=7))
def test_merged_terms_add_up_to_the_composite(ns: list[int]) -> None:
    given_ = terms(**{f"g{k}": n for k, n in enumerate(ns)})
    small = [n for n in ns if n < 30]
    if small and (sum(sorted(ns)[: len(small) + 1]) < 30 or len(ns) == 1):
        with pytest.raises(DisclosureError):
            merge_small_groups(given_)
        return
    published = merge_small_groups(given_)
    assert sum(term.term for term in published) == pytest.approx(sum(t.weight * t.value for t in given_))
    assert sum(term.weight for term in published) == pytest.approx(1.0)
    assert sorted(group for term in published for group in term.groups) == sorted(t.group for t in given_)
    assert all(term.n >= 30 for term in published)
    assert all((term.value is None) is term.is_merged for term in published)
    assert sum(term.is_merged for term in published) == (1 if small else 0)


def test_small_groups_go_with_the_next_smallest() -> None:
    published = merge_small_groups(terms(experts=12, social_organisations=28, power_organs=60, residents=900))
    merged = [term for term in published if term.is_merged]
    assert [term.groups for term in merged] == [("experts", "social_organisations", "power_organs")]
    assert merged[0].n == 100


def test_decimals_of_percentages() -> None:
    assert [percent_decimals(n) for n in (30, 99, 100)] == [0, 0, 1]
