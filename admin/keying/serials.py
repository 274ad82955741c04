"""Home of the serial numbers of printed sheets: wave, number, and two check digits. Pure.

Digits only, because they are typed on the number pad. The check digits (ISO 7064, MOD 97-10, as in bank accounts)
catch every single wrong digit and every pair changed about.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

MOST_SHEETS = 999_999
MOST_WAVES = 999
_TYPED = re.compile(r"([0-9]{3})([0-9]{6})([0-9]{2})\Z")
_BETWEEN = re.compile(r"[\s\-‐‑–—]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Serial:
    """The name of one sheet."""

    wave_id: int
    number: int

    @property
    def code(self) -> str:
        """Eleven digits, the last two of them checking the others."""
        body = f"{self.wave_id:03d}{self.number:06d}"
        return f"{body}{_check(body):02d}"

    @property
    def printed(self) -> str:
        """The same in groups, as it stands on the sheet."""
        return f"{self.code[:3]}-{self.code[3:9]}-{self.code[9:]}"


def parse(typed: str) -> Serial | None:
    """The serial that was typed; None where it is malformed or a digit of it is wrong."""
    if len(typed) > 60:
        return None
    match = _TYPED.match(_BETWEEN.sub("", unicodedata.normalize("NFKC", typed)))
    if match is None or _check(match[1] + match[2]) != int(match[3]):
        return None
    return Serial(wave_id=int(match[1]), number=int(match[2]))


def _check(body: str) -> int:
    return 98 - int(body) * 100 % 97
