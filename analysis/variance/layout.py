"""Home of the sampling layout: which row lies in which stratum and unit of each stage, checked and coded once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray, Lonely, Pps
from analysis.errors import DesignError
from analysis.variance import unequal

_ONE_STRATUM: tuple[str, ...] = ("all",)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stage:
    """A further stage of sampling, inside the units of the stage before it.

    Attributes
    ----------
    units : (n,) labels of the units of this stage (they may repeat in other units of the stage before);
        None: every row was drawn by itself.
    strata : (n,) labels of strata inside the units of the stage before, None for none.
    fpc : (n,) units in the population of the row's stratum at this stage, or sampling fractions if none exceeds 1.
    """

    units: ArrayLike | None = None
    strata: ArrayLike | None = None
    fpc: ArrayLike | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """Strata and primary sampling units of a design.

    Attributes
    ----------
    n : rows.
    psu : (n,) code of each row's PSU, nested in strata; None if every row is a PSU of its own.
    stratum : (m,) stratum of each PSU (of each row where `psu` is None).
    psu_count : (H,) sampled PSUs per stratum.
    fraction : (H,) sampling fraction of the units, 0 without finite population correction.
    labels : names of the strata.
    probability : (m,) inclusion probability of each PSU where they differ inside a stratum, else None.
    pps : how unequal probabilities without replacement enter the variance; None where they are equal.
    joint : (m, m) joint inclusion probabilities of the PSUs, for the two exact formulae of `pps`.
    later : the layouts of the stages after this one, outermost first; empty for ultimate clusters.
    carried : (H,) product of the sampling fractions of the stages before; None for the first stage.
    """

    n: int
    psu: IntArray | None
    stratum: IntArray
    psu_count: IntArray
    fraction: FloatArray
    labels: tuple[str, ...]
    lonely: Lonely
    probability: FloatArray | None = None
    pps: Pps | None = None
    joint: FloatArray | None = None
    later: tuple["Layout", ...] = ()
    carried: FloatArray | None = None

    @property
    def is_plain(self) -> bool:
        """One stage with equal probabilities inside strata: the layouts that sums per stratum suffice for."""
        return self.pps is None and not self.later

    @property
    def n_psu(self) -> int:
        """Sampled PSUs."""
        return int(self.stratum.shape[0])

    @property
    def n_strata(self) -> int:
        """Strata."""
        return len(self.labels)

    @property
    def df(self) -> int:
        """Design degrees of freedom: PSUs minus strata."""
        return self.n_psu - self.n_strata

    @property
    def stratum_of_row(self) -> IntArray:
        """(n,) stratum of each row."""
        return self.stratum if self.psu is None else self.stratum[self.psu]


def build(
    *,
    n: int,
    strata: ArrayLike | None,
    psu: ArrayLike | None,
    fpc: ArrayLike | None,
    nested: bool,
    lonely: Lonely,
    pps: Pps | None = None,
    joint: ArrayLike | None = None,
    later: Sequence[Stage] = (),
) -> Layout:
    """Code strata and units of every stage.

    Raises
    ------
    DesignError
        A lonely PSU under `refuse`, a PSU in two strata, population sizes that vary or are too small,
        probabilities that are none.
    """
    if strata is None:
        row_stratum, names = np.zeros(n, dtype=np.int64), _ONE_STRATUM
    else:
        row_stratum, names = _check.labels("strata", strata, n=n)
    psu_code, psu_stratum = _code_psu(row_stratum, psu, names=names, nested=nested)
    count = np.bincount(psu_stratum, minlength=len(names)).astype(np.int64)
    probability = None
    if pps is None:
        fraction = _fractions(fpc, row_stratum=row_stratum, count=count, names=names)
        refuse_lonely(count, fraction=fraction, names=names, lonely=lonely)
    else:
        probability = unequal.probabilities(fpc, psu=psu_code, n_psu=psu_stratum.shape[0], n=n)
        fraction = unequal.taken_for_sure(probability, stratum=psu_stratum, n_strata=len(names))
        refuse_lonely(count, fraction=fraction, names=names, lonely=lonely)
    first = Layout(
        n=n,
        psu=psu_code,
        stratum=psu_stratum,
        psu_count=count,
        fraction=fraction,
        labels=names,
        lonely=lonely,
        probability=probability,
        pps=pps,
        joint=unequal.joint(joint, probability=probability, pps=pps),
    )
    return first if not later else replace(first, later=_later_stages(first, later))


def _later_stages(first: Layout, stages: Sequence[Stage]) -> tuple[Layout, ...]:
    """The layouts of the later stages; the fractions of the stages before multiply along."""
    found: list[Layout] = []
    before, carried = first, _row_fractions(first)
    for number, stage in enumerate(stages, start=2):
        if before.psu is None:
            raise DesignError("nothing_below_rows", stage=number)
        if not carried.any():
            break  # drawn with replacement above: the totals of the units above carry all variation
        found.append(_next_stage(before, stage, number=number, carried=carried))
        before = found[-1]
        carried = carried * _row_fractions(before)
    return tuple(found)


def _next_stage(before: Layout, stage: Stage, *, number: int, carried: FloatArray) -> Layout:
    """One stage inside the units of the stage before it."""
    assert before.psu is not None
    n, lonely = before.n, before.lonely
    name = f"stage {number}"
    within, kinds = (
        (np.zeros(n, dtype=np.int64), ("",))
        if stage.strata is None
        else _check.labels(f"strata, {name}", stage.strata, n=n)
    )
    pairs, row_stratum = np.unique(before.psu * len(kinds) + within, return_inverse=True)
    names = tuple(
        f"{name}, unit {pair // len(kinds) + 1} {kinds[pair % len(kinds)]}".rstrip() for pair in pairs
    )
    unit_code, unit_stratum = _code_psu(
        row_stratum.astype(np.int64), stage.units, names=names, nested=True, what=f"units, {name}"
    )
    count = np.bincount(unit_stratum, minlength=len(names)).astype(np.int64)
    fraction = _fractions(
        stage.fpc, row_stratum=row_stratum.astype(np.int64), count=count, names=names, what=f"fpc, {name}"
    )
    kept = np.zeros(len(names))
    kept[row_stratum] = carried
    if lonely is Lonely.AVERAGE:
        lonely = Lonely.REFUSE  # there is no average inside a unit that holds a single one
    refuse_lonely(count, fraction=np.where(kept > 0, fraction, 1.0), names=names, lonely=lonely)
    return Layout(
        n=n,
        psu=unit_code,
        stratum=unit_stratum,
        psu_count=count,
        fraction=fraction,
        labels=names,
        lonely=lonely,
        carried=kept,
    )


def _row_fractions(layout: Layout) -> FloatArray:
    """(n,) chance with which each row's unit of this stage was taken; 0 where nothing is known of it."""
    if layout.probability is not None:
        return layout.probability if layout.psu is None else layout.probability[layout.psu]
    return np.asarray(layout.fraction[layout.stratum_of_row])


