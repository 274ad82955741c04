"""The table of a coverage simulation: how often intervals hold the truth, and whether standard errors are honest."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

Drawn = Mapping[str, tuple[str, float, float, float, float]]
"""Method -> truth's name, value, standard error, low, high."""


@dataclass(frozen=True, kw_only=True)
class Covered:
    """One method over all draws; `se_ratio` is the mean standard error over the spread of the estimates."""

    method: str
    draws: int
    coverage: float
    se_ratio: float
    bias_in_se: float

    @property
    def error(self) -> float:
        """Standard error of the coverage of a right 95 % interval."""
        return float(np.sqrt(0.95 * 0.05 / self.draws))


def counted(truths: Mapping[str, float], drawn: Sequence[Drawn]) -> list[Covered]:
    """Every method's coverage."""
    found = []
    for method in drawn[0]:
        truth = truths[drawn[0][method][0]]
        values = np.array([one[method][1:] for one in drawn])
        spread = float(values[:, 0].std(ddof=1))
        found.append(
            Covered(
                method=method,
                draws=len(drawn),
                coverage=float(np.mean((values[:, 2] <= truth) & (truth <= values[:, 3]))),
                se_ratio=float(values[:, 1].mean()) / spread,
                bias_in_se=(float(values[:, 0].mean()) - truth) / spread,
            )
        )
    return found


def markdown(rows: Sequence[Covered]) -> str:
    """The rows as a table."""
    lines = [
        "| method | draws | 95 % intervals that hold the truth | mean SE / spread | bias / spread |",
        "|---|---:|---:|---:|---:|",
    ]
    lines += [
        f"| {row.method} | {row.draws:,} | {100 * row.coverage:.1f} % | {row.se_ratio:.3f} | {row.bias_in_se:+.3f} |"
        for row in rows
    ]
    return "\n".join(lines)
