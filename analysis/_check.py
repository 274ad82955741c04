"""Home of the checks that every public function runs on its arguments, once, at the door."""

from enum import StrEnum
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import BoolArray, FloatArray, IntArray
from analysis.errors import InvalidInput

Choice = TypeVar("Choice", bound=StrEnum)


def frozen(values: FloatArray) -> FloatArray:
    """A read-only copy, so that a frozen result stays what it was; what is read-only and its own stays itself."""
    if isinstance(values, np.ndarray) and values.dtype == np.float64 and _is_settled(values):
        return values
    copy = np.array(values, dtype=np.float64, copy=True, order="C")
    copy.setflags(write=False)
    return copy


def _is_settled(array: FloatArray) -> bool:
    flags = array.flags
    return bool(flags.owndata and flags.c_contiguous and not flags.writeable)


def numbers(name: str, values: ArrayLike, *, n: int | None = None) -> FloatArray:
    """`values` as (n,) float64, nan where missing.

    Raises
    ------
    InvalidInput
        If it has another shape or holds something that is no number.
    """
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError) as problem:
        raise InvalidInput("not_numeric", name=name, value=problem) from problem
    if array.ndim != 1 or (n is not None and array.shape[0] != n):
        expected = f"({n},)" if n is not None else "(n,)"
        raise InvalidInput("wrong_shape", name=name, expected=expected, actual=array.shape)
    return array


def complete(name: str, values: ArrayLike, *, n: int | None = None) -> FloatArray:
    """Like `numbers`, but every value must be finite and at least 0."""
    array = numbers(name, values, n=n)
    with np.errstate(invalid="ignore", over="ignore"):
        quick = np.isfinite(array.sum()) and array.min(initial=0.0) >= 0  # two passes instead of four
    if quick:
        return array
    bad = np.flatnonzero(~np.isfinite(array))
    if bad.size:
        raise InvalidInput("not_finite", name=name, row=int(bad[0]) + 1)
    bad = np.flatnonzero(array < 0)
    if bad.size:
        raise InvalidInput("negative", name=name, row=int(bad[0]) + 1, value=float(array[bad[0]]))
    return array


def codes(name: str, values: ArrayLike, *, n: int, highest: int | None = None) -> IntArray:
    """`values` as (n,) int64 codes, -1 where unknown.

    Raises
    ------
    InvalidInput
        If it has another shape, is not whole numbers, or a code lies outside -1 to `highest`.
    """
    given = np.asarray(values)
    if given.dtype.kind not in "iu" or given.shape != (n,):
        array = numbers(name, values, n=n)
        bad = np.flatnonzero(~np.isfinite(array) | (np.floor(array) != array))
        if bad.size:
            raise InvalidInput("not_whole", name=name, row=int(bad[0]) + 1)
        given = array
    whole = given.astype(np.int64)
    top = int(whole.max(initial=-1)) if highest is None else highest
    bad = np.flatnonzero((whole < -1) | (whole > top))
    if bad.size:
        raise InvalidInput("bad_codes", name=name, row=int(bad[0]) + 1, value=int(whole[bad[0]]), highest=top)
    return whole


def labels(name: str, values: ArrayLike, *, n: int) -> tuple[IntArray, tuple[str, ...]]:
    """`values` of any kind as (n,) int64 codes and their labels in sorted order; missing is refused."""
    array = np.asarray(values)
    if array.shape != (n,):
        raise InvalidInput("wrong_shape", name=name, expected=f"({n},)", actual=array.shape)
    if array.dtype.kind == "f":
        missing = np.flatnonzero(np.isnan(array))
    elif array.dtype.kind == "O":
        missing = np.flatnonzero([value is None or value != value for value in array])
        array = array.astype(str)
    else:
        missing = np.zeros(0, dtype=np.int64)
    if missing.size:
        raise InvalidInput("not_finite", name=name, row=int(missing[0]) + 1)
    kinds, coded = np.unique(array, return_inverse=True)
    return coded.astype(np.int64), tuple(str(kind) for kind in kinds)


def mask(name: str, values: ArrayLike | None, *, n: int) -> BoolArray:
    """A domain as (n,) bool; None means everybody."""
    if values is None:
        return np.ones(n, dtype=np.bool_)
    array = np.asarray(values)
    if array.shape != (n,):
        raise InvalidInput("wrong_shape", name=name, expected=f"({n},)", actual=array.shape)
    if array.dtype != np.bool_:
        raise InvalidInput("not_boolean", name=name, actual=array.dtype)
    return array


def confidence(level: float) -> float:
    """A confidence level strictly between 0 and 1."""
    if not 0.0 < level < 1.0:
        raise InvalidInput("bad_level", value=level)
    return float(level)


def choice(name: str, value: str, *, among: type[Choice]) -> Choice:
    """The member of a closed choice, or a refusal that lists the members."""
    try:
        return among(value)
    except ValueError as problem:
        choices = ", ".join(member.value for member in among)
        raise InvalidInput("bad_option", name=name, value=value, choices=choices) from problem
