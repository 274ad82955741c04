"""A state that grows: however the rows are cut and merged, the numbers are those of memory."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.errors import DesignError, InvalidInput
from analysis.scale import Declared, MeansState
from tests.analysis.scale.people import ITEMS, declared, people
from tests.analysis.scale.test_partitions import FIELDS, in_memory

TABLE = people(900)


def cut(table: dict[str, np.ndarray], begin: int, end: int) -> dict[str, np.ndarray]:
    return {name: values[begin:end] for name, values in table.items()}


@settings(max_examples=15, deadline=None)
@given(
    st.lists(st.integers(1, 899), max_size=4, unique=True), st.booleans(), st.randoms(use_true_random=False)
)
def test_any_cut_and_any_order_of_merges_says_the_same(
    cuts: list[int], clustered: bool, shuffle: object
) -> None:
    edges = [0, *sorted(cuts), 900]
    empty = MeansState(declared=declared(clustered=clustered, raked=False))
    states = [empty.update(cut(TABLE, begin, end)) for begin, end in itertools.pairwise(edges)]
    shuffle.shuffle(states)  # type: ignore[attr-defined]  # a random.Random
    while len(states) > 1:
        states.append(states.pop(0).merge(states.pop(0)))
    found = empty.merge(states[0]).finish()
    expected, _ = in_memory(TABLE, clustered=clustered, raked=False)
    for field in FIELDS:
        np.testing.assert_allclose(getattr(found.means, field), getattr(expected, field), rtol=1e-9)
    assert found.means.df == expected.df
    assert found.scales["service"].n > 0


def test_a_lonely_cluster_is_asked_for_at_the_end_only() -> None:
    table = {"s": np.array([0, 0, 1, 1]), "p": np.array([1, 2, 3, 4]), "y": np.array([1.0, 2.0, 3.0, 5.0])}
    plan = Declared(items=("y",), strata="s", psu="p")
    first = MeansState(declared=plan).update(cut(table, 0, 1))
    with pytest.raises(DesignError) as refused:
        first.finish()
    assert refused.value.code == "lonely_psu"
    whole = first.update(cut(table, 1, 3)).update(cut(table, 3, 4)).finish()
    assert whole.means.value[0, 0] == pytest.approx(2.75)
    assert whole.partitions == 3


def test_what_cannot_grow_is_refused_by_name() -> None:
    with pytest.raises(InvalidInput) as refused:
        MeansState(declared=declared(clustered=True, raked=True))
    assert refused.value.code == "margins_need_two_passes"
    with pytest.raises(InvalidInput):
        MeansState(declared=Declared(items=ITEMS)).finish()
