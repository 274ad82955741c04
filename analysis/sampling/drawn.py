"""Home of a drawn sample: rows, probabilities, weights, and the check that it is the draw it claims to be."""

from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np

from analysis._types import BoolArray, FloatArray, IntArray, Pps
from analysis.design import BoundDesign
from analysis.results import Result, Row
from analysis.sampling.errors import SamplingError
from analysis.sampling.seed import Seed


class Method(StrEnum):
    """`simple`: random without replacement; `systematic`: a comb with a random start; `pareto`, `brewer`: unequal
    probabilities of fixed size. With sizes, systematic, pareto and brewer draw in proportion to them."""

    SIMPLE = "simple"
    SYSTEMATIC = "systematic"
    PARETO = "pareto"
    BREWER = "brewer"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Draw(Result):
    """A drawn sample.

    Attributes
    ----------
    kind : how units, or primary units, were drawn
    rows : (n,) rows of the frame, ascending
    ids : their ids
    probabilities : (N,) inclusion probability of every unit of the frame
    certain : (N,) units taken for sure
    strata : (N,) stratum of every unit, "all" where there is none
    psu : (N,) first-stage unit, empty text where the draw has one stage
    first_stage : (N,) probability of the unit's PSU; those of the units where there is one stage
    seed_digest, frame_digest, plan : what a commitment to this draw says
    public : the public word of the seed
    """

    kind: Method
    rows: IntArray
    ids: tuple[str, ...]
    probabilities: FloatArray
    certain: BoolArray
    strata: tuple[str, ...] = field(repr=False)
    psu: tuple[str, ...] = field(repr=False)
    first_stage: FloatArray
    seed_digest: str
    frame_digest: str
    plan: str
    public: str

    @property
    def weights(self) -> FloatArray:
        """(n,) design weights, one over the inclusion probabilities."""
        return np.asarray(1.0 / self.probabilities[self.rows])

    def design(self) -> BoundDesign:
        """The design of the drawn units, as the estimators take it, before any weighting.

        Where all units of each stratum had one probability and the draw has one stage, it is the sampling fraction of
        the finite population correction; unequal probabilities of `pareto` and `brewer` enter by Hájek's approximation.
        Units of unequal systematic draws, and primary units of two stages, count as drawn with replacement, which
        overstates the variance a little.

        Raises
        ------
        DesignError
            ``lonely_psu`` for a stratum with a single drawn primary unit.
        """
        strata = np.array([self.strata[row] for row in self.rows])
        psu = np.array([self.psu[row] for row in self.rows])
        if (psu != "").any():
            return BoundDesign(weights=self.weights, strata=strata, psu=psu)
        fraction = self.first_stage[self.rows]
        is_equal = max(np.ptp(fraction[strata == name]) for name in np.unique(strata)) < 1e-12
        if is_equal:
            return BoundDesign(weights=self.weights, strata=strata, fpc=_one_each(fraction, strata))
        if self.kind is Method.SYSTEMATIC:
            return BoundDesign(weights=self.weights, strata=strata)
        return BoundDesign(weights=self.weights, strata=strata, fpc=fraction, pps=Pps.HAJEK)

    def to_rows(self) -> list[Row]:
        """One row per drawn unit."""
        weights = self.weights
        return [
            {
                "id": name,
                "row": int(row) + 1,
                "stratum": self.strata[row],
                "psu": self.psu[row] or None,
                "probability": float(self.probabilities[row]),
                "weight": float(weights[place]),
                "certain": int(self.certain[row]),
            }
            for place, (name, row) in enumerate(zip(self.ids, self.rows, strict=True))
        ]


def _one_each(fraction: FloatArray, strata: np.ndarray) -> FloatArray:
    """One and the same number in every stratum, whatever rounding made of it."""
    _, first, code = np.unique(strata, return_index=True, return_inverse=True)
    return np.asarray(fraction[first][code])


def verify(published: Draw, again: Draw) -> None:
    """Refuse a published draw that is not what seed and frame give when drawn again.

    Raises
    ------
    SamplingError
        ``seed_differs``, ``frame_differs``, ``plan_differs``, ``draw_differs``.
    """
    pairs = (
        ("seed_differs", published.seed_digest, again.seed_digest),
        ("frame_differs", published.frame_digest, again.frame_digest),
        ("plan_differs", published.plan, again.plan),
    )
    for code, expected, actual in pairs:
        if expected != actual:
            raise SamplingError(code, expected=expected, actual=actual)
    odd = np.setxor1d(published.rows, again.rows)
    if odd.size:
        raise SamplingError("draw_differs", row=int(odd[0]) + 1)


def drawn_sample(
    names: list[str],
    taken: BoolArray,
    probabilities: FloatArray,
    *,
    first_stage: FloatArray,
    strata: tuple[str, ...],
    psu: tuple[str, ...],
    kind: Method,
    seed: Seed,
    frame: str,
    plan: str,
    definition: str,
) -> Draw:
    """The result of a draw of which (N,) `taken` says who is in."""
    rows = np.flatnonzero(taken).astype(np.int64)
    return Draw(
        method=plan,
        kind=kind,
        definition=definition,
        rows=rows,
        ids=tuple(names[row] for row in rows),
        probabilities=probabilities,
        certain=probabilities >= 1.0 - 1e-12,
        strata=strata,
        psu=psu,
        first_stage=first_stage,
        seed_digest=seed.digest,
        frame_digest=frame,
        plan=plan,
        public=seed.public,
    )
