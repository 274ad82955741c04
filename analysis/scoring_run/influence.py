"""Home of the influence values of a group's item means in the whole province."""

from __future__ import annotations

import numpy as np

from analysis._types import FloatArray
from analysis.index.cells import MICRO, cell_table
from analysis.index.influence import item_influence
from analysis.score.conversion import Conversion
from analysis.scoring_run.estimates import LEAST_ANSWERS
from analysis.scoring_run.sample import Sample


def province_item_influence(sample: Sample, conversion: Conversion) -> tuple[FloatArray, FloatArray]:
    """Influence values (n, k) and provincial item means (k,); zero and nan without an estimate."""
    everywhere = np.zeros(sample.n, dtype=np.int64)
    cells = cell_table(
        sample.answers,
        sample.micro,
        domain=everywhere,
        n_domains=1,
        conversion=sorted(conversion.values.items()),
    )
    means = cells.means(minimum_n=LEAST_ANSWERS)
    values = item_influence(
        sample.scores,
        sample.weights,
        domain=everywhere,
        means=np.nan_to_num(means),
        sums=cells.valid_micro / MICRO,
    )
    values[:, ~np.isfinite(means[0])] = 0.0
    return values, means[0]
