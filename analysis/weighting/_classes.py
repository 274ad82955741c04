"""Home of the redistribution of weight inside classes, and of what it does to influence values."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis._sums import column_sums, group_sums
from analysis._types import BoolArray, FloatArray, IntArray
from analysis.errors import AnalysisWarning, InvalidInput
from analysis.variance.low_rank import LowRank
from analysis.weighting._labels import coded, crossed, unknown_kinds
from analysis.weighting.errors import StepError, StepWarning
from analysis.weighting_step import Balance

FEW_RESPONDENTS = 20  # Kalton, Flores-Cervantes (2003), J. Official Statistics 19: usual minimum of a class
LARGE_FACTOR = 3.0  # the same: adjustments above this make weights too unequal


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Classes:
    """Weighting classes of n rows.

    Attributes
    ----------
    code : (n,) class of each row, -1 where it lies in none.
    labels : names of the classes.
    """

    code: IntArray
    labels: tuple[str, ...]

    @property
    def size(self) -> int:
        """Classes."""
        return len(self.labels)

    def sums(self, weights: FloatArray) -> FloatArray:
        """(C,) sums of weights, rows in no class left out."""
        return group_sums(self.code + 1, weights, size=self.size + 1)[1:]


def classes_of(columns: Sequence[ArrayLike], *, n: int) -> Classes:
    """Classes from (n,) label columns, whose combinations are the classes; none: one class of everybody.

    A row with an empty label lies in no class (-1): the step refuses it if it carries weight.
    """
    if not columns:
        return Classes(code=np.zeros(n, dtype=np.int64), labels=("all",))
    found, code = crossed([coded(column) for column in columns])
    if code.shape != (n,):
        raise InvalidInput("wrong_shape", name="classes", expected=f"({n},)", actual=code.shape)
    blank = unknown_kinds(found, ("nan", "None"))
    place = np.where(blank, -1, np.arange(len(found)))
    return Classes(code=place[code], labels=tuple(" × ".join(kinds) for kinds in found))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Redistribution:
    """The weight of `giving` rows goes to the `taking` rows among them, in proportion, inside classes.

    Rows that do not give keep nothing: they are outside what the step's weights stand for.

    Attributes
    ----------
    refusal : code of the error about a class where nobody takes.
    """

    classes: Classes
    giving: BoolArray
    taking: BoolArray
    refusal: str

    def factors(self, start: FloatArray) -> FloatArray:
        """(C,) what the weights of taking rows are multiplied by.

        Raises
        ------
        StepError
            `class_missing` for a row with weight in no class; `refusal` for a class without taking rows.
        """
        lost = np.flatnonzero((self.classes.code < 0) & self.giving & (start > 0))
        if lost.size:
            raise StepError("class_missing", row=int(lost[0]) + 1, column="classes")
        given = self.classes.sums(np.where(self.giving, start, 0.0))
        held = self.classes.sums(np.where(self.taking, start, 0.0))
        empty = np.flatnonzero((given > 0) & (held == 0))
        if empty.size:
            place = int(empty[0])
            n = int(np.count_nonzero((self.classes.code == place) & self.giving & (start > 0)))
            raise StepError(self.refusal, name=self.classes.labels[place], n=n)
        return np.divide(given, held, out=np.zeros_like(held), where=held > 0)

    def weights(self, start: FloatArray) -> FloatArray:
        """(n,) weights after the redistribution."""
        spread = np.append(self.factors(start), 0.0)[self.classes.code]  # -1 takes the appended 0
        return np.where(self.taking, start * spread, 0.0)

    def thin(self, start: FloatArray) -> tuple[AnalysisWarning, ...]:
        """A status for every class with few respondents or a large factor."""
        factors = self.factors(start)
        n = self.classes.sums((self.taking & (start > 0)).astype(np.float64))
        thin = np.flatnonzero((factors > 0) & ((n < FEW_RESPONDENTS) | (factors > LARGE_FACTOR)))
        return tuple(
            StepWarning(
                code="class_thin",
                context={
                    "name": self.classes.labels[place],
                    "n": int(n[place]),
                    "factor": round(float(factors[place]), 3),
                },
            )
            for place in thin
        )

    def balance(self, start: FloatArray, after: FloatArray) -> tuple[Balance, ...]:
        """Share of every class among all who give, among those who take before, and after."""
        parts = (np.where(self.giving, start, 0.0), np.where(self.taking, start, 0.0), after)
        target, old, new = (sums / sums.sum() for sums in map(self.classes.sums, parts))
        return tuple(
            Balance(
                name=f"class: {label}",
                target=float(target[place]),
                before=float(old[place]),
                after=float(new[place]),
                spread=float(np.sqrt(target[place] * (1.0 - target[place]))),
            )
            for place, label in enumerate(self.classes.labels)
            if target[place] > 0
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ClassCarried:
    """The redistribution as a step of the variance: the class factors are ratios estimated from the sample.

    With u the influence of a row per unit of its weight and m_c the weighted mean of u among those who took in
    class c, a taking row keeps w (u - m_c), and every giving row adds d m_c.

    References
    ----------
    Valliant, Dever, Kreuter (2018), Practical Tools for Designing and Weighting Survey Samples, 2nd ed., sec. 13.6;
    Demnati, Rao (2004), Survey Methodology 30, 17-26.
    """

    classes: Classes
    given: FloatArray
    after: FloatArray

    def carry(self, influence: FloatArray) -> FloatArray:
        """(n, k) influence values before the redistribution."""
        place, size = self.classes.code + 1, self.classes.size + 1
        sums = column_sums(place, influence, size=size)
        held = group_sums(place, self.after, size=size)[:, None]
        mean = np.divide(sums, held, out=np.zeros_like(sums), where=held > 0)
        return np.asarray(influence + (self.given - self.after)[:, None] * mean[place])

    def low_rank(self) -> LowRank:
        """The step as a matrix of low rank: one indicator per class, none for rows in no class."""
        place, size = self.classes.code + 1, self.classes.size
        held = group_sums(place, self.after, size=size + 1)[1:]
        return LowRank(
            cell=place,
            x=np.vstack([np.zeros((1, size)), np.eye(size)]),
            read=np.ones_like(self.after),
            write=self.after - self.given,
            inverse=np.diag(np.divide(1.0, held, out=np.zeros_like(held), where=held > 0)),
        )

    def outside(self, influence: FloatArray) -> FloatArray | None:
        """None: all is estimated from the sample itself."""
        return None
