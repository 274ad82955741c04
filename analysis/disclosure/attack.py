"""Home of the attack on our own tables: what a reader can work out about a hidden cell by linear programming."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from analysis._types import FloatArray
from analysis.disclosure.tables import CellKey, Line, Release, TableKind

LOWEST, HIGHEST = 0.0, 100.0
_UNBOUNDED, _OPTIMAL = 3, 0

# Coefficients of unknown values whose sum the reader knows.
Row = Mapping[CellKey, float]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """Hidden cells that hang together, the equations a reader has for them, and the lines and totals behind."""

    cells: tuple[CellKey, ...]
    rows: tuple[Row, ...]
    lines: tuple[Line, ...]
    equations: tuple[Equation, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attacker:
    """Somebody who has every table of the release and knows the weight of every cell.

    Sums over the cells of a line are known to the attacker wherever its total is shown, and also where no total
    is part of the table (population totals are public), unless the whole line is hidden. Rounding of what
    is shown is not counted as protection. Hiding one more cell never narrows what is known of another.
    """

    release: Release
    equations: tuple[Equation, ...] = ()
    _lines: Mapping[CellKey, list[Line]] = field(init=False, repr=False)
    _equations: Mapping[CellKey, list[Equation]] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        lines: dict[CellKey, list[Line]] = defaultdict(list)
        for line in self.release.lines:
            for key in (*line.parts, *([] if line.total is None else [line.total])):
                lines[key].append(line)
        equations: dict[CellKey, list[Equation]] = defaultdict(list)
        for equation in self.equations:
            for key in equation.terms:
                equations[key].append(equation)
        object.__setattr__(self, "_lines", lines)
        object.__setattr__(self, "_equations", equations)

    def bounds(
        self, hidden: Collection[CellKey], targets: Collection[CellKey] | None = None
    ) -> dict[CellKey, Bounds]:
        """Bounds of the targets (all hidden cells by default) that have a value."""
        unknown = {key for key in hidden if self._has_value(key)}
        wanted = unknown if targets is None else unknown.intersection(targets)
        return {key: self._bound(key, self.system(key, hidden)) for key in sorted(wanted)}

    def system(self, target: CellKey, hidden: Collection[CellKey]) -> System:
        """Everything that bears on one hidden cell, found by walking from cell to cell along shared equations."""
        found, lines, equations = {target}, {}, {}
        rows: list[Row] = []
        queue = [target]
        while queue:
            key = queue.pop()
            fresh: list[Row] = []
            for line in self._lines.get(key, ()):
                if id(line) not in lines and (row := self._line_row(line, hidden)):
                    lines[id(line)] = line
                    fresh.append(row)
            for equation in self._equations.get(key, ()):
                if id(equation) not in equations:
                    equations[id(equation)] = equation
                    fresh.append(
                        {k: w for k, w in equation.terms.items() if w and self._is_unknown(k, hidden)}
                    )
            rows.extend(fresh)
            reached = {other for row in fresh for other in row} - found
            found |= reached
            queue.extend(reached)
        return System(
            cells=tuple(sorted(found)),
            rows=tuple(rows),
            lines=tuple(lines.values()),
            equations=tuple(equations.values()),
        )

    def _line_row(self, line: Line, hidden: Collection[CellKey]) -> Row:
        """Coefficients of the unknown values of a line's sum; empty if the line says nothing."""
        parts = [key for key in line.parts if self._has_value(key)]
        row = {key: self._mass(key) for key in parts if key in hidden}
        if line.total is None:
            return row if len(row) < len(parts) else {}
        if self._is_unknown(line.total, hidden):
            row[line.total] = row.get(line.total, 0.0) - self._mass(line.total)
        return {key: coefficient for key, coefficient in row.items() if coefficient}

    def _bound(self, target: CellKey, system: System) -> Bounds:
        limits = [self._range(key) for key in system.cells]
        truth = np.array([self._truth(key) for key in system.cells])
        column = system.cells.index(target)
        if not system.rows:
            low, high = limits[column]
            return Bounds(low=low, high=float("inf") if high is None else high)
        if len(system.cells) == 1:
            return Bounds(low=float(truth[column]), high=float(truth[column]))
        matrix = np.zeros((len(system.rows), len(system.cells)))
        place = {key: number for number, key in enumerate(system.cells)}
        for number, row in enumerate(system.rows):
            for key, coefficient in row.items():
                matrix[number, place[key]] = coefficient
        ends = [_farthest(column, _scaled(matrix), truth, limits, sign=sign) for sign in (1.0, -1.0)]
        return Bounds(low=min(ends), high=max(ends))

    def _is_unknown(self, key: CellKey, hidden: Collection[CellKey]) -> bool:
        return key in hidden and self._has_value(key)

    def _has_value(self, key: CellKey) -> bool:
        """A mean over nobody does not exist; a count of nobody does, and so does a total."""
        return self.release.kinds[key] is not TableKind.MEAN or self.release.cells[key].mass > 0

    def _mass(self, key: CellKey) -> float:
        return self.release.cells[key].mass if self.release.kinds[key] is TableKind.MEAN else 1.0

    def _truth(self, key: CellKey) -> float:
        cell = self.release.cells[key]
        if self.release.kinds[key] is TableKind.COUNT:
            return float(cell.n)
        assert cell.value is not None, "a cell with people has a value"
        return cell.value

    def _range(self, key: CellKey) -> tuple[float, float | None]:
        return (LOWEST, HIGHEST) if self.release.kinds[key] is TableKind.MEAN else (LOWEST, None)


def _farthest(
    column: int,
    matrix: FloatArray,
    truth: FloatArray,
    limits: list[tuple[float, float | None]],
    *,
    sign: float,
) -> float:
    """Smallest (sign 1) or largest (sign -1) value of one unknown that agrees with everything published."""
    from scipy import optimize

    goal = np.zeros(len(truth))
    goal[column] = sign
    # The truth solves the system, so there is a solution; the attacker looks for the one farthest away.
    answer = optimize.linprog(goal, A_eq=matrix, b_eq=matrix @ truth, bounds=limits, method="highs")
    if answer.status == _UNBOUNDED:
        return float("-inf") * sign
    # A solver in numerical trouble is no protection: the cell then counts as found out.
    return float(answer.x[column]) if answer.status == _OPTIMAL else float(truth[column])


def _scaled(matrix: FloatArray) -> FloatArray:
    """Rows divided by their largest coefficient: masses of millions beside units trouble the solver."""
    largest = np.abs(matrix).max(axis=1, initial=0.0, keepdims=True)
    return np.asarray(matrix / np.where(largest > 0, largest, 1.0))
