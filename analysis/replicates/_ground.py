"""Home of what all replicate methods start from: the first-stage units of a design, and what they cannot carry."""

from dataclasses import dataclass

import numpy as np

from analysis._types import BoolArray, FloatArray, IntArray, Lonely
from analysis.design import BoundDesign
from analysis.errors import DesignError

LEAST = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ground:
    """The first-stage units.

    Attributes
    ----------
    unit : (n,) unit of each row, None where rows are units.
    stratum : (U,) stratum of each unit.
    count : (H,) units per stratum, as numbers.
    fraction : (H,) sampling fraction.
    varies : (H,) whether the stratum adds to the variance.
    """

    unit: IntArray | None
    stratum: IntArray
    count: FloatArray
    fraction: FloatArray
    varies: BoolArray
    labels: tuple[str, ...]


def of(design: BoundDesign, *, kind: str, carries_fpc: bool, ignore_fpc: bool) -> Ground:
    """The units of a design that replicates of this kind can represent.

    Raises
    ------
    DesignError
        Replicates exist already; population sizes or stages that the kind cannot carry; a lonely PSU under a policy
        that replicates do not know.
    """
    layout = design.layout
    if design.replicates is not None:
        raise DesignError("replicates_exist", kind=design.replicates.kind)
    beyond = bool(layout.later) or layout.pps is not None or (not carries_fpc and layout.fraction.any())
    if beyond and not ignore_fpc:
        raise DesignError("replicates_drop_fpc", kind=kind)
    fraction = np.zeros_like(layout.fraction) if ignore_fpc else layout.fraction
    alone = (layout.psu_count == 1) & (layout.fraction < 1.0)
    if alone.any() and layout.lonely not in (Lonely.CERTAINTY, Lonely.REMOVE):
        first = int(np.flatnonzero(alone)[0])
        raise DesignError("replicates_lonely", stratum=layout.labels[first], kind=kind)
    return Ground(
        unit=layout.psu,
        stratum=layout.stratum,
        count=layout.psu_count.astype(np.float64),
        fraction=fraction,
        varies=(layout.psu_count > 1) & (fraction < 1.0),
        labels=layout.labels,
    )


def check_number(replicates: int) -> None:
    """A variance needs at least two replicates."""
    if replicates < LEAST:
        raise DesignError("replicates_few", least=LEAST, actual=replicates)


def rank_df(table: FloatArray) -> int:
    """Rank of (R, U) factors minus 1, as the degrees of freedom of given replicate weights."""
    gram = table @ table.T if table.shape[0] <= table.shape[1] else table.T @ table
    values = np.linalg.eigvalsh(gram)
    return int(np.count_nonzero(values > values[-1] * 1e-10)) - 1
