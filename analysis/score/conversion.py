"""Home of the conversion from answers to item scores, and of the rules a conversion table must obey."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import isclose, isfinite

import numpy as np
import numpy.typing as npt

from analysis.errors import Language
from analysis.score import reasons
from analysis.score.reasons import ScoreError

LOWEST_SCORE = 0.0
HIGHEST_SCORE = 100.0
_SPACING_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class ConversionCheck:
    """Whether a conversion table may be saved, and if not, why and at which answer."""

    accepted: bool
    reason: str | None = None
    answer: int | None = None

    def message(self, language: Language) -> str:
        """The reason as a sentence; empty when the table is accepted."""
        return reasons.reason_text(self.reason, language) if self.reason else ""


def validate_conversion(
    table: Mapping[int, float],
    *,
    scale: Collection[int] | None = None,
    unequal_spacing_reason: str = "",
) -> ConversionCheck:
    """Say whether a conversion table may be used.

    The lowest answer must be worth 0 and the highest 100, a better answer must be worth more, and the
    values must be equally spaced unless a reason is recorded.

    Parameters
    ----------
    table : answer code to score; the higher code is the better answer.
    scale : codes of the scale, if every one of them must have a value.
    unequal_spacing_reason : the recorded reason for unequal steps; blank for none.
    """
    if len(table) < 2:
        return ConversionCheck(accepted=False, reason=reasons.TOO_FEW_ANSWERS)
    codes = sorted(table)
    for code in codes:
        value = table[code]
        if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
            return ConversionCheck(accepted=False, reason=reasons.NOT_A_NUMBER, answer=code)
    if table[codes[0]] != LOWEST_SCORE:
        return ConversionCheck(accepted=False, reason=reasons.LOWEST_NOT_ZERO, answer=codes[0])
    if table[codes[-1]] != HIGHEST_SCORE:
        return ConversionCheck(accepted=False, reason=reasons.HIGHEST_NOT_HUNDRED, answer=codes[-1])
    for code in sorted(scale or ()):
        if code not in table:
            return ConversionCheck(accepted=False, reason=reasons.ANSWER_WITHOUT_VALUE, answer=code)
    return _check_steps(table, codes, unequal_allowed=bool(unequal_spacing_reason.strip()))


def _check_steps(table: Mapping[int, float], codes: list[int], *, unequal_allowed: bool) -> ConversionCheck:
    for lower, upper in pairwise(codes):
        if not table[lower] < table[upper]:
            return ConversionCheck(accepted=False, reason=reasons.NOT_MONOTONE, answer=upper)
    if not unequal_allowed:
        step = HIGHEST_SCORE / (len(codes) - 1)
        for place, code in enumerate(codes):
            if not isclose(table[code], place * step, abs_tol=_SPACING_TOLERANCE):
                return ConversionCheck(accepted=False, reason=reasons.NOT_EQUALLY_SPACED, answer=code)
    return ConversionCheck(accepted=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversion:
    """A valid conversion table; cannot be built from one that gives points to the lowest answer."""

    values: Mapping[int, float]
    unequal_spacing_reason: str = ""

    def __post_init__(self) -> None:
        check = validate_conversion(self.values, unequal_spacing_reason=self.unequal_spacing_reason)
        if not check.accepted:
            raise ScoreError(f"conversion_{check.reason}", answer=check.answer)

    @classmethod
    def equally_spaced(cls, points: int) -> "Conversion":
        """The table 100·(x − 1)/(k − 1) for answers 1 to ``points``."""
        return cls(
            values={x: 100 * (x - 1) / (points - 1) for x in range(1, points + 1)} if points > 1 else {}
        )

    def scores(self, answers: npt.ArrayLike) -> npt.NDArray[np.float64]:
        """Item scores 0–100.

        Parameters
        ----------
        answers : (n,) codes; nan where not asked.

        Returns
        -------
        (n,) float, nan for every answer that is not in the table (don't know, not applicable, refused,
        left blank, not asked): such answers leave the denominator, nothing is imputed.
        """
        codes = np.asarray(answers, dtype=np.float64)
        scores = np.full(codes.shape, np.nan)
        for code, value in self.values.items():
            scores[codes == code] = value
        return scores
