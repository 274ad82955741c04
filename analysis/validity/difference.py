"""Home of the tests of one model against a wider one, scaled where the statistics are."""

from dataclasses import dataclass, field
from enum import StrEnum
from math import nan

import numpy as np

from analysis import _check
from analysis._types import FloatArray
from analysis.errors import AnalysisWarning
from analysis.results import Result, Row
from analysis.validity import robust as sandwiches
from analysis.validity.errors import ValidityError
from analysis.validity.fitting import ConfirmatoryFit
from analysis.validity.measures import chi_square_tail, known
from analysis.validity.robust import Robust
from analysis.validity.scoring import Problem, linear_parts, point, solve
from analysis.validity.targets import NormalTarget


class DifferenceMethod(StrEnum):
    """How two statistics become one test.

    `plain`: difference of raw statistics, for normal theory only. `satorra-bentler-2001`: divided by the difference of
    the scalings, which can come out negative. `satorra-bentler-2010`: the same with the wider model's scaling taken at
    the narrower one's estimates, which cannot. `satorra-2000`: scaled and shifted by the restrictions' own matrix.
    """

    PLAIN = "plain"
    SATORRA_BENTLER_2001 = "satorra-bentler-2001"
    SATORRA_BENTLER_2010 = "satorra-bentler-2010"
    SATORRA_2000 = "satorra-2000"


_SCALED = (
    DifferenceMethod.SATORRA_BENTLER_2001,
    DifferenceMethod.SATORRA_BENTLER_2010,
    DifferenceMethod.SATORRA_2000,
)
# The first is the default.
_POSSIBLE = {
    Robust.NONE: (DifferenceMethod.PLAIN,),
    Robust.MLM: _SCALED,
    Robust.MLR: _SCALED,
    Robust.WLSMV: (DifferenceMethod.SATORRA_2000,),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference(Result):
    """Test of a model against a wider one.

    Attributes
    ----------
    chi_square, df, p_value : of the test; nan where the scaling is not positive (see ``status``).
    factor, shift : what the difference of the raw statistics was divided by, and what was added.
    """

    chi_square: float
    df: int
    p_value: float
    factor: float = field(default=1.0)
    shift: float = 0.0

    def to_rows(self) -> list[Row]:
        """One row."""
        row: Row = {
            "chi_square": known(self.chi_square),
            "df": self.df,
            "p_value": known(self.p_value),
            "factor": self.factor,
            "shift": self.shift,
            "method": self.method,
            "status": ";".join(warning.code for warning in self.status),
        }
        return [row]


def difference(
    narrow: ConfirmatoryFit, wide: ConfirmatoryFit, *, method: DifferenceMethod | str | None = None
) -> Difference:
    """Test the restrictions that turn the wide model into the narrow one.

    Parameters
    ----------
    narrow, wide : fits of the same data, the first nested in the second.
    method : by default plain for normal theory, Satorra-Bentler 2001 for ``mlm`` and ``mlr``, Satorra 2000 for ``wlsmv``.

    Raises
    ------
    ValidityError
        ``robust_differs``, ``not_nested``, ``no_such_difference``.

    References
    ----------
    Satorra (2000), in Innovations in Multivariate Statistical Analysis, 233-247; Satorra and Bentler (2001),
    Psychometrika 66, 507-514; (2010), Psychometrika 75, 243-248.
    """
    if narrow.robust is not wide.robust:
        raise ValidityError("robust_differs", first=narrow.robust.value, second=wide.robust.value)
    df = narrow.test.df - wide.test.df
    if df <= 0 or narrow.items != wide.items or narrow.groups != wide.groups:
        raise ValidityError("not_nested", df0=narrow.test.df, df1=wide.test.df)
    way = _check.choice("method", method or _POSSIBLE[narrow.robust][0], among=DifferenceMethod)
    if way not in _POSSIBLE[narrow.robust]:
        choices = ", ".join(_POSSIBLE[narrow.robust])
        raise ValidityError(
            "no_such_difference", method=way.value, robust=narrow.robust.value, choices=choices
        )
    raw = narrow.test.chi_square - wide.test.chi_square
    scaling = _scaling(narrow, wide, way=way, df=df)
    is_defined = scaling.factor > 0
    chi_square = raw / scaling.factor + scaling.shift if is_defined else nan
    status = (
        ()
        if is_defined
        else (AnalysisWarning(code="negative_scaling", context={"factor": f"{scaling.factor:.3g}"}),)
    )
    return Difference(
        method=way.value,
        definition="validity.difference",
        status=status,
        chi_square=chi_square,
        df=df,
        p_value=chi_square_tail(chi_square, df),
        factor=scaling.factor,
        shift=scaling.shift,
    )


def _scaling(
    narrow: ConfirmatoryFit, wide: ConfirmatoryFit, *, way: DifferenceMethod, df: int
) -> sandwiches.Scaling:
    if way is DifferenceMethod.PLAIN:
        return sandwiches.Scaling(factor=1.0)
    if way is DifferenceMethod.SATORRA_2000:
        projector = _restriction_projector(narrow, wide)
        return sandwiches.scaled_and_shifted(projector, wide.sample.gamma(), df=df)
    own = narrow.test.df * narrow.test.factor
    if way is DifferenceMethod.SATORRA_BENTLER_2010:
        other = _factor_at(narrow, wide) if wide.test.df else 0.0
    else:
        other = wide.test.factor if wide.test.df else 0.0
    return sandwiches.Scaling(factor=(own - wide.test.df * other) / df)


def _factor_at(narrow: ConfirmatoryFit, wide: ConfirmatoryFit) -> float:
    """The wide model's scaling where it implies what the narrow one does: it is fitted to the narrow one's moments."""
    implied = [narrow.matrices(g) for g in range(len(narrow.groups))]
    targets = tuple(
        NormalTarget(share=float(share), mean=now.mu, covariance=now.sigma, has_means=wide.pattern.has_means)
        for share, now in zip(wide.sample.share, implied, strict=True)
    )
    problem = Problem(pattern=wide.pattern, targets=targets)
    solution = solve(problem, wide.solution.theta)
    # The moments led to the point; what is scaled there is the test of the data.
    there = point(wide.solution.problem, solution.theta)
    return wide.sample.robustness(there, df=wide.test.df)[1].factor


def _restriction_projector(narrow: ConfirmatoryFit, wide: ConfirmatoryFit) -> FloatArray:
    """(Q, Q) U of the restrictions: WΔP⁻¹A'(AP⁻¹A')⁻¹AP⁻¹Δ'W, A being what the narrow model's slopes leave of the wide
    one's."""
    slope1, slope0 = _slopes(wide), _slopes(narrow)
    weight = wide.sample.weight(wide.solution)
    turn = np.linalg.lstsq(slope1.T, slope0.T, rcond=None)[0]
    left, _, _ = np.linalg.svd(turn, full_matrices=True)
    restrictions = left[:, slope0.shape[0] :].T
    through = restrictions @ sandwiches.inverse(wide.sample.information(wide.solution))
    middle = sandwiches.inverse(through @ restrictions.T)
    side = through @ slope1 @ weight
    return np.asarray(side.T @ middle @ side)


def _slopes(fit: ConfirmatoryFit) -> FloatArray:
    parts = linear_parts(fit.solution.problem, fit.solution.theta)
    return sandwiches.stacked(parts, fit.sample.share)[0]
