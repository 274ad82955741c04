"""Home of the attack on our own tables: what a reader can work out about a hidden cell by linear programming."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from analysis._types import FloatArray
from analysis.disclosure.tables import CellKey, Line, Release, TableKind

LOWEST, HIGHEST = 0.0, 100.0
# Cells that share equations, and those equations.
_System = tuple[frozenset[CellKey], frozenset[frozenset[tuple[CellKey, float]]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Equation:
    """A published number that is a linear combination of cells' values, such as a composite of group indices."""

    terms: Mapping[CellKey, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """What a reader knows about a hidden cell: its value lies between these two."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """How far it stays unknown."""
        return self.high - self.low


@dataclass(slots=True, kw_only=True)
class Attacker:
    """Somebody who has every table of the release and knows the weight of every cell.

    Sums over the cells of a line are known to the attacker wherever its total is shown, and also where no total
    is part of the table (population totals are public), unless the whole line is hidden. Rounding of what
    is shown is not counted as protection. Answers for a set of hidden cells are remembered.
    """

    release: Release
    equations: tuple[Equation, ...] = ()
    _known: dict[_System, dict[CellKey, Bounds]] = field(default_factory=dict)

    def bounds(self, hidden: Collection[CellKey]) -> dict[CellKey, Bounds]:
        """Bounds of every hidden cell that has a value."""
        found: dict[CellKey, Bounds] = {}
        for group, rows in self.systems(hidden):
            system = (group, frozenset(frozenset(row.items()) for row in rows))
            if system not in self._known:
                self._known[system] = self._solve(sorted(group), rows)
            found.update(self._known[system])
        return found

    def systems(
        self, hidden: Collection[CellKey]
    ) -> list[tuple[frozenset[CellKey], list[Mapping[CellKey, float]]]]:
        """Hidden cells that share an equation, directly or through others, with the equations they share."""
        unknown = {key for key in hidden if self.release.cells[key].mass > 0}
        rows = [row for row in self._rows(unknown) if row]
        leader = {key: key for key in unknown}

        def find(key: CellKey) -> CellKey:
            while leader[key] != key:
                leader[key] = leader[leader[key]]
                key = leader[key]
            return key

        for row in rows:
            first, *others = row
            for other in others:
                leader[find(other)] = find(first)
        members: dict[CellKey, set[CellKey]] = defaultdict(set)
        for key in unknown:
            members[find(key)].add(key)
        by_group: dict[CellKey, list[Mapping[CellKey, float]]] = defaultdict(list)
        for row in rows:
            by_group[find(next(iter(row)))].append(row)
        return [(frozenset(group), by_group[head]) for head, group in sorted(members.items())]

    def _rows(self, unknown: set[CellKey]) -> list[dict[CellKey, float]]:
        """Coefficients of the unknown values in everything the attacker knows."""
        rows = [line_row(line, unknown, self.release) for line in self.release.lines]
        for equation in self.equations:
            rows.append({key: weight for key, weight in equation.terms.items() if key in unknown and weight})
        return rows

    def _solve(self, keys: list[CellKey], rows: list[Mapping[CellKey, float]]) -> dict[CellKey, Bounds]:
        from scipy import optimize

        truth = np.array([_truth(key, self.release) for key in keys])
        limits = [_range(key, self.release) for key in keys]
        place = {key: column for column, key in enumerate(keys)}
        matrix = np.zeros((len(rows), len(keys)))
        for number, row in enumerate(rows):
            for key, coefficient in row.items():
                matrix[number, place[key]] = coefficient
        matrix = _scaled(matrix)
        found = {}
        for column, key in enumerate(keys):
            ends = []
            for sign in (1.0, -1.0):
                goal = np.zeros(len(keys))
                goal[column] = sign
                # The truth solves the system, so there is always a solution; the attacker looks for the farthest.
                answer = optimize.linprog(
                    goal,
                    A_eq=matrix if len(rows) else None,
                    b_eq=matrix @ truth if len(rows) else None,
                    bounds=limits,
                    method="highs",
                )
                if answer.status == 3:
                    ends.append(float("-inf") * sign)
                elif answer.status == 0:
                    ends.append(float(answer.x[column]))
                else:
                    # A solver in numerical trouble is no protection: count the cell as found out.
                    ends.append(float(truth[column]))
            found[key] = Bounds(low=min(ends), high=max(ends))
        return found


def line_row(line: Line, unknown: Collection[CellKey], release: Release) -> dict[CellKey, float]:
    """Coefficients of the unknown values of a line's sum; empty if the line says nothing about them."""
    hidden = [key for key in line.parts if key in unknown]
    if not hidden and line.total not in unknown:
        return {}
    if line.total is None:
        is_shown = any(key not in unknown and release.cells[key].mass > 0 for key in line.parts)
        if not is_shown:
            return {}
    row = {key: _mass(key, release) for key in hidden}
    if line.total is not None and line.total in unknown:
        row[line.total] = row.get(line.total, 0.0) - _mass(line.total, release)
    return {key: coefficient for key, coefficient in row.items() if coefficient}


def _mass(key: CellKey, release: Release) -> float:
    return 1.0 if release.kinds[key] is TableKind.COUNT else release.cells[key].mass


def _truth(key: CellKey, release: Release) -> float:
    cell = release.cells[key]
    if release.kinds[key] is TableKind.COUNT:
        return float(cell.n)
    assert cell.value is not None, "a cell with people has a value"
    return cell.value


def _range(key: CellKey, release: Release) -> tuple[float, float | None]:
    return (LOWEST, None) if release.kinds[key] is TableKind.COUNT else (LOWEST, HIGHEST)


def _scaled(matrix: FloatArray) -> FloatArray:
    """Rows divided by their largest coefficient: masses of millions beside units trouble the solver."""
    largest = np.abs(matrix).max(axis=1, initial=0.0, keepdims=True)
    return np.asarray(matrix / np.where(largest > 0, largest, 1.0))
