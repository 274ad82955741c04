"""Home of the one door to answer quality: all indices of a set of answers, their flags, and the combined flag."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import FloatArray, IntArray
from analysis.errors import AnalysisError, AnalysisWarning, InvalidInput
from analysis.quality.consistency import even_odd, person_total, psychometric_antonyms, psychometric_synonyms
from analysis.quality.errors import QualityError
from analysis.quality.items import item_matrix
from analysis.quality.mahalanobis import mahalanobis
from analysis.quality.percent_match import percent_match
from analysis.quality.respondent_report import Cutoffs, Family, Index, RespondentQuality
from analysis.quality.response_times import response_times
from analysis.quality.runs import long_strings
from analysis.quality.variability import inter_item_sd


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Inputs:
    answers: FloatArray
    times: ArrayLike | None
    seconds: ArrayLike | None
    scales: ArrayLike | None
    within: ArrayLike | None
    cutoffs: Cutoffs = field(default_factory=Cutoffs)


def respondents(
    answers: ArrayLike,
    times: ArrayLike | None = None,
    *,
    seconds: ArrayLike | None = None,
    scales: ArrayLike | None = None,
    within: ArrayLike | None = None,
    duplicates: bool = True,
    cutoffs: Cutoffs | None = None,
) -> RespondentQuality:
    """Every index these data allow, each with its flags, and the combined flag of several families.

    Parameters
    ----------
    answers : (n, k) codes as answered, in the order shown, nan where missing. Recode "don't know" to nan before.
    times : (n, k) seconds per item, nan where missing; for the lognormal model.
    seconds : (n,) length of the whole interview, where times per item are not known.
    scales : (k,) scale of each item, for even-odd; items of a scale point one way.
    within : (n,) group in which near duplicates are looked for; None compares everybody with everybody, which
        costs the square of n.
    duplicates : False leaves the search for near duplicates out.
    cutoffs : where the indices flag.

    Returns
    -------
    Indices that need what was not given are absent; those that these answers do not allow (no pair of synonyms,
    a singular covariance) are named in `status` with the reason.

    Raises
    ------
    InvalidInput, QualityError
        For answers or times that no index could use.

    References
    ----------
    Curran (2016), Journal of Experimental Social Psychology 66, 4-19 (several indices together); Meade and Craig
    (2012), Psychological Methods 17, 437-455; Huang, Curran, Keeney, Poposki and DeShon (2012), Journal of
    Business and Psychology 27, 99-114.
    """
    given = _Inputs(
        answers=item_matrix(answers, index="respondents"),
        times=times,
        seconds=seconds,
        scales=scales,
        within=within,
        cutoffs=cutoffs or Cutoffs(),
    )
    makers = [*_on_answers(given), *([_match] if duplicates else []), *_on_times(given)]
    indices: list[Index] = []
    status: list[AnalysisWarning] = []
    for make in makers:
        try:
            indices.append(make(given))
        except QualityError as problem:
            if problem.code not in _EXCUSED:
                raise
            status.append(_skipped(make, problem))
    count = _families(indices, len(given.answers))
    least = given.cutoffs.families
    return RespondentQuality(
        method="indices of careless answering, combined over families",
        definition="quality.combined",
        status=tuple(status),
        indices=tuple(indices),
        families_flagged=count,
        is_flagged=count >= least,
        least_families=least,
    )


_EXCUSED = frozenset(
    {"too_few_items", "too_few_pairs", "too_few_scales", "singular", "no_variation", "group_too_large"}
)
"""What makes one index impossible and says nothing against the others."""

Maker = Callable[[_Inputs], Index]


def _skipped(make: Maker, problem: AnalysisError) -> AnalysisWarning:
    reasons = {"reason_zh": problem.message("zh"), "reason_en": problem.message("en")}
    return AnalysisWarning(
        code="index_not_computed", context={"index": make.__name__.removeprefix("_"), **reasons}
    )


def _families(indices: Sequence[Index], n: int) -> IntArray:
    """(n,) families with at least one flag."""
    count = np.zeros(n, dtype=np.int64)
    for family in Family:
        flags = [index.is_flagged for index in indices if index.family is family]
        if flags:
            count += np.any(flags, axis=0)
    return count


def _on_answers(given: _Inputs) -> list[Maker]:
    makers: list[Maker] = [_longest_run, _inter_item_sd, _synonyms, _antonyms, _person_total, _mahalanobis]
    return makers if given.scales is None else [*makers, _even_odd]


def _on_times(given: _Inputs) -> list[Maker]:
    makers: list[Maker] = [] if given.times is None else [_speed]
    return makers if given.times is None and given.seconds is None else [*makers, _seconds_per_item]


def _longest_run(given: _Inputs) -> Index:
    values = long_strings(given.answers).longest.astype(np.float64)
    return _above(
        "longest_run", Family.INVARIABILITY, values, given.cutoffs.longest_share * given.answers.shape[1]
    )


def _inter_item_sd(given: _Inputs) -> Index:
    values = inter_item_sd(given.answers).sd
    known = values[np.isfinite(values)]
    centre = float(np.median(known)) if known.size else float("nan")
    spread = 1.4826 * float(np.median(np.abs(known - centre))) if known.size else float("nan")
    return _below("inter_item_sd", Family.INVARIABILITY, values, centre - given.cutoffs.sd_z * spread)


def _synonyms(given: _Inputs) -> Index:
    found = psychometric_synonyms(given.answers, critical=given.cutoffs.synonym_correlation)
    return _below("synonyms", Family.INCONSISTENCY, found.r, given.cutoffs.synonyms)


def _antonyms(given: _Inputs) -> Index:
    found = psychometric_antonyms(given.answers, critical=-given.cutoffs.synonym_correlation)
    return _above("antonyms", Family.INCONSISTENCY, found.r, given.cutoffs.antonyms)


def _person_total(given: _Inputs) -> Index:
    return _below(
        "person_total", Family.INCONSISTENCY, person_total(given.answers).r, given.cutoffs.person_total
    )


def _even_odd(given: _Inputs) -> Index:
    assert given.scales is not None
    found = even_odd(given.answers, scales=given.scales)
    return _below("even_odd", Family.INCONSISTENCY, found.r, given.cutoffs.even_odd)


def _mahalanobis(given: _Inputs) -> Index:
    found = mahalanobis(given.answers)
    return _below("mahalanobis_p", Family.OUTLIER, found.p_value, given.cutoffs.mahalanobis_p)


def _match(given: _Inputs) -> Index:
    found = percent_match(given.answers, within=given.within, limit=given.cutoffs.match)
    return _above("percent_match", Family.DUPLICATION, found.match, given.cutoffs.match, including=True)


def _speed(given: _Inputs) -> Index:
    assert given.times is not None
    found = response_times(given.times)
    if len(found.speed) != len(given.answers):
        raise InvalidInput(
            "wrong_shape", name="times", expected=f"({len(given.answers)}, k)", actual=found.residual.shape
        )
    return _above("speed_z", Family.SPEED, found.robust_z(), given.cutoffs.speed_z)


def _seconds_per_item(given: _Inputs) -> Index:
    if given.times is not None:
        matrix = np.asarray(given.times, dtype=np.float64)
        known = np.isfinite(matrix)
        total, items = np.where(known, matrix, 0.0).sum(axis=1), known.sum(axis=1)
    else:
        assert given.seconds is not None
        total = _check.numbers("seconds", given.seconds, n=len(given.answers))
        items = np.isfinite(given.answers).sum(axis=1)
    values = np.where(items > 0, total / np.maximum(items, 1), np.nan)
    return _below("seconds_per_item", Family.SPEED, values, given.cutoffs.seconds_per_item)


def _above(name: str, family: Family, values: FloatArray, cutoff: float, *, including: bool = False) -> Index:
    flagged = values >= cutoff if including else values > cutoff
    side = "at least" if including else "above"
    return Index(name=name, family=family, values=values, cutoff=cutoff, side=side, is_flagged=flagged)


def _below(name: str, family: Family, values: FloatArray, cutoff: float) -> Index:
    return Index(
        name=name, family=family, values=values, cutoff=cutoff, side="below", is_flagged=values < cutoff
    )