def _code_psu(
    row_stratum: IntArray,
    psu: ArrayLike | None,
    *,
    names: tuple[str, ...],
    nested: bool,
    what: str = "psu",
) -> tuple[IntArray | None, IntArray]:
    if psu is None:
        return None, row_stratum
    ids, id_names = _check.labels(what, psu, n=row_stratum.shape[0])
    pairs, code = np.unique(row_stratum * len(id_names) + ids, return_inverse=True)
    if not nested and pairs.shape[0] > len(id_names):
        seen = np.bincount(pairs % len(id_names))
        bad = int(np.argmax(seen > 1))
        first, second = (pairs[pairs % len(id_names) == bad] // len(id_names))[:2]
        raise DesignError("psu_in_two_strata", psu=id_names[bad], first=names[first], second=names[second])
    return code.astype(np.int64), (pairs // len(id_names)).astype(np.int64)


def _fractions(
    fpc: ArrayLike | None,
    *,
    row_stratum: IntArray,
    count: IntArray,
    names: tuple[str, ...],
    what: str = "fpc",
) -> FloatArray:
    """(H,) sampling fractions from the (n,) population sizes or fractions of rows, one value per stratum."""
    if fpc is None:
        return np.zeros(len(names))
    given = _check.complete(what, fpc, n=row_stratum.shape[0])
    size = np.zeros(len(names))
    size[row_stratum] = given
    differing = np.flatnonzero(size[row_stratum] != given)
    if differing.size:
        stratum = int(row_stratum[differing[0]])
        raise DesignError(
            "fpc_varies", stratum=names[stratum], first=given[differing[0]], second=size[stratum]
        )
    return fractions(size, count=count, names=names)


def fractions(size: FloatArray | None, *, count: IntArray, names: tuple[str, ...]) -> FloatArray:
    """(H,) sampling fractions from (H,) population sizes, or from fractions if no value exceeds 1; None: all 0.

    Raises
    ------
    DesignError
        If a population is smaller than its sample.
    """
    if size is None:
        return np.zeros(len(names))
    if size.max() <= 1.0:
        return size
    short = np.flatnonzero(size < count)
    if short.size:
        stratum = int(short[0])
        raise DesignError(
            "fpc_too_small", stratum=names[stratum], sampled=int(count[stratum]), population=size[stratum]
        )
    return np.asarray(count / size, dtype=np.float64)


def refuse_lonely(count: IntArray, *, fraction: FloatArray, names: tuple[str, ...], lonely: Lonely) -> None:
    """A stratum taken in full has no sampling variance, so its single PSU is no problem."""
    alone = np.flatnonzero((count == 1) & (fraction < 1.0))
    nothing_to_average = lonely is Lonely.AVERAGE and alone.size == len(names)
    if alone.size and (lonely is Lonely.REFUSE or nothing_to_average):
        raise DesignError("lonely_psu", stratum=names[int(alone[0])], count=int(alone.size))
