"""Circular functions by whole numbers alone, so that two machines give the same digits.

Series with 50 places of which 18 are kept. All intermediate numbers are at least zero: division then rounds
the same way in every language.
"""

from __future__ import annotations

from decimal import Decimal
from math import isqrt

from survey.instrument.expression.decimals import ONE, from_units, rounded, units

_ONE: int = 10**50
_STEP = _ONE // ONE
_PI = 314159265358979323846264338327950288419716939937511
# Beyond, the series would spend their places on the turns of the circle.
_FARTHEST = 10**6 * ONE


def _up(number: Decimal) -> int:
    return units(number) * _STEP


def _down(wide: int) -> Decimal | None:
    return from_units(rounded(wide, _STEP))


def _sine(x: int) -> int:
    """The sine of an angle that is not negative."""
    x %= 2 * _PI
    sign = 1
    if x >= _PI:
        x, sign = x - _PI, -1
    if 2 * x > _PI:
        x = _PI - x
    square, term, result, n = x * x // _ONE, x, x, 1
    while term:
        term = term * square // _ONE // ((n + 1) * (n + 2))
        n += 2
        result += -term if n % 4 == 3 else term
    return sign * result


def _arc(y: int, x: int) -> int:
    """The angle of a point in the first quarter; both are at least zero and one is above."""
    if y > x:
        return _PI // 2 - _arc(x, y)
    ratio = y * _ONE // x
    for _ in range(3):
        ratio = ratio * _ONE // (_ONE + isqrt(_ONE * _ONE + ratio * ratio))
    square, term, result, n = ratio * ratio // _ONE, ratio, ratio, 1
    while term:
        term = term * square // _ONE
        n += 2
        result += -(term // n) if n % 4 == 3 else term // n
    return 8 * result


def pi() -> Decimal | None:
    """3.141592653589793238."""
    return _down(_PI)


def sine(a: Decimal) -> Decimal | None:
    """The sine of an angle in radians; None beyond a million."""
    if abs(units(a)) > _FARTHEST:
        return None
    result = _sine(abs(_up(a)))
    return _down(-result if a < 0 else result)


def cosine(a: Decimal) -> Decimal | None:
    """The cosine."""
    return None if abs(units(a)) > _FARTHEST else _down(_sine(abs(_up(a)) + _PI // 2))


def tangent(a: Decimal) -> Decimal | None:
    """The tangent; None where the cosine is zero to 18 places."""
    if not cosine(a):
        return None
    size = abs(_up(a))
    result = rounded(_sine(size) * _ONE, _sine(size + _PI // 2))
    return _down(-result if a < 0 else result)


def arc_tangent(y: Decimal, x: Decimal = Decimal(1)) -> Decimal | None:
    """The angle of the point (x, y); None at the origin."""
    if not y and not x:
        return None
    angle = _arc(abs(_up(y)), abs(_up(x)))
    if x < 0:
        angle = _PI - angle
    return _down(-angle if y < 0 else angle)
