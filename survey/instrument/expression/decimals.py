"""Decimal arithmetic defined to the last digit: whole multiples of 10⁻¹⁸, smaller than 10¹⁸ in size.

Every result is the exact one, rounded once to 18 places, half to even; what is too large is missing. Scaled
integers do the work, so that any language with big integers gives the same digits.
"""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal
from math import isqrt

PLACES = 18
ONE: int = 10**PLACES
LIMIT = 10**36
MAX_POWER = 64
# Wide enough to hold any number of a scope before it is rounded; the arithmetic itself is in integers.
_CONTEXT = Context(prec=120, rounding=ROUND_HALF_EVEN)
_NUMBER = re.compile(r"[ \t\r\n]*(-?)([0-9]{0,40})(?:\.([0-9]{0,40}))?[ \t\r\n]*\Z")


def units(number: Decimal) -> int:
    """The number as a whole multiple of 10⁻¹⁸."""
    return int(number.scaleb(PLACES, _CONTEXT).to_integral_value(ROUND_HALF_EVEN, _CONTEXT))


def from_units(scaled: int | None) -> Decimal | None:
    """The inverse of ``units``, without trailing zeros; None if it is too large."""
    if scaled is None or abs(scaled) >= LIMIT:
        return None
    places = PLACES
    while places and scaled % 10 == 0:
        scaled, places = scaled // 10, places - 1
    return Decimal(scaled).scaleb(-places, _CONTEXT)


def read_number(text: str) -> Decimal | None:
    """The number that a text writes: digits, at most one point, a minus; None for anything else."""
    match = _NUMBER.match(text)
    if match is None or not (match[2] or match[3]):
        return None
    whole, fraction = match[2] or "0", match[3] or ""
    scaled = rounded(int(whole + fraction) * ONE, 10 ** len(fraction))
    return from_units(-scaled if match[1] else scaled)


def write_number(number: Decimal) -> str:
    """The number in plain digits: no exponent, no trailing zeros, no minus before zero."""
    scaled = units(number)
    whole, fraction = divmod(abs(scaled), ONE)
    digits = f"{whole}.{fraction:018}".rstrip("0").rstrip(".")
    return f"-{digits}" if scaled < 0 else digits


def rounded(numerator: int, denominator: int) -> int:
    """The nearest whole number to a quotient; of two that are equally near, the even one."""
    sign = -1 if (numerator < 0) != (denominator < 0) else 1
    quotient, rest = divmod(abs(numerator), abs(denominator))
    twice = 2 * rest
    if twice > abs(denominator) or (twice == abs(denominator) and quotient % 2):
        quotient += 1
    return sign * quotient


def plus(a: Decimal, b: Decimal) -> Decimal | None:
    """a + b."""
    return from_units(units(a) + units(b))


def minus(a: Decimal, b: Decimal) -> Decimal | None:
    """a - b."""
    return from_units(units(a) - units(b))


def times(a: Decimal, b: Decimal) -> Decimal | None:
    """a × b."""
    return from_units(rounded(units(a) * units(b), ONE))


def divided(a: Decimal, b: Decimal) -> Decimal | None:
    """a / b; None if b is zero."""
    return from_units(rounded(units(a) * ONE, units(b))) if b else None


def remainder(a: Decimal, b: Decimal) -> Decimal | None:
    """What is left of a after taking b from it a whole number of times; it has the sign of a."""
    if not b:
        return None
    left = abs(units(a)) % abs(units(b))
    return from_units(-left if a < 0 else left)


def floor(a: Decimal) -> Decimal | None:
    """The largest whole number that is not above a."""
    return from_units(units(a) // ONE * ONE)


def ceiling(a: Decimal) -> Decimal | None:
    """The smallest whole number that is not below a."""
    return from_units(-(-units(a) // ONE) * ONE)


def whole(a: Decimal) -> int:
    """The whole number next to a on the side of zero."""
    scaled = units(a)
    return -(-scaled // ONE) if scaled < 0 else scaled // ONE


def round_to(a: Decimal, digits: Decimal = Decimal(0)) -> Decimal | None:
    """Rounded to so many places after the point; halves go up, as in XPath: -2.5 becomes -2."""
    step = 10 ** (PLACES - max(-PLACES, min(PLACES, whole(digits))))
    return from_units((2 * units(a) + step) // (2 * step) * step)


def root(a: Decimal) -> Decimal | None:
    """The square root; None below zero."""
    scaled = units(a) * ONE
    if scaled < 0:
        return None
    low = isqrt(scaled)
    return from_units(low + (scaled - low * low > low))


def power(a: Decimal, exponent: Decimal) -> Decimal | None:
    """a multiplied with itself; None unless the exponent is a whole number between -64 and 64."""
    count = whole(exponent)
    if units(exponent) != count * ONE or abs(count) > MAX_POWER or (count < 0 and not a):
        return None
    scaled, size = units(a), abs(count)
    if count >= 0:
        return from_units(rounded(scaled**size * ONE, ONE**size))
    return from_units(rounded(ONE ** (size + 1), scaled**size))


def total(*numbers: Decimal) -> Decimal | None:
    """The sum; None of nothing."""
    return from_units(sum(map(units, numbers))) if numbers else None


def average(*numbers: Decimal) -> Decimal | None:
    """The mean; None of nothing."""
    return from_units(rounded(sum(map(units, numbers)), len(numbers))) if numbers else None
