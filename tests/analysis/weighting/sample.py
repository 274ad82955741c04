"""An invented sample with nonrespondents, and invented volunteers beside a reference sample."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from analysis.design import BoundDesign

Text = NDArray[np.str_]


@dataclass(frozen=True, kw_only=True)
class Drawn:
    """Rows of a drawn sample: who answered, what was known before, and the answer."""

    weights: NDArray[np.float64]
    strata: Text
    psu: Text
    status: Text
    region: Text
    sex: Text
    age: NDArray[np.float64]
    y: NDArray[np.float64]

    @property
    def columns(self) -> dict[str, NDArray[np.generic]]:
        """The table."""
        return {"status": self.status, "region": self.region, "sex": self.sex, "age": self.age, "y": self.y}

    @property
    def design(self) -> BoundDesign:
        """Clusters in strata."""
        return BoundDesign(weights=self.weights, strata=self.strata, psu=self.psu)


def drawn(*, n: int = 240, seed: int = 4, undecided: float = 0.1) -> Drawn:
    """A sample of 4 strata with 10 clusters each; women and the old answer more often."""
    rng = np.random.default_rng(seed)
    stratum, psu = np.arange(n) % 4, np.arange(n) // 4 % 10
    female, age = rng.random(n) < 0.5, rng.uniform(18, 80, n)
    answers = rng.random(n) < 1 / (1 + np.exp(-(-0.6 + 0.8 * female + 0.02 * (age - 45))))
    status = np.where(answers, "respondent", "nonrespondent")
    status[rng.random(n) < 0.06] = "ineligible"
    status[rng.random(n) < undecided] = "unknown"
    return Drawn(
        weights=rng.uniform(5, 15, n),
        strata=np.array(list("ABCD"))[stratum],
        psu=np.char.add("p", psu.astype(str)),
        status=status,
        region=np.where(stratum < 2, "north", "south"),
        sex=np.where(female, "f", "m"),
        age=age,
        y=40 + 10 * female + 0.3 * age + rng.normal(0, 5, n),
    )


@dataclass(frozen=True, kw_only=True)
class Streams:
    """Volunteers and a reference sample of the same population of 20,000."""

    volunteers: dict[str, NDArray[np.generic]]
    reference: dict[str, NDArray[np.generic]]
    reference_weights: NDArray[np.float64]
    truth: float

    @property
    def reference_design(self) -> BoundDesign:
        """The reference bound to its table."""
        from analysis.columns import columns_of

        return BoundDesign(weights=self.reference_weights).with_columns(columns_of(self.reference))

    @property
    def design(self) -> BoundDesign:
        """Volunteers, each counted once."""
        return BoundDesign(weights=np.ones(len(self.volunteers["sex"])))


def streams(*, seed: int = 9, size: int = 20_000, share: float = -3.4, drawn_size: int = 400) -> Streams:
    """The young and women volunteer; the reference is drawn with unequal probabilities."""
    rng = np.random.default_rng(seed)
    female, age = rng.random(size) < 0.5, rng.uniform(18, 80, size)
    y = 40 + 10 * female + 0.3 * age + rng.normal(0, 5, size)
    joins = rng.random(size) < 1 / (1 + np.exp(-(share + 0.7 * female - 0.02 * (age - 45))))
    chance = np.where(female, 1.5, 0.5) * drawn_size / size
    taken = rng.random(size) < chance

    def table(rows: NDArray[np.bool_]) -> dict[str, NDArray[np.generic]]:
        return {"sex": np.where(female, "f", "m")[rows], "age": age[rows], "y": y[rows]}

    return Streams(
        volunteers=table(joins),
        reference=table(taken),
        reference_weights=1.0 / chance[taken],
        truth=float(y.mean()),
    )
