"""Home of margins: known population counts by category, checked against the respondents before any weighting."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray
from analysis.errors import InvalidInput, WeightingError
from analysis.weighting._labels import Codes, coded, crossed, unknown_kinds
from analysis.weighting.errors import StepError

Category = tuple[str, ...]
_TOTALS_AGREE = 1e-6  # relative; tables of one population may differ by rounding only


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Margin:
    """One margin of the population; crossed tables are one margin whose categories are the combinations.

    Attributes
    ----------
    name : as error messages and reports call it.
    codes : (n,) category of each respondent, -1 where unknown: such a row leaves this margin. Kept in the
        narrowest type of integers: a million rows of a few categories are one megabyte.
    targets : (k,) people in each category; only their shares matter if rows are unknown.
    labels : names of the k categories.

    Raises
    ------
    WeightingError
        If a target is no number of at least 0.
    """

    name: str
    codes: Codes
    targets: FloatArray
    labels: tuple[str, ...]

    def __post_init__(self) -> None:
        targets = _check.numbers(self.name, self.targets, n=len(self.labels))
        for label, target in zip(self.labels, targets, strict=True):
            if not (np.isfinite(target) and target >= 0):
                raise WeightingError("bad_target", margin=self.name, category=label, target=float(target))
        if not targets.sum() > 0:
            raise StepError("no_targets", margin=self.name)
        object.__setattr__(self, "codes", _narrow(self.name, self.codes, size=len(self.labels)))
        object.__setattr__(self, "targets", _check.frozen(targets))

    @property
    def n(self) -> int:
        """Rows."""
        return int(self.codes.shape[0])

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
    columns : each (n,) labels, text or whole numbers.
    targets : people by combination of labels, in the order of the columns.
    unknown : labels that mean "not known" (the empty label always does).

    Raises
    ------
    WeightingError
        If the data hold a combination that the targets lack.
    """
    found, code = crossed([coded(column) for column in columns])
    position = {category: index for index, category in enumerate(targets)}
    blank = unknown_kinds(found, unknown)
    place = np.array([position.get(category, -1) for category in found], dtype=np.int64)
    place[blank] = -1
    homeless = np.flatnonzero((place == -1) & ~blank)
    if homeless.size:
        n = int(np.count_nonzero(code == homeless[0]))
        label = " × ".join(found[int(homeless[0])])
        raise WeightingError("missing_target", margin=name, category=label, n=n)
    labels = tuple(" × ".join(category) for category in targets)
    narrow = place.astype(np.min_scalar_type(-len(labels) - 1))
    return Margin(
        name=name, codes=narrow[code], targets=np.array(list(targets.values()), dtype=float), labels=labels
    )


def _narrow(name: str, values: ArrayLike, *, size: int) -> Codes:
    """Read-only codes from -1 to size - 1, in the narrowest integers that hold them and one more."""
    given = np.asarray(values)
    if given.dtype.kind == "i" and given.ndim == 1 and given.size:
        inside = int(given.min()) >= -1 and int(given.max()) < size
    else:
        inside = False
    codes = given if inside else _check.codes(name, given, n=len(given), highest=size - 1)
    narrow = codes.astype(np.min_scalar_type(-size - 1), copy=True)
    narrow.setflags(write=False)
    return narrow


def check_margins(margins: Sequence[Margin]) -> None:
    """Refuse margins that contradict each other, whatever the weights.

    Raises
    ------
    WeightingError, InvalidInput
        No margin; margins of different rows; totals that disagree.
    """
    if not margins:
        raise WeightingError("no_margins")
    first = margins[0]
    for margin in margins[1:]:
        if margin.codes.shape != first.codes.shape:
            raise InvalidInput(
                "wrong_shape", name=margin.name, expected=first.codes.shape, actual=margin.codes.shape
            )
        if abs(margin.total - first.total) > _TOTALS_AGREE * first.total:
            raise WeightingError(
                "totals_disagree",
                first=first.name,
                first_total=first.total,
                second=margin.name,
                second_total=margin.total,
            )


def check_reachable(margin: Margin, mass: FloatArray, *, weights: FloatArray) -> None:
    """Refuse a margin that no weights can meet.

    Parameters
    ----------
    mass : (k,) sums of weights in each category; rows of weight 0 are nobody.
    weights : (n,) the weights, looked at only to say why a category is empty.

    Raises
    ------
    WeightingError
        A target without respondents; respondents without a target; nobody known; start weights of 0. Each names
        the margin and, where there is one, the category.
    """
    bad = np.flatnonzero((mass > 0) != (margin.targets > 0))
    if bad.size == 0:
        return
    if not np.any(margin.codes >= 0):
        raise WeightingError("all_unknown", margin=margin.name)
    index = int(bad[0])
    where = {"margin": margin.name, "category": margin.labels[index]}
    rows = margin.codes == index
    if mass[index] > 0:
        raise WeightingError("zero_target", **where, n=int(np.count_nonzero(rows & (weights > 0))))
    if rows.any():
        raise WeightingError("start_weight_zero", **where)
    raise WeightingError("empty_margin_cell", **where, target=float(margin.targets[index]))
