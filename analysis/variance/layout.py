"""Home of the sampling layout: which row lies in which stratum and cluster, checked and coded once."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray, Lonely
from analysis.errors import DesignError

_ONE_STRATUM: tuple[str, ...] = ("all",)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Layout:
    """Strata and primary sampling units of a design.

    Attributes
    ----------
    n : rows.
    psu : (n,) code of each row's PSU, nested in strata; None if every row is a PSU of its own.
    stratum : (m,) stratum of each PSU (of each row where `psu` is None).
    psu_count : (H,) sampled PSUs per stratum.
    fraction : (H,) first-stage sampling fraction, 0 without finite population correction.
    labels : names of the strata.
    """

    n: int
    psu: IntArray | None
    stratum: IntArray
    psu_count: IntArray
    fraction: FloatArray
    labels: tuple[str, ...]
    lonely: Lonely

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
) -> Layout:
    """Code strata and PSUs.

    Raises
    ------
    DesignError
        A lonely PSU under `refuse`, a PSU in two strata, population sizes that vary or are too small.
    """
    if strata is None:
        row_stratum, names = np.zeros(n, dtype=np.int64), _ONE_STRATUM
    else:
        row_stratum, names = _check.labels("strata", strata, n=n)
    psu_code, psu_stratum = _code_psu(row_stratum, psu, names=names, nested=nested)
    count = np.bincount(psu_stratum, minlength=len(names)).astype(np.int64)
    fraction = _fractions(fpc, row_stratum=row_stratum, count=count, names=names)
    _refuse_lonely(count, fraction=fraction, names=names, lonely=lonely)
    return Layout(
        n=n,
        psu=psu_code,
        stratum=psu_stratum,
        psu_count=count,
        fraction=fraction,
        labels=names,
        lonely=lonely,
    )


def _code_psu(
    row_stratum: IntArray, psu: ArrayLike | None, *, names: tuple[str, ...], nested: bool
) -> tuple[IntArray | None, IntArray]:
    if psu is None:
        return None, row_stratum
    ids, id_names = _check.labels("psu", psu, n=row_stratum.shape[0])
    pairs, code = np.unique(row_stratum * len(id_names) + ids, return_inverse=True)
    if not nested and pairs.shape[0] > len(id_names):
        seen = np.bincount(pairs % len(id_names))
        bad = int(np.argmax(seen > 1))
        first, second = (pairs[pairs % len(id_names) == bad] // len(id_names))[:2]
        raise DesignError("psu_in_two_strata", psu=id_names[bad], first=names[first], second=names[second])
    return code.astype(np.int64), (pairs // len(id_names)).astype(np.int64)


def _fractions(
    fpc: ArrayLike | None, *, row_stratum: IntArray, count: IntArray, names: tuple[str, ...]
) -> FloatArray:
    """(H,) sampling fractions from population sizes, or from fractions if no value exceeds 1."""
    if fpc is None:
        return np.zeros(len(names))
    given = _check.complete("fpc", fpc, n=row_stratum.shape[0])
    size = np.zeros(len(names))
    size[row_stratum] = given
    differing = np.flatnonzero(size[row_stratum] != given)
    if differing.size:
        stratum = int(row_stratum[differing[0]])
        raise DesignError(
            "fpc_varies", stratum=names[stratum], first=given[differing[0]], second=size[stratum]
        )
    if size.max() <= 1.0:
        return size
    short = np.flatnonzero(size < count)
    if short.size:
        stratum = int(short[0])
        raise DesignError(
            "fpc_too_small", stratum=names[stratum], sampled=int(count[stratum]), population=size[stratum]
        )
    return np.asarray(count / size, dtype=np.float64)


def _refuse_lonely(count: IntArray, *, fraction: FloatArray, names: tuple[str, ...], lonely: Lonely) -> None:
    """A stratum taken in full has no sampling variance, so its single PSU is no problem."""
    alone = np.flatnonzero((count == 1) & (fraction < 1.0))
    nothing_to_average = lonely is Lonely.AVERAGE and alone.size == len(names)
    if alone.size and (lonely is Lonely.REFUSE or nothing_to_average):
        raise DesignError("lonely_psu", stratum=names[int(alone[0])], count=int(alone.size))
