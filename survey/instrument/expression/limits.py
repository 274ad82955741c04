"""How large an expression may be: everything above is refused at design time, so evaluation is bounded."""

from __future__ import annotations

MAX_CHARACTERS = 10_000
MAX_DEPTH = 50
MAX_NODES = 2_000
MAX_LITERAL = 2_000
MAX_NAME = 128
MAX_DIGITS = 40
