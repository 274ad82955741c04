"""Home of frame variables as nonresponse analysis reads them: checked, coded, and as columns of a model."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, FloatArray, IntArray
from analysis.design import BoundDesign
from analysis.nonresponse.errors import NonresponseError


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrameVariable:
    """One variable of the frame: (n,) codes and names of its categories, or (n,) numbers."""

    name: str
    codes: IntArray
    categories: tuple[str, ...]
    numbers: FloatArray | None = None

    @property
    def is_categorical(self) -> bool:
        """Whether it has categories."""
        return self.numbers is None

    def columns(self) -> FloatArray:
        """(n, p) columns of a model with an intercept: 0/1 without the first category, or the numbers."""
        if self.numbers is not None:
            spread = float(self.numbers.std())
            return np.asarray(((self.numbers - self.numbers.mean()) / spread)[:, None])
        return np.asarray(self.codes[:, None] == np.arange(1, len(self.categories)), dtype=np.float64)


def frame_variables(variables: Mapping[str, ArrayLike], *, n: int) -> tuple[FrameVariable, ...]:
    """Variables of all n sampled cases; arrays of floats are continuous, everything else has categories.

    Raises
    ------
    NonresponseError
        ``no_variables``, ``variable_missing``, ``variable_constant``, naming variable and row.
    """
    if not variables:
        raise NonresponseError("no_variables")
    return tuple(_variable(name, values, n=n) for name, values in variables.items())


def _variable(name: str, values: ArrayLike, *, n: int) -> FrameVariable:
    array = np.asarray(values)
    if array.dtype.kind == "f":
        numbers = _check.numbers(name, array, n=n)
        missing = np.flatnonzero(~np.isfinite(numbers))
        if missing.size:
            raise NonresponseError("variable_missing", variable=name, row=int(missing[0]) + 1)
        found = FrameVariable(name=name, codes=np.zeros(n, dtype=np.int64), categories=(), numbers=numbers)
        constant = float(np.ptp(numbers)) == 0.0
    else:
        if array.dtype.kind == "O" and array.shape == (n,):
            missing = np.flatnonzero([value is None or value != value for value in array])
            if missing.size:
                raise NonresponseError("variable_missing", variable=name, row=int(missing[0]) + 1)
        codes, categories = _check.labels(name, array, n=n)
        found = FrameVariable(name=name, codes=codes, categories=categories)
        constant = len(categories) < 2
    if constant:
        raise NonresponseError("variable_constant", variable=name)
    return found


def response(responded: ArrayLike, *, n: int, weights: FloatArray) -> BoolArray:
    """(n,) who responded; neither nobody nor everybody.

    Raises
    ------
    NonresponseError
        ``everybody_responded``, ``nobody_responded``.
    """
    answered = _check.mask("responded", responded, n=n)
    if not (answered & (weights > 0)).any():
        raise NonresponseError("nobody_responded")
    if answered[weights > 0].all():
        raise NonresponseError("everybody_responded")
    return answered


def sampled(design: BoundDesign | None, responded: ArrayLike) -> BoundDesign:
    """The design of the sampled cases; None: those cases are the whole population, nothing was sampled."""
    if design is not None:
        return design
    n = np.asarray(responded).size
    return BoundDesign(weights=np.ones(n), fpc=np.full(n, float(n)))
