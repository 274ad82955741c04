"""Home of states made of sums that exist already: published covariance matrices, and moments of other parts of the library."""

from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray
from analysis.errors import InvalidInput
from analysis.validity.errors import ValidityError
from analysis.validity.moments import GroupedMoments
from analysis.validity.rows import ALL


class Sums(Protocol):
    """Moments of one group, such as those of `reliability.moments` or of a run over partitions."""

    @property
    def n(self) -> int:
        """Complete rows."""

    @property
    def weight_sum(self) -> float:
        """Their weights."""

    @property
    def mean(self) -> FloatArray:
        """(p,) weighted means."""

    @property
    def scatter(self) -> FloatArray:
        """(p, p) weighted cross-products about the mean."""


def from_sums(names: Sequence[str], groups: Mapping[str, Sums]) -> GroupedMoments:
    """A state of groups whose sums were made elsewhere, over any number of machines; normal theory only.

    Parameters
    ----------
    names : (p,) item names, in the order of the sums.
    groups : label -> sums; the first one is the reference group.
    """
    if not groups:
        raise ValidityError("no_groups")
    p = len(names)
    for label, sums in groups.items():
        if sums.scatter.shape != (p, p):
            raise InvalidInput(
                "wrong_shape", name=f"groups[{label}]", expected=f"({p}, {p})", actual=sums.scatter.shape
            )
    parts = list(groups.values())
    return GroupedMoments(
        items=tuple(names),
        groups=tuple(groups),
        n=np.array([sums.n for sums in parts], dtype=np.int64),
        weight_sum=np.array([float(sums.weight_sum) for sums in parts]),
        mean=np.array([sums.mean for sums in parts]),
        scatter=np.array([sums.scatter for sums in parts]),
    )


def from_covariance(
    names: Sequence[str],
    covariance: ArrayLike,
    *,
    n: int,
    mean: ArrayLike | None = None,
    group: str = ALL,
    divisor: str = "n-1",
) -> GroupedMoments:
    """The state of one group from its covariance matrix, as papers print it; groups are added by ``merge``.

    Parameters
    ----------
    covariance : (p, p), symmetric.
    n : respondents.
    mean : (p,); 0 by default, which is no harm as long as means are not part of the model.
    divisor : what the cross-products were divided by, ``n-1`` (as most programs print) or ``n``.

    Raises
    ------
    InvalidInput, ValidityError
        ``wrong_shape``, ``bad_option``, ``not_symmetric``.
    """
    matrix = np.asarray(covariance, dtype=np.float64)
    p = len(names)
    if matrix.shape != (p, p):
        raise InvalidInput("wrong_shape", name="covariance", expected=f"({p}, {p})", actual=matrix.shape)
    if divisor not in ("n-1", "n"):
        raise InvalidInput("bad_option", name="divisor", value=divisor, choices="n-1, n")
    apart = np.abs(matrix - matrix.T) > 1e-6 * np.abs(matrix).max()
    if not np.isfinite(matrix).all() or apart.any():
        row, column = np.argwhere(apart | ~np.isfinite(matrix))[0]
        raise ValidityError("not_symmetric", first=names[int(row)], second=names[int(column)])
    centre = np.zeros(p) if mean is None else np.asarray(mean, dtype=np.float64)
    if centre.shape != (p,):
        raise InvalidInput("wrong_shape", name="mean", expected=f"({p},)", actual=centre.shape)
    return GroupedMoments(
        items=tuple(names),
        groups=(group,),
        n=np.array([n], dtype=np.int64),
        weight_sum=np.array([float(n)]),
        mean=centre[None, :],
        scatter=(matrix + matrix.T)[None, :, :] / 2 * (n - 1 if divisor == "n-1" else n),
    )
