"""Home of quotas: whole numbers for the cells of a table whose margins keep to their targets."""

from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.results import Result, Row
from analysis.sampling.errors import SamplingError, require


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quotas(Result):
    """Whole quotas: targets and quotas have the same shape, one axis per variable."""

    targets: FloatArray
    quotas: IntArray

    @property
    def total(self) -> int:
        """Interviews."""
        return int(self.quotas.sum())

    def to_rows(self) -> list[Row]:
        """One row per cell, with its place on each axis from 1."""
        return [
            {f"axis_{axis + 1}": place + 1 for axis, place in enumerate(cell)}
            | {"target": float(self.targets[cell]), "quota": int(self.quotas[cell])}
            for cell in np.ndindex(self.targets.shape)
        ]


def quotas(shares: ArrayLike, n: int) -> Quotas:
    """Round the targets n · share of every cell up or down so that all margins are rounded up or down as well.

    Of all such tables it is the one nearest to the targets (least squares, and then also least absolute deviation);
    a whole target stays, an empty cell stays empty. In two ways a solution always exists, in three or more nearly.

    Parameters
    ----------
    shares : table of population counts or shares, at least 0, one axis per quota variable; scaled to sum to n.
    n : interviews.

    Raises
    ------
    SamplingError
        ``out_of_range``; ``quota_infeasible`` where three or more variables cannot all be met.

    References
    ----------
    Cox (1987), Journal of the American Statistical Association 82, 520-524 (controlled rounding); Causey, Cox and
    Ernst (1985), the same journal 80, 903-909 (as a transportation problem).
    """
    try:
        table = np.asarray(shares, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name="shares", value=problem) from problem
    if table.ndim == 0 or table.size == 0:
        raise InvalidInput("wrong_shape", name="shares", expected="(a, b, ...)", actual=table.shape)
    flat = table.ravel()
    for place in np.flatnonzero(~(np.isfinite(flat) & (flat >= 0)))[:1]:
        require(f"shares[{int(place) + 1}]", float(flat[place]), least=0)
    require("shares", float(table.sum()), above=0)
    if n != int(n) or n < 1:
        require("n", n if n < 1 else float("nan"), least=1)
    targets = table / table.sum() * n
    # What is whole up to rounding stays whole.
    targets = np.where(np.abs(targets - np.round(targets)) < 1e-9, np.round(targets), targets)
    floor = np.floor(targets)
    extra = _rounded_up(targets - floor, targets)
    return Quotas(
        method="controlled rounding",
        definition="sampling.quotas",
        targets=targets,
        quotas=(floor + extra).astype(np.int64),
    )


def _rounded_up(part: FloatArray, targets: FloatArray) -> FloatArray:
    """0/1 table of the cells that go up: an integer program whose solution in two ways is whole by itself."""
    from scipy import optimize

    masks = _margins(targets.shape)
    lines = np.array([mask.ravel() for mask in masks], dtype=np.float64)
    floors = np.array([np.floor(targets[mask]).sum() for mask in masks])
    sums = np.array([targets[mask].sum() for mask in masks])
    sums = np.where(np.abs(sums - np.round(sums)) < 1e-7, np.round(sums), sums)
    fraction = part.ravel()
    # A cell near its half could go either way; the small slope makes the choice the same everywhere.
    tie = np.arange(fraction.size) / fraction.size * 1e-6
    answer = optimize.milp(
        c=1.0 - 2.0 * fraction + tie,
        constraints=optimize.LinearConstraint(lines, np.floor(sums) - floors, np.ceil(sums) - floors),
        integrality=np.ones(fraction.size),
        bounds=optimize.Bounds(0.0, np.where(fraction > 0, 1.0, 0.0)),
    )
    if answer.x is None:
        raise SamplingError("quota_infeasible")
    return np.asarray(np.round(answer.x).reshape(part.shape))


def _margins(shape: tuple[int, ...]) -> list[BoolArray]:
    """Every margin of a table as a mask of its cells: the total, and each crossing of some of the variables."""
    axes = range(len(shape))
    masks = []
    for kept in (kept for size in range(len(shape)) for kept in combinations(axes, size)):
        for place in np.ndindex(*(shape[axis] for axis in kept)):
            mask = np.zeros(shape, dtype=np.bool_)
            index: list[int | slice] = [slice(None)] * len(shape)
            for axis, value in zip(kept, place, strict=True):
                index[axis] = value
            mask[tuple(index)] = True
            masks.append(mask)
    return masks
