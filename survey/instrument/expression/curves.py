"""Logarithms and circular functions by whole numbers alone, so that two machines give the same digits.

Series with 50 places of which 18 are kept. All intermediate numbers are at least zero: division then rounds
the same way in every language.
"""

from __future__ import annotations

from decimal import Decimal
from math import isqrt

from survey.instrument.expression.decimals import ONE, from_units, power, rounded, units

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


def _natural(x: int) -> int:
    """The natural logarithm of a number that is at least one."""
    doublings = 0
    while 3 * x > 4 * _ONE:
        x, doublings = x // 2, doublings + 1
    sign = 1
    if x < _ONE:
        x, sign = _ONE * _ONE // x, -1
    return doublings * (2 * _series((_ONE) // 3)) + sign * 2 * _series((x - _ONE) * _ONE // (x + _ONE))


def _series(z: int) -> int:
    """z + z³/3 + z⁵/5 + …"""
    square, term, result, n = z * z // _ONE, z, z, 1
    while term:
        term = term * square // _ONE
        n += 2
        result += term // n
    return result


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


def arc_sine(a: Decimal) -> Decimal | None:
    """The inverse of the sine; None outside -1 to 1."""
    if abs(a) > 1:
        return None
    size = abs(_up(a))
    angle = _arc(size, isqrt(_ONE * _ONE - size * size))
    return _down(-angle if a < 0 else angle)


def arc_cosine(a: Decimal) -> Decimal | None:
    """The inverse of the cosine; None outside -1 to 1."""
    if abs(a) > 1:
        return None
    size = abs(_up(a))
    angle = _arc(isqrt(_ONE * _ONE - size * size), size)
    return _down(_PI - angle if a < 0 else angle)


def logarithm(a: Decimal) -> Decimal | None:
    """The natural logarithm; None at zero and below."""
    if a <= 0:
        return None
    return _down(_natural(_up(a)) if a >= 1 else -_natural(_ONE * _ONE // _up(a)))


def logarithm10(a: Decimal) -> Decimal | None:
    """The logarithm to base 10; None at zero and below."""
    if a <= 0:
        return None
    natural = _natural(_up(a)) if a >= 1 else -_natural(_ONE * _ONE // _up(a))
    return _down(rounded(natural * _ONE, _natural(10 * _ONE)))


def exponential(a: Decimal) -> Decimal | None:
    """e to the power of a; None where that is too large."""
    return _exponential(units(a), abs(_up(a)))


def exponential10(a: Decimal) -> Decimal | None:
    """10 to the power of a; exact where a is a whole number."""
    exact = power(Decimal(10), a)
    if exact is not None:
        return exact
    return _exponential(units(a), abs(_up(a)) * _natural(10 * _ONE) // _ONE)


def _exponential(sign: int, size: int) -> Decimal | None:
    if size > 50 * _ONE:
        return None if sign > 0 else from_units(0)
    small, term, result, n = size >> 10, _ONE, _ONE, 0
    while term:
        n += 1
        term = term * small // _ONE // n
        result += term
    for _ in range(10):
        result = result * result // _ONE
    return _down(_ONE * _ONE // result if sign < 0 else result)
