"""Home of margins: known population counts by category, checked against the respondents before any weighting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.errors import InvalidInput, WeightingError

Category = tuple[str, ...]
_TOTALS_AGREE = 1e-6  # relative; tables of one population may differ by rounding only


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Margin:
    """One margin of the population; crossed tables are one margin whose categories are the combinations.

    Attributes
    ----------
    name : as error messages and reports call it.
    codes : (n,) category of each respondent, -1 where unknown: such a row leaves this margin.
    targets : (k,) people in each category; only their shares matter if rows are unknown.
    labels : names of the k categories.

    Raises
    ------
    WeightingError
        If a target is no number of at least 0.
    """

    name: str
    codes: IntArray
    targets: FloatArray
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        targets = _check.numbers(self.name, self.targets, n=len(self.labels))
        for label, target in zip(self.labels, targets, strict=True):
            if not (np.isfinite(target) and target >= 0):
                raise WeightingError("bad_target", margin=self.name, category=label, target=float(target))
        codes = _check.codes(self.name, self.codes, n=np.shape(self.codes)[0], highest=len(self.labels) - 1)
        codes.setflags(write=False)
        object.__setattr__(self, "codes", codes)
        object.__setattr__(self, "targets", _check.frozen(targets))

    @property
    def total(self) -> float:
        """People in all categories together."""
        return float(self.targets.sum())

    @property
    def shares(self) -> FloatArray:
        """(k,) target shares."""
        return np.asarray(self.targets / self.total)


def margin_from_labels(
    name: str,
    columns: Sequence[ArrayLike],
    *,
    targets: Mapping[Category, float],
    unknown: Sequence[str] = (),
) -> Margin:
    """A margin from one label column, or from several whose combinations are its categories.

    Parameters
    ----------
    columns : each (n,) text labels.
    targets : people by combination of labels, in the order of the columns.
    unknown : labels that mean "not known" (the empty label always does).

    Raises
    ------
    WeightingError
        If the data hold a combination that the targets lack.
    """
    arrays = [np.asarray(column).astype(str) for column in columns]
    missing = np.zeros(arrays[0].shape[0], dtype=np.bool_)
    for array in arrays:
        missing |= np.isin(array, ["", *unknown])
    found, code = _combinations(arrays)
    position = {category: index for index, category in enumerate(targets)}
    place = np.array([position.get(category, -1) for category in found], dtype=np.int64)
    codes = np.where(missing, -1, place[code])
    homeless = np.flatnonzero((codes == -1) & ~missing)
    if homeless.size:
        same = (code == code[homeless[0]]) & ~missing
        label = " × ".join(found[code[homeless[0]]])
        raise WeightingError("missing_target", margin=name, category=label, n=int(np.count_nonzero(same)))
    labels = tuple(" × ".join(category) for category in targets)
    return Margin(
        name=name, codes=codes, targets=np.array(list(targets.values()), dtype=float), labels=labels
    )


def _combinations(
    arrays: Sequence[np.ndarray[tuple[int], np.dtype[np.str_]]],
) -> tuple[list[Category], IntArray]:
    """The label combinations that occur, and the code of each row."""
    combined = np.zeros(arrays[0].shape[0], dtype=np.int64)
    kinds_of = []
    for array in arrays:
        kinds, code = np.unique(array, return_inverse=True)
        kinds_of.append(kinds)
        combined = combined * len(kinds) + code
    values, code = np.unique(combined, return_inverse=True)
    places = np.unravel_index(values, tuple(len(kinds) for kinds in kinds_of))
    found = [
        tuple(str(kinds[place]) for kinds, place in zip(kinds_of, row, strict=True))
        for row in zip(*places, strict=True)
    ]
    return found, code.astype(np.int64)


def check_reachable(margins: Sequence[Margin], weights: FloatArray) -> None:
    """Refuse margins that no weights can meet.

    Raises
    ------
    WeightingError
        No margin; a target without respondents; respondents without a target; nobody known; start weights of
        0; totals that contradict each other. Each names the margin and, where there is one, the category.
    """
    if not margins:
        raise WeightingError("no_margins")
    for margin in margins:
        _check_cells(margin, weights)
    first = margins[0]
    for margin in margins[1:]:
        if abs(margin.total - first.total) > _TOTALS_AGREE * first.total:
            raise WeightingError(
                "totals_disagree",
                first=first.name,
                first_total=first.total,
                second=margin.name,
                second_total=margin.total,
            )


def _check_cells(margin: Margin, weights: FloatArray) -> None:
    if margin.codes.shape != weights.shape:
        raise InvalidInput("wrong_shape", name=margin.name, expected=weights.shape, actual=margin.codes.shape)
    size = len(margin.labels)
    n = np.bincount(margin.codes + 1, minlength=size + 1)[1:]
    mass = np.bincount(margin.codes + 1, weights=weights, minlength=size + 1)[1:]
    if not n.any():
        raise WeightingError("all_unknown", margin=margin.name)
    for index, (label, target) in enumerate(zip(margin.labels, margin.targets, strict=True)):
        where = {"margin": margin.name, "category": label}
        if target > 0 and n[index] == 0:
            raise WeightingError("empty_margin_cell", **where, target=float(target))
        if target == 0 and n[index] > 0:
            raise WeightingError("zero_target", **where, n=int(n[index]))
        if target > 0 and mass[index] == 0:
            raise WeightingError("start_weight_zero", **where)
