"""Home of the committed seed: promised before a draw, published after it, so that anybody can draw again.

The random number of a unit is a function of the seed, the purpose and the unit's id alone:

    key = HMAC-SHA256(secret, public)
    u   = (first 53 bits of HMAC-SHA256(key, purpose + U+001F + id) + 0.5) / 2^53

in UTF-8 throughout. It depends on no library's generator, no machine and no order of rows, and can be checked in any
language that has SHA-256. A unit keeps its number when the frame changes (permanent random numbers, for rotation).
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from analysis._types import FloatArray
from analysis.errors import InvalidInput
from analysis.results import Result, Row
from analysis.sampling.errors import SamplingError

LEAST_BYTES = 16
_SEPARATOR = "\x1f"
_LINE = "\x1e"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """The seed of a draw.

    Attributes
    ----------
    secret : at least 16 bytes, unknown to everybody until the draw is published; text is read as UTF-8.
    public : a word that nobody knew when the secret was committed and everybody can look up afterwards, such as the
        numbers of a named lottery draw. Without one, whoever knows the frame could try secrets until the draw suits.
    """

    secret: bytes | str = field(repr=False)
    public: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.secret, bytes | str):
            raise InvalidInput(
                "bad_option", name="secret", value=type(self.secret).__name__, choices="bytes, str"
            )
        raw = self.secret.encode() if isinstance(self.secret, str) else self.secret
        if len(raw) < LEAST_BYTES:
            raise SamplingError("seed_short", actual=len(raw), least=LEAST_BYTES)
        object.__setattr__(self, "secret", raw)

    @property
    def digest(self) -> str:
        """SHA-256 of the secret in hexadecimal: what is published before the draw."""
        return hashlib.sha256(self._raw).hexdigest()

    @property
    def _raw(self) -> bytes:
        assert isinstance(self.secret, bytes)
        return self.secret

    def uniforms(self, ids: Sequence[str], *, purpose: str) -> FloatArray:
        """(N,) numbers strictly between 0 and 1, one per id; other purposes give independent numbers."""
        key = hmac.digest(self._raw, self.public.encode(), "sha256")
        prefix = (purpose + _SEPARATOR).encode()
        raw = b"".join(hmac.digest(key, prefix + name.encode(), "sha256")[:8] for name in ids)
        whole = np.frombuffer(raw, dtype=">u8").astype(np.uint64) >> np.uint64(11)
        return np.asarray((whole.astype(np.float64) + 0.5) / 2.0**53)


def unit_ids(ids: ArrayLike) -> list[str]:
    """The ids of a frame as text, each once and none missing.

    Raises
    ------
    SamplingError
        ``unit_missing``, ``unit_twice``, naming row or unit.
    """
    array = np.asarray(ids)
    if array.ndim != 1:
        raise InvalidInput("wrong_shape", name="ids", expected="(N,)", actual=array.shape)
    names = []
    for row, value in enumerate(array.tolist()):
        if value is None or value != value or value == "":
            raise SamplingError("unit_missing", row=row + 1)
        names.append(str(value))
    if len(set(names)) < len(names):
        seen: set[str] = set()
        for name in names:
            if name in seen:
                raise SamplingError("unit_twice", unit=name)
            seen.add(name)
    return names


def frame_digest(ids: ArrayLike, *columns: ArrayLike) -> str:
    """SHA-256 of the frame: its rows in their order, each the id and the values of the columns.

    Numbers are written with the fewest digits that give them back (`repr` of a float, whole numbers without a
    point), fields end with U+001F and rows with U+001E.

    Raises
    ------
    InvalidInput
        If a column has another length than the ids.
    """
    names = unit_ids(ids)
    fields = [names]
    for column in columns:
        values = np.asarray(column)
        if values.shape != (len(names),):
            raise InvalidInput(
                "wrong_shape", name="columns", expected=f"({len(names)},)", actual=values.shape
            )
        fields.append([_written(value) for value in values.tolist()])
    digest = hashlib.sha256()
    for row in zip(*fields, strict=True):
        digest.update("".join(value + _SEPARATOR for value in row).encode())
        digest.update(_LINE.encode())
    return digest.hexdigest()


def _written(value: object) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return repr(value) if isinstance(value, float) else str(value)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Commitment(Result):
    """What is published before a draw: digests of seed and frame, and the plan in words."""

    seed_digest: str
    frame_digest: str
    plan: str

    @property
    def digest(self) -> str:
        """One line for all three, for a log or a newspaper."""
        text = _SEPARATOR.join((self.seed_digest, self.frame_digest, self.plan))
        return hashlib.sha256(text.encode()).hexdigest()

    def check(self, seed: Seed, *, frame: str, plan: str) -> None:
        """Refuse a seed, frame digest or plan that was not committed.

        Raises
        ------
        SamplingError
            ``seed_differs``, ``frame_differs``, ``plan_differs``.
        """
        if not hmac.compare_digest(seed.digest, self.seed_digest):
            raise SamplingError("seed_differs", expected=self.seed_digest, actual=seed.digest)
        if frame != self.frame_digest:
            raise SamplingError("frame_differs", expected=self.frame_digest, actual=frame)
        if plan != self.plan:
            raise SamplingError("plan_differs", expected=self.plan, actual=plan)

    def to_rows(self) -> list[Row]:
        """One row."""
        return [
            {
                "seed_sha256": self.seed_digest,
                "frame_sha256": self.frame_digest,
                "plan": self.plan,
                "sha256": self.digest,
            }
        ]


def commit(seed: Seed, *, frame: str, plan: str) -> Commitment:
    """The commitment to a seed, a frame (its `frame_digest`) and a plan; publish it before the draw.

    References
    ----------
    Goldreich (2001), Foundations of Cryptography, vol. 1, sec. 4.4.1 (commitment); Ohlsson (1995), in Cox et al.,
    Business Survey Methods, ch. 9 (permanent random numbers).
    """
    return Commitment(
        method="SHA-256 of seed, frame and plan",
        definition="sampling.committed_seed",
        seed_digest=seed.digest,
        frame_digest=frame,
        plan=plan,
    )
