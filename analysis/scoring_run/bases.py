"""Home of bases: how many respondents stand behind an indicator, a dimension or an index."""

from __future__ import annotations

import numpy as np

from analysis._types import IntArray
from analysis.scoring_run.estimates import DomainEstimates
from analysis.scoring_run.sample import Sample


def node_bases(sample: Sample, estimates: DomainEstimates, *, domain: IntArray) -> IntArray:
    """Respondents with at least one valid answer to an item under each node, (d, m)."""
    tree = estimates.coefficients.tree
    under: dict[str, list[int]] = {item: [k] for k, item in enumerate(tree.items)}
    valid = np.isfinite(sample.scores)
    bases = np.zeros((len(estimates.domains), len(tree.nodes)), dtype=np.int64)
    for m, node in enumerate(tree.nodes):
        under[node.code] = sorted({k for child in node.children for k in under[child]})
        answered = valid[:, under[node.code]].any(axis=1) & (domain >= 0)
        bases[:, m] = np.bincount(domain[answered], minlength=len(estimates.domains))
    return bases
