"""Home of the check that no case came from a list of an assessed unit."""

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import IntArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrameConflict:
    """A source that may not supply cases, and the rows that came from it."""

    source: str
    rows: IntArray


def frame_conflicts(source: ArrayLike, *, accepted: Collection[str]) -> tuple[FrameConflict, ...]:
    """Rows whose frame comes from anybody but the accepted sources.

    Parameters
    ----------
    source : (n,) source of the sampling frame of each response; None (unknown) is a conflict, too
    accepted : sources that may supply a frame, for example the statistics office
    """
    names = np.array(["" if value is None else str(value) for value in np.asarray(source, dtype=object)])
    return tuple(
        FrameConflict(source=name or "unknown", rows=np.flatnonzero(names == name))
        for name in sorted(set(names.tolist()) - set(accepted))
    )
