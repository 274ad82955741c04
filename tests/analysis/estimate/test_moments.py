"""One byte an answer is read the quick way; it must count the same answers as the slow way, whatever the codes."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

from analysis._types import Lonely
from analysis.design import BoundDesign
from analysis.estimate.domains import means

answers = st.integers(1, 40).flatmap(
    lambda n: npst.arrays(np.int8, (n, 3), elements=st.integers(-128, 127) | st.integers(1, 5))
)


@settings(max_examples=150, deadline=None)
@given(answers, st.none() | st.integers(-128, 127), st.integers(0, 10_000))
def test_bytes_and_numbers_give_the_same_means(table: np.ndarray, missing: int | None, seed: int) -> None:
    rng = np.random.default_rng(seed)
    n = table.shape[0]
    weights = rng.choice([0.0, 0.5, 1.0, 2.0], n)
    weights[rng.integers(n)] = 1.0
    design = BoundDesign(weights=weights, strata=rng.integers(0, 2, n), lonely=Lonely.CERTAINTY)
    by = rng.integers(-1, 2, n)
    plain = table.astype(np.float64)
    if missing is not None:
        plain[table == missing] = np.nan
    quick = means(table, design, by=by, n_domains=2, missing=missing)
    slow = means(plain, design, by=by, n_domains=2)
    np.testing.assert_array_equal(quick.n, slow.n)
    np.testing.assert_allclose(quick.value, slow.value, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(quick.se, slow.se, rtol=1e-7, atol=1e-6)
