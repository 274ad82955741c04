"""Home of frame variables as nonresponse analysis reads them: checked, coded, and as columns of a model."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from analysis import _check
from analysis._types import BoolArray, FloatArray, IntArray
from analysis.errors import InvalidInput
from analysis.nonresponse.errors import NonresponseError
from analysis.nonresponse.sample import Sample


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FrameVariable:
    """One variable of the frame: (n,) codes and names of its categories, or (n,) numbers; 0 outside the domain.

    `unit` turns numbers back: they are kept as deviations from their mean in standard deviations.
    """

    name: str
    codes: IntArray
    categories: tuple[str, ...]
    numbers: FloatArray | None = None
    mean: float = 0.0
    unit: float = 1.0

    @property
    def is_categorical(self) -> bool:
        """Whether it has categories."""
        return self.numbers is None

    def columns(self) -> FloatArray:
        """(n, p) columns of a model with an intercept: 0/1 without the first category, or the numbers."""
        if self.numbers is not None:
            return np.asarray(self.numbers[:, None])
        return np.asarray(self.codes[:, None] == np.arange(1, len(self.categories)), dtype=np.float64)


def frame_variables(variables: Mapping[str, ArrayLike], *, sample: Sample) -> tuple[FrameVariable, ...]:
    """Variables of all sampled cases; arrays of floats are continuous, everything else has categories.

    Raises
    ------
    NonresponseError
        ``no_variables``, ``variable_missing``, ``variable_constant``, naming variable and row.
    """
    if len(variables) == 0:  # a data frame has no truth value
        raise NonresponseError("no_variables")
    return tuple(_variable(name, values, sample=sample) for name, values in variables.items())


def _variable(name: str, values: ArrayLike, *, sample: Sample) -> FrameVariable:
    array = np.asarray(values)
    n, inside = sample.design.n, sample.inside
    if array.shape != (n,):
        raise InvalidInput("wrong_shape", name=name, expected=f"({n},)", actual=array.shape)
    found = _continuous(name, array, inside) if array.dtype.kind == "f" else _categorical(name, array, inside)
    if len(found.categories) == 1 or found.unit == 0.0:
        raise NonresponseError("variable_constant", variable=name)
    return found


def _continuous(name: str, array: ArrayLike, inside: BoolArray) -> FrameVariable:
    numbers = _check.numbers(name, array)
    _refuse_missing(name, ~np.isfinite(numbers) & inside)
    mean, spread = float(numbers[inside].mean()), float(numbers[inside].std())
    scaled = np.where(inside, (numbers - mean) / (spread or 1.0), 0.0)
    unit = spread if float(np.ptp(numbers[inside])) > 0 else 0.0
    codes = np.zeros(len(numbers), dtype=np.int64)
    return FrameVariable(name=name, codes=codes, categories=(), numbers=scaled, mean=mean, unit=unit)


def _categorical(name: str, array: np.ndarray, inside: BoolArray) -> FrameVariable:
    if array.dtype.kind == "O":
        _refuse_missing(name, np.array([value is None or value != value for value in array]) & inside)
    own, categories = _check.labels(name, array[inside], n=int(inside.sum()))
    codes = np.zeros(len(array), dtype=np.int64)
    codes[inside] = own
    return FrameVariable(name=name, codes=codes, categories=categories)


def _refuse_missing(name: str, missing: np.ndarray) -> None:
    rows = np.flatnonzero(missing)
    if rows.size:
        raise NonresponseError("variable_missing", variable=name, row=int(rows[0]) + 1)
