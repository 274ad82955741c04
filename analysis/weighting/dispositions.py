"""Home of final dispositions: who of a drawn sample answered, refused, was not eligible or is unknown."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import BoolArray, FloatArray
from analysis.errors import InvalidInput
from analysis.weighting.errors import StepError


class Disposition(StrEnum):
    """What became of a drawn unit."""

    RESPONDENT = "respondent"
    NONRESPONDENT = "nonrespondent"
    INELIGIBLE = "ineligible"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dispositions:
    """Dispositions of n drawn units, as (n,) masks."""

    responded: BoolArray
    refused: BoolArray
    ineligible: BoolArray
    unknown: BoolArray

    @property
    def n(self) -> int:
        """Rows."""
        return int(self.responded.shape[0])

    @property
    def eligible(self) -> BoolArray:
        """Known to be eligible, whether or not they answered."""
        return np.asarray(self.responded | self.refused)

    def check_resolved(self, weights: FloatArray) -> None:
        """Refuse units of unknown eligibility that still carry weight."""
        left = int(np.count_nonzero(self.unknown & (weights > 0)))
        if left:
            raise StepError("unknown_left", n=left)


def dispositions(
    values: ArrayLike, *, name: str = "status", codes: Mapping[str, Disposition | str] | None = None
) -> Dispositions:
    """Dispositions from (n,) labels, or from (n,) bool (True: responded; everybody is eligible).

    Parameters
    ----------
    codes : what each label of the data means; by default the labels are the dispositions themselves.

    Raises
    ------
    StepError
        `bad_disposition`, naming the first row whose label means nothing; `nobody_responded`.
    """
    given = np.asarray(values)
    if given.ndim != 1:
        raise InvalidInput("wrong_shape", name=name, expected="(n,)", actual=given.shape)
    if given.dtype == np.bool_:
        nobody = np.zeros(given.shape, dtype=np.bool_)
        found = Dispositions(responded=given.copy(), refused=~given, ineligible=nobody, unknown=nobody)
    else:
        found = _from_labels(given.astype(str), name=name, codes=codes)
    if not found.responded.any():
        raise StepError("nobody_responded")
    return found


def _from_labels(
    labels: np.ndarray[tuple[int], np.dtype[np.str_]],
    *,
    name: str,
    codes: Mapping[str, Disposition | str] | None,
) -> Dispositions:
    meaning: dict[str, Disposition] = {kind.value: kind for kind in Disposition}
    meaning |= {"True": Disposition.RESPONDENT, "False": Disposition.NONRESPONDENT}  # a column of bool
    if codes is not None:
        meaning = {str(label): Disposition(kind) for label, kind in codes.items()}
    kinds, code = np.unique(labels, return_inverse=True)
    for place, kind in enumerate(kinds):
        if str(kind) not in meaning:
            row = int(np.flatnonzero(code == place)[0]) + 1
            raise StepError(
                "bad_disposition", column=name, row=row, value=str(kind), choices=", ".join(meaning)
            )
    masks = {
        wanted: np.isin(code, [place for place, kind in enumerate(kinds) if meaning[str(kind)] is wanted])
        for wanted in Disposition
    }
    return Dispositions(
        responded=masks[Disposition.RESPONDENT],
        refused=masks[Disposition.NONRESPONDENT],
        ineligible=masks[Disposition.INELIGIBLE],
        unknown=masks[Disposition.UNKNOWN],
    )
